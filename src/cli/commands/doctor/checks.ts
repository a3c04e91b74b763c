import { createServer } from 'node:net'
import type { Config, ProviderConfig } from '../../../config/config.ts'
import {
  inferencePackages,
  installCommand,
  skipCudaHint,
} from '../../../routing/onnx/inference/runtime-packages.ts'
import { promptFromText } from '../../../routing/prompts/routed-prompt.ts'
import { loadRouter } from '../../../routing/routers/registry.ts'
import { version } from '../../../version.ts'
import { type LoadedConfiguration, loadConfiguration } from '../../setup/configuration.ts'
import type { CommandContext } from '../../terminal/terminal.ts'

export type Check = {
  readonly name: string
  /** `absent`: something optional is not there, which is no failure. */
  readonly status: 'ok' | 'failed' | 'absent'
  readonly detail: string
  /** What to do about it. */
  readonly remedy?: string
}

type CheckFlags = { readonly config?: string; readonly online?: true }

/** Packages that are loaded where something needs them. */
const optionalPackages: readonly OptionalPackage[] = [
  { name: '@huggingface/hub', unlocks: 'checkpoints by hub id (`--checkpoint routellm/mf_gpt4_augmented`)' },
  ...inferencePackages.map((name) => ({
    name,
    unlocks: `the bert router, local embedders (\`--embedder onnx:…\`) and \`train bert --head\`, together with ${inferencePackages.filter((other) => other !== name).join('')}`,
    remedy: `${installCommand} (${skipCudaHint})`,
  })),
  ...['hyparquet', 'hyparquet-compressors'].map((name) => ({
    name,
    unlocks: 'data in Parquet files',
    remedy: 'npm install hyparquet hyparquet-compressors',
  })),
  { name: '@pydantic/genai-prices', unlocks: 'prices without a file (`evaluate --costs`)' },
  { name: '@resvg/resvg-js', unlocks: 'curves as PNG (`evaluate --png`)' },
]

type OptionalPackage = {
  readonly name: string
  readonly unlocks: string
  /** The command that installs it, where it is not `npm install <name>`. */
  readonly remedy?: string
}

export async function runChecks(flags: CheckFlags, context: CommandContext): Promise<Check[]> {
  const before = [
    nodeCheck(process.versions.node),
    { name: 'routellm', status: 'ok', detail: version } as const,
    await builtinRouterCheck(context),
    ...(await Promise.all(optionalPackages.map(packageCheck))),
  ]
  const configuration = await configurationCheck(flags, context)
  if ('failed' in configuration) return [...before, configuration.failed]
  const { config, variables } = configuration.loaded
  return [
    ...before,
    configuration.check,
    ...keyChecks(config, variables),
    ...(flags.online === true ? await Promise.all(reachable(config, variables)) : []),
    await portCheck(config),
  ]
}

export function nodeCheck(running: string): Check {
  const [major = 0, minor = 0] = running.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return { name: 'Node.js', status: 'ok', detail: running }
  return {
    name: 'Node.js',
    status: 'failed',
    detail: `${running} is too old`,
    remedy: 'Install Node.js 20.19 or later: https://nodejs.org',
  }
}

async function builtinRouterCheck({ environment }: CommandContext): Promise<Check> {
  const name = 'built-in router'
  try {
    const router = await loadRouter({ name: 'mf', kind: 'mf' }, { embedderOptions: {}, hub: environment.hub })
    const winRate = await router.strongWinRate(
      promptFromText('Prove that the square root of 2 is irrational.'),
    )
    return { name, status: 'ok', detail: `loads and scores (strong win rate ${winRate.toFixed(3)})` }
  } catch (error) {
    return {
      name,
      status: 'failed',
      detail: messageOf(error),
      remedy: 'Install the package again: npm install routellm',
    }
  }
}

async function packageCheck({ name, unlocks, remedy }: OptionalPackage): Promise<Check> {
  try {
    const specifier: string = name
    await import(specifier)
    return { name: `optional ${name}`, status: 'ok', detail: `installed: ${unlocks}` }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'))
      return {
        name: `optional ${name}`,
        status: 'failed',
        detail: `installed, and cannot be loaded here: ${messageOf(error)}`,
        remedy: `Install it again: ${remedy ?? `npm install ${name}`}`,
      }
    return {
      name: `optional ${name}`,
      status: 'absent',
      detail: `not installed; it unlocks ${unlocks}`,
      remedy: remedy ?? `npm install ${name}`,
    }
  }
}

async function configurationCheck(
  flags: CheckFlags,
  context: CommandContext,
): Promise<{ loaded: LoadedConfiguration; check: Check } | { failed: Check }> {
  const name = 'configuration'
  try {
    const loaded = await loadConfiguration(
      flags.config === undefined ? {} : { config: flags.config },
      context,
    )
    const { source, models, routers } = loaded.config
    const detail = `${source}: ${models.length} models, ${routers.length} routers`
    return { loaded, check: { name, status: 'ok', detail } }
  } catch (error) {
    return { failed: { name, status: 'failed', detail: messageOf(error) } }
  }
}

function keyChecks(config: Config, variables: LoadedConfiguration['variables']): Check[] {
  const needed = config.providers.flatMap((provider) =>
    provider.kind === 'openai-compatible' && provider.apiKeyEnv !== undefined
      ? [{ variable: provider.apiKeyEnv, provider: provider.name }]
      : [],
  )
  const ofRouters = config.routers.flatMap(({ name, apiKeyEnv }) =>
    apiKeyEnv === undefined ? [] : [{ variable: apiKeyEnv, provider: `the router ${name}` }],
  )
  return [...needed, ...ofRouters].map(({ variable, provider }) => {
    const name = `key of ${provider}`
    return (variables[variable] ?? '') === ''
      ? { name, status: 'failed', detail: `${variable} is not set`, remedy: `export ${variable}=…` }
      : { name, status: 'ok', detail: `${variable} is set` }
  })
}

const onlineTimeoutMs = 5_000

function reachable(config: Config, variables: LoadedConfiguration['variables']): Promise<Check>[] {
  return config.providers.flatMap((provider) =>
    provider.kind === 'openai-compatible' ? [reachableCheck(provider, variables)] : [],
  )
}

async function reachableCheck(
  provider: Extract<ProviderConfig, { kind: 'openai-compatible' }>,
  variables: LoadedConfiguration['variables'],
): Promise<Check> {
  const name = `provider ${provider.name}`
  const url = `${provider.baseUrl}/models`
  const key = provider.apiKeyEnv === undefined ? undefined : variables[provider.apiKeyEnv]
  try {
    const { status } = await fetch(url, {
      headers: {
        ...provider.headers,
        ...(key !== undefined && key !== '' && { authorization: `Bearer ${key}` }),
      },
      // A key is not carried to wherever a redirect points.
      redirect: 'manual',
      signal: AbortSignal.timeout(onlineTimeoutMs),
    })
    if (status === 401 || status === 403)
      return {
        name,
        status: 'failed',
        detail: `${url} refuses the key (${status})`,
        remedy: `Check ${provider.apiKeyEnv ?? 'apiKeyEnv'}.`,
      }
    if (status >= 500) return { name, status: 'failed', detail: `${url} answers ${status}` }
    return { name, status: 'ok', detail: `${url} answers ${status}` }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
    return {
      name,
      status: 'failed',
      detail: `${url} cannot be reached (${messageOf(error)}${cause})`,
      remedy: 'Check baseUrl, and that the server runs.',
    }
  }
}

function portCheck({ server: { host, port } }: Config): Promise<Check> {
  const name = 'port'
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error) => {
      const isTaken = 'code' in error && error.code === 'EADDRINUSE'
      const detail = isTaken
        ? `${host}:${port} is taken by another program`
        : `${host}:${port}: ${error.message}`
      resolve({
        name,
        status: 'failed',
        detail,
        remedy: 'Stop it, or choose another with --port or server.port.',
      })
    })
    probe.listen(port, host, () =>
      probe.close(() => resolve({ name, status: 'ok', detail: `${host}:${port} is free` })),
    )
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
