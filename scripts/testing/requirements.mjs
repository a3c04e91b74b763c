// What a test may ask of the machine. Each says where it was found, or is undefined with the reason it prints.
// A test that skips names one of these; `npm test` asks again, and in CI fails on a skip whose need is met.
import { existsSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { delimiter, join } from 'node:path'
import { runNpm } from '../setup/npm.mjs'
import { project } from '../setup/project.mjs'
import { agentsFolder } from './agents.mjs'
import { findRuntimes, runtimesFolder } from './runtimes.mjs'

/** @type {Readonly<Record<string, { find: () => Promise<string | undefined>, reason: string }>>} */
export const requirements = {
  'benchmark files': {
    find: async () => {
      const folders = [process.env.ROUTELLM_DATA, join(project, '..', 'shared', 'data', 'routellm')]
      return folders.find((folder) => folder && existsSync(join(folder, 'routellm', 'evals')))
    },
    reason: 'no folder with routellm/evals in ROUTELLM_DATA or beside the checkout',
  },
  'training files': {
    find: async () => {
      const folders = [process.env.ROUTELLM_TRAINING_DATA, join(project, '..', 'shared', 'data', 'training')]
      return folders.find((folder) => folder && existsSync(join(folder, 'train_pairs_strong_weak.jsonl.gz')))
    },
    reason:
      'no folder with train_pairs_strong_weak.jsonl.gz in ROUTELLM_TRAINING_DATA or beside the checkout',
  },
  'hand-written prompts': {
    find: async () => {
      const file = join(project, '..', 'shared', 'data', 'everyday', 'hand_written.jsonl')
      return existsSync(file) ? file : undefined
    },
    reason: 'no data/everyday/hand_written.jsonl beside the checkout',
  },
  'pool outcomes': {
    find: async () => {
      const file = join(project, '..', 'shared', 'data', 'pool', 'paretobandit.jsonl.gz')
      return existsSync(file) ? file : undefined
    },
    reason: 'no data/pool/paretobandit.jsonl.gz beside the checkout',
  },
  MiniLM: {
    find: async () => modelFolder('all-MiniLM-L6-v2'),
    reason: 'no folder all-MiniLM-L6-v2 in ROUTELLM_MODELS or beside the checkout',
  },
  'multilingual e5': {
    find: async () => modelFolder('multilingual-e5-small-pruned'),
    reason: 'no folder multilingual-e5-small-pruned in ROUTELLM_MODELS or beside the checkout',
  },
  'network address': {
    find: async () =>
      Object.values(networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .find(({ family, internal }) => family === 'IPv4' && !internal)?.address,
    reason: 'this machine has no address but loopback',
  },
  'package registry': {
    find: async () => {
      const args = ['ping', '--fetch-retries=0', '--fetch-timeout=10000']
      return (await runNpm(args, { cwd: project })).code === 0 ? 'npm ping' : undefined
    },
    reason: 'npm ping fails',
  },
  'edge runtimes': {
    find: async () => (findRuntimes() === undefined ? undefined : runtimesFolder),
    reason: 'Bun and Deno are not installed; node scripts/install-runtimes.mjs installs them',
  },
  'coding agents': {
    find: async () => {
      const folders = [process.env.ROUTELLM_AGENTS, agentsFolder].map(
        (folder) => folder && join(folder, 'node_modules', '.bin'),
      )
      return folders.find((folder) => folder && existsSync(join(folder, 'claude')))
    },
    reason: 'no agents in ROUTELLM_AGENTS; node scripts/install-agents.mjs installs them',
  },
  chromium: {
    find: async () => {
      const names = ['chromium', 'chromium-browser', 'google-chrome']
      const folders = (process.env.PATH ?? '').split(delimiter)
      const places = folders.flatMap((folder) => names.map((name) => join(folder, name)))
      return [process.env.ROUTELLM_CHROMIUM, ...places].find((place) => place && existsSync(place))
    },
    reason: 'no chromium on the path or in ROUTELLM_CHROMIUM; apt-get install chromium installs it',
  },
  'process facts': {
    find: async () => (existsSync('/proc/self/stat') ? '/proc' : undefined),
    reason: 'no /proc to read memory and processor time from',
  },
}

/** @param {string} name */
function modelFolder(name) {
  const folders = [process.env.ROUTELLM_MODELS, join(project, '..', 'shared', 'models')]
  return folders
    .filter((folder) => folder)
    .map((folder) => join(folder, name))
    .find((folder) => existsSync(join(folder, 'model.safetensors')))
}
