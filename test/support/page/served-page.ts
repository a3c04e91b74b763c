import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { RequestEntry } from '../../../src/store/entries/entry.ts'
import { builtCli } from '../run-program.ts'
import { seedStore } from './seed-store.ts'

/** The built server with a store, in a process of its own. */
export type ServedPage = {
  /** Of the configuration; the store is in `.routellm`. */
  readonly folder: string
  readonly url: string
  /** Opens the page once. */
  readonly adminUrl: string
  readonly token: string
  stop(): Promise<void>
}

/** The models of `createRealisticRequests`, served by the demonstration. */
export const realisticConfig = `version: 1
providers: { demo: { kind: demo } }
models:
  gpt-5: { provider: demo, upstream: strong, inputUsdPerMillionTokens: 1.25, cacheReadUsdPerMillionTokens: 0.125, outputUsdPerMillionTokens: 10 }
  gpt-5-mini: { provider: demo, upstream: weak, inputUsdPerMillionTokens: 0.25, cacheReadUsdPerMillionTokens: 0.025, outputUsdPerMillionTokens: 2 }
policy: { kind: pair, strong: gpt-5, weak: gpt-5-mini }
policies:
  halves: { kind: pair, strong: gpt-5, weak: gpt-5-mini, router: mf, threshold: 0.45 }
  frugal: { kind: pair, strong: gpt-5, weak: gpt-5-mini, router: mf, threshold: 0.8 }
auto: { policy: halves }
store: { path: ./.routellm, text: full }
`

export type ServedPageOptions = {
  /** Default: the models of `createRealisticRequests`. */
  readonly config?: string
  /** Adds to the folder of the configuration before the server starts: files, rows of the store. */
  readonly prepare?: (folder: string) => Promise<void>
}

export async function servePage(
  entries: readonly RequestEntry[],
  { config = realisticConfig, prepare }: ServedPageOptions = {},
): Promise<ServedPage> {
  const folder = await mkdtemp(join(tmpdir(), 'routellm-served-page-'))
  await writeFile(join(folder, 'routellm.yaml'), config)
  await seedStore(join(folder, '.routellm'), entries)
  await prepare?.(folder)
  const token = 'token-of-the-page-tests'
  const child = spawn(process.execPath, [builtCli, 'serve', '--port', '0', '--json'], {
    cwd: folder,
    env: { ...process.env, ROUTELLM_ADMIN_TOKEN: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const lines = createInterface(child.stdout)
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(() => {
      throw new Error(`the server ended:\n${said}`)
    }),
  ])) as [string]
  const { url, adminUrl }: { url: string; adminUrl: string } = JSON.parse(line)
  return {
    folder,
    url,
    adminUrl,
    token,
    async stop() {
      const exited = child.exitCode === null ? once(child, 'exit') : null
      child.kill('SIGINT')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}
