import { resolve } from 'node:path'
import { readRegularFile } from '../../base/files/read-file.ts'
import type { SettingProblem } from '../../base/settings/problem.ts'
import { autoOf } from '../../config/assemble.ts'
import { clientKeyHmac, findKeyProblem } from '../../config/client-key.ts'
import type { Config, ConfigOverrides } from '../../config/config.ts'
import { commandLineSource, demoSource, isDemonstration } from '../../config/demo.ts'
import { checkKeyFile, describeShadowed } from '../../config/key-file/apply-key-file.ts'
import { keyFileOf } from '../../config/key-file/key-file-place.ts'
import { readKeyFile } from '../../config/key-file/read-key-file.ts'
import { parseCheckedConfig, parseConfig } from '../../config/parse-config.ts'
import { ConfigError, InvalidRequestError } from '../../errors.ts'
import { findRouters } from '../../jobs/named-routers.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { findPolicyKind, type PolicySpec } from '../../routing/policies/registry.ts'
import type { CommandContext } from '../terminal/terminal.ts'
import { describeReplaced, withFlaggedAuto, withLockFile } from './locked-configuration.ts'
import { namedModelWarnings, resolveNamedModels } from './named-models.ts'

/** The flags that select or override the configuration. */
export type ConfigurationFlags = {
  readonly config?: string
  readonly routers?: readonly string[]
  readonly threshold?: number
  readonly strongModel?: string
  readonly weakModel?: string
  readonly baseUrl?: string
  readonly apiKey?: string
  readonly host?: string
  readonly port?: number
  readonly clientKey?: readonly string[]
  /** From `ROUTELLM_CLIENT_KEYS`, which only a server reads. */
  readonly environmentClientKeys?: readonly string[]
}

export type LoadedConfiguration = {
  readonly config: Config
  /** The environment with the key of `--api-key` in it. */
  readonly variables: Readonly<Record<string, string | undefined>>
  /** What whoever gave the flags should know. */
  readonly warnings: readonly string[]
}

const defaultFile = 'routellm.yaml'

export type LoadingOptions = {
  /** What the command needs besides a valid file: it is reported together with what is wrong in the file. */
  readonly findProblems?: (config: Config) => readonly SettingProblem[]
  /** For a command that asks no router. Default: the lock file beside the configuration is followed. */
  readonly ignoresLock?: boolean
}

/**
 * The configuration of a command: the file (`--config`, `ROUTELLM_CONFIG`, or ./routellm.yaml if it exists),
 * or else the demonstration, with the keys of the key file beside it and what the lock file there has put in service. Flags override both.
 *
 * @throws ConfigError, also for a lock file or a key file that is wrong.
 */
export async function loadConfiguration(
  flags: ConfigurationFlags,
  context: CommandContext,
  { findProblems = () => [], ignoresLock = false }: LoadingOptions = {},
): Promise<LoadedConfiguration> {
  const file = await configurationFile(flags.config, context)
  const keyFile = await readKeyFile(keyFileOf({ source: file?.name ?? demoSource }, context.folder))
  const overrides = { ...overridesOf(flags), keyFile }
  const read =
    file === undefined
      ? withoutFile(parseConfig('version: 1', 'command line', overrides, context.routerKinds), context.folder)
      : parseCheckedConfig(file.text, file.name, {
          overrides,
          findProblems,
          ...(context.routerKinds !== undefined && { kinds: context.routerKinds }),
        })
  checkKeyFile(read, keyFile)
  const locked = ignoresLock ? read : await withLockFile(read, context.folder)
  const routed = withRouters(locked, flags, context)
  const loaded = withModels(routed, flags, context.environment.variables)
  return {
    ...loaded,
    warnings: [...describeShadowed(read), ...describeReplaced(locked.lock, routed), ...loaded.warnings],
  }
}

/** What nobody wrote: the store is in the folder of the command, whatever that of the process is. */
function withoutFile(config: Config, folder: string): Config {
  const { store } = config
  return {
    ...config,
    source: demoSource,
    store: store === null ? null : { ...store, folder: resolve(folder, '.routellm') },
  }
}

const mostConfigurationBytes = 16 * 1024 * 1024

async function configurationFile(
  flag: string | undefined,
  { environment, folder }: CommandContext,
): Promise<{ name: string; text: string } | undefined> {
  const named = flag ?? environment.configFile
  const name = resolve(folder, named ?? defaultFile)
  try {
    return { name, text: (await readRegularFile(name, mostConfigurationBytes)).toString('utf8') }
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    if (isMissing && named === undefined) return undefined
    const origin = flag === undefined && named !== undefined ? 'ROUTELLM_CONFIG' : '--config'
    throw new ConfigError(
      'config-unreadable',
      isMissing
        ? `there is no configuration file ${named ?? name} (${origin}); \`routellm init\` writes one`
        : `the configuration file ${named ?? name} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { param: origin, cause },
    )
  }
}

function overridesOf(flags: ConfigurationFlags): ConfigOverrides {
  const clientKeys = [
    ...(flags.clientKey ?? []).map((key) => clientKeyEntry(key, '--client-key')),
    ...(flags.environmentClientKeys ?? []).map((key) => clientKeyEntry(key, 'ROUTELLM_CLIENT_KEYS')),
  ]
  return {
    ...(flags.host !== undefined && { host: flags.host }),
    ...(flags.port !== undefined && { port: flags.port }),
    ...(clientKeys.length > 0 && { clientKeys }),
  }
}

function clientKeyEntry(key: string, setting: string): string {
  const problem = findKeyProblem(key)
  if (problem === null) return clientKeyHmac(key)
  throw new InvalidRequestError('weak-client-key', `${setting}: ${problem}`, { param: setting })
}

/**
 * `--routers` selects the routers to load, besides those that policies need. `auto` keeps its router or policy if its
 * routers are among the named ones; otherwise it is the first of them (`mf` if it is named). `--threshold` is that of the
 * router of `auto`.
 */
function withRouters(
  config: Config,
  { routers: names, threshold }: ConfigurationFlags,
  context: CommandContext,
): Config {
  if (names === undefined) return withThreshold(config, threshold)
  const dependencies = context.routerKinds === undefined ? {} : { kinds: context.routerKinds }
  const named = findRouters(names, { config, folder: context.folder, dependencies })
  const isNamed = (name: string) => named.some((router) => router.name === name)
  const { auto } = config
  const policy = auto.kind === 'policy' ? config.policies.find(({ name }) => name === auto.policy) : undefined
  const ofAuto = auto.kind === 'policy' ? (policy === undefined ? [] : policyRouters(policy)) : [auto.router]
  const isKept = ofAuto.every(isNamed) && !(auto.kind === 'policy' && threshold !== undefined)
  const decided = withThreshold(
    isKept ? config : withFlaggedAuto({ ...config, routers: named }, autoOf({}, named)),
    threshold,
  )
  const needed = [...config.policies.flatMap(policyRouters), ...canaryRouters(decided)]
  const others = config.routers.filter(({ name }) => !isNamed(name) && needed.includes(name))
  return { ...decided, routers: [...named, ...others] }
}

function canaryRouters({ lock }: Config): string[] {
  return (lock?.routes ?? []).flatMap(({ canary }) => canary?.router ?? [])
}

/** The names of the routers that a policy needs. */
function policyRouters({ name: _, kind, ...settings }: PolicySpec): string[] {
  return findPolicyKind(kind)
    .references(settings)
    .routers.map((router) => router.name)
}

function withThreshold(config: Config, threshold: number | undefined): Config {
  const { auto } = config
  if (threshold === undefined) return config
  if (auto.kind === 'policy')
    throw new InvalidRequestError(
      'policy-with-router',
      `--threshold is that of a router, and auto is the policy ${auto.policy}; name the router, as in --routers mf --threshold ${threshold}`,
      { param: '--threshold' },
    )
  return withFlaggedAuto(config, { kind: 'threshold', router: auto.router, threshold })
}

/** `--strong-model` and `--weak-model` replace the pair; `--base-url` and `--api-key` say where they are served. */
function withModels(
  config: Config,
  flags: ConfigurationFlags,
  variables: LoadedConfiguration['variables'],
): LoadedConfiguration {
  const isDemo = isDemonstration(config.providers)
  const { strongModel, weakModel, baseUrl, apiKey } = flags
  const isPairNamed = strongModel !== undefined || weakModel !== undefined
  if (!isPairNamed && baseUrl === undefined && apiKey === undefined)
    return { config, variables, warnings: [] }
  if (isDemo && (strongModel === undefined || weakModel === undefined)) throw missingModel(strongModel)
  if (!isPairNamed && baseUrl !== undefined)
    throw new InvalidRequestError(
      'missing-model',
      `--base-url says where the models given by flags are served, and none is given: add --strong-model or --weak-model, or change baseUrl in ${config.source}`,
      { param: '--base-url' },
    )
  const base = isDemo ? { ...config, providers: [], models: [] } : config
  const named = [
    ...(strongModel === undefined ? [] : [{ option: '--strong-model', name: strongModel }]),
    ...(weakModel === undefined ? [] : [{ option: '--weak-model', name: weakModel }]),
  ]
  const { models, source } = resolveNamedModels(named, flags, { ...base, variables }, isDemo)
  const strong = strongModel === undefined ? base.policy.strong : (models[0]?.name ?? strongModel)
  const weak = weakModel === undefined ? base.policy.weak : (models.at(-1)?.name ?? weakModel)
  checkPair(strong, weak, source.models)
  const policy = { kind: 'pair', strong, weak } as const
  return {
    config: {
      ...base,
      source: config.source === demoSource ? commandLineSource : config.source,
      providers: source.providers,
      models: source.models,
      policy,
    },
    variables: source.variables,
    warnings: namedModelWarnings(models, flags),
  }
}

function missingModel(strongModel: string | undefined): InvalidRequestError {
  const option = strongModel === undefined ? '--strong-model' : '--weak-model'
  return new InvalidRequestError(
    'missing-model',
    `${option} is missing: say both models, as in --strong-model gpt-5 --weak-model gpt-5-nano`,
    { param: option },
  )
}

/** @throws InvalidRequestError `one-model` if both names stand for one model of one provider. */
function checkPair(strong: string, weak: string, models: readonly Model[]): void {
  const [one, other] = [strong, weak].map((name) => models.find((model) => model.name === name))
  const isOne =
    strong === weak ||
    (one !== undefined && one.provider === other?.provider && one.upstream === other.upstream)
  if (isOne)
    throw new InvalidRequestError(
      'one-model',
      `--strong-model and --weak-model are both ${one?.upstream ?? strong}; a pair needs two models`,
      { param: '--weak-model' },
    )
}
