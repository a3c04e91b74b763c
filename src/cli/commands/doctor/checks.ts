import type { OptionalPackage } from '../../../base/settings/needs.ts'
import type { Config } from '../../../config/config.ts'
import { endpointConfigs, findProviderKind, providerKinds } from '../../../providers/registry.ts'
import { embedderKinds } from '../../../routing/embedding/registry.ts'
import { promptFromText } from '../../../routing/prompts/routed-prompt.ts'
import { builtinRouterKinds, loadRouter, routerKeyVariables } from '../../../routing/routers/registry.ts'
import type { RouterKind } from '../../../routing/routers/router-kind.ts'
import { version } from '../../../version.ts'
import { type LoadedConfiguration, loadConfiguration } from '../../setup/configuration.ts'
import { findMissingFiles } from '../../setup/missing-parts.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import type { Check } from './check.ts'
import { encoderCheck } from './encoder-check.ts'
import { onlineChecks, readKey } from './online-checks.ts'
import { operationsChecks } from './operations-checks.ts'
import { portCheck } from './port-check.ts'
import { priceChecks } from './price-check.ts'
import { specialistChecks } from './specialist-checks.ts'

type CheckFlags = { readonly config?: string; readonly online?: true }

/** Packages that no kind needs by itself. */
const furtherPackages: readonly OptionalPackage[] = [
  ...['hyparquet', 'hyparquet-compressors'].map((name) => ({
    name,
    unlocks: ['data in Parquet files'],
    remedy: 'npm install hyparquet hyparquet-compressors',
  })),
  { name: '@pydantic/genai-prices', unlocks: ['newer list prices than those included'] },
  { name: '@opentelemetry/api', unlocks: ['traces (`telemetry.openTelemetry`)'] },
  { name: '@resvg/resvg-js', unlocks: ['curves as PNG (`evaluate --png`)'] },
]

/** The packages that some kind needs, each once with all that it unlocks. */
function optionalPackages(routerKinds: readonly RouterKind[]): OptionalPackage[] {
  const packages = new Map<string, OptionalPackage>()
  const kinds = [...routerKinds, ...embedderKinds, ...providerKinds]
  for (const each of [...kinds.flatMap(({ needs }) => needs?.packages ?? []), ...furtherPackages]) {
    const known = packages.get(each.name)
    packages.set(each.name, { ...each, unlocks: [...(known?.unlocks ?? []), ...each.unlocks] })
  }
  return [...packages.values()]
}

export async function runChecks(flags: CheckFlags, context: CommandContext): Promise<Check[]> {
  const kinds = context.routerKinds ?? builtinRouterKinds
  const before = [
    nodeCheck(process.versions.node),
    { name: 'routellm', status: 'ok', detail: version } as const,
    await builtinRouterCheck(context),
    ...(await Promise.all(optionalPackages(kinds).map(packageCheck))),
    await encoderCheck(),
  ]
  const configuration = await configurationCheck(flags, context)
  if ('failed' in configuration) return [...before, configuration.failed]
  const { config, variables } = configuration.loaded
  return [
    ...before,
    configuration.check,
    ...specialistChecks(config),
    ...(await priceChecks(config, new Date())),
    ...keyChecks(config, variables, kinds),
    ...(await operationsChecks(config, variables)),
    ...(flags.online === true ? await Promise.all(onlineChecks(config, variables)) : []),
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

async function packageCheck({ name, remedy, ...what }: OptionalPackage): Promise<Check> {
  const unlocks = formatUnlocks(what)
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

/** `a, b and c, together with another package`. */
function formatUnlocks({ unlocks, companions = [] }: Omit<OptionalPackage, 'name'>): string {
  const list =
    unlocks.length < 2 ? unlocks.join('') : `${unlocks.slice(0, -1).join(', ')} and ${unlocks.at(-1)}`
  return companions.length === 0 ? list : `${list}, together with ${companions.join(', ')}`
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
      { findProblems: findMissingFiles },
    )
    const { source, models, routers, lock } = loaded.config
    const locked = lock === null ? '' : `; ${lock.routes.length} policies from ${lock.file}`
    const detail = `${source}: ${models.length} models, ${routers.length} routers${locked}`
    return { loaded, check: { name, status: 'ok', detail } }
  } catch (error) {
    return { failed: { name, status: 'failed', detail: messageOf(error) } }
  }
}

function keyChecks(
  config: Config,
  variables: LoadedConfiguration['variables'],
  kinds: readonly RouterKind[],
): Check[] {
  const needed = config.providers.flatMap((provider) => {
    const { needs } = findProviderKind(provider.kind)
    const variables = endpointConfigs(provider).flatMap((endpoint) => needs?.keys?.(endpoint) ?? [])
    return [...new Set(variables)].map((variable) => ({ variable, provider: provider.name }))
  })
  const ofRouters = config.routers.flatMap((router) =>
    routerKeyVariables(router, kinds).map((variable) => ({
      variable,
      provider: `the router ${router.name}`,
    })),
  )
  return [...needed, ...ofRouters].map(({ variable, provider }) => {
    const name = `key of ${provider}`
    const key = readKey(variables, variable)
    if (key instanceof Error) return { name, status: 'failed', detail: key.message }
    return key === undefined
      ? { name, status: 'failed', detail: `${variable} is not set`, remedy: `export ${variable}=…` }
      : { name, status: 'ok', detail: `${variable} is set` }
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
