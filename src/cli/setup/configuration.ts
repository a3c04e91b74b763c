import { resolve } from 'node:path'
import { readRegularFile } from '../../base/files/read-file.ts'
import { autoOf, withPolicyModels } from '../../config/assemble.ts'
import { clientKeyHmac } from '../../config/client-key.ts'
import type { Config, ConfigOverrides } from '../../config/config.ts'
import { demoSource, isDemonstration } from '../../config/demo.ts'
import { findModel } from '../../config/model-reference.ts'
import { parseConfig } from '../../config/parse-config.ts'
import { ConfigError, InvalidRequestError } from '../../errors.ts'
import { findRouters } from '../../jobs/named-routers.ts'
import { openAICompatible } from '../../providers/openai-compatible/kind.ts'
import type { ProviderConfig } from '../../providers/registry.ts'
import type { CommandContext } from '../terminal/terminal.ts'

/** The flags that select or override the configuration. */
export type ConfigurationFlags = {
  readonly config?: string
  readonly routers?: readonly string[]
  readonly strongModel?: string
  readonly weakModel?: string
  readonly baseUrl?: string
  readonly apiKey?: string
  readonly host?: string
  readonly port?: number
  readonly clientKey?: readonly string[]
}

export type LoadedConfiguration = {
  readonly config: Config
  /** The environment with the key of `--api-key` in it. */
  readonly variables: Readonly<Record<string, string | undefined>>
}

const defaultFile = 'routellm.yaml'

/**
 * The configuration of a command: the file (`--config`, `ROUTELLM_CONFIG`, or ./routellm.yaml if it exists),
 * or else the demonstration. Flags override it.
 */
export async function loadConfiguration(
  flags: ConfigurationFlags,
  context: CommandContext,
): Promise<LoadedConfiguration> {
  const file = await configurationFile(flags.config, context)
  const overrides = overridesOf(flags)
  const read =
    file === undefined
      ? { ...parseConfig('version: 1', 'command line', overrides, context.routerKinds), source: demoSource }
      : parseConfig(file.text, file.name, overrides, context.routerKinds)
  const routed = withRouters(read, flags.routers, context)
  const config = withModels(routed, flags, context)
  const { variables } = context.environment
  return {
    config,
    variables: flags.apiKey === undefined ? variables : { ...variables, OPENAI_API_KEY: flags.apiKey },
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
        : `the configuration file ${named ?? name} cannot be read: ${String(cause)}`,
      { param: origin, cause },
    )
  }
}

function overridesOf(flags: ConfigurationFlags): ConfigOverrides {
  return {
    ...(flags.host !== undefined && { host: flags.host }),
    ...(flags.port !== undefined && { port: flags.port }),
    ...(flags.clientKey !== undefined && { clientKeys: flags.clientKey.map((key) => clientKeyHmac(key)) }),
  }
}

/** `--routers` selects the routers to load; `auto` keeps its policy, or its router if that is among them. */
function withRouters(config: Config, names: readonly string[] | undefined, context: CommandContext): Config {
  if (names === undefined) return config
  const dependencies = context.routerKinds === undefined ? {} : { kinds: context.routerKinds }
  const routers = findRouters(names, { config, folder: context.folder, dependencies })
  const { auto } = config
  const isKept = auto.kind === 'policy' || routers.some((router) => router.name === auto.router)
  return { ...config, routers, auto: isKept ? auto : autoOf({}, routers) }
}

/** `--strong-model`, `--weak-model`, `--base-url` and `--api-key` define or replace the provider `openai`. */
function withModels(config: Config, flags: ConfigurationFlags, context: CommandContext): Config {
  const isDemo = isDemonstration(config.providers)
  const named = flags.strongModel !== undefined || flags.weakModel !== undefined
  const connected = flags.baseUrl !== undefined || flags.apiKey !== undefined
  if (!named && !connected) return config
  if (isDemo && (flags.strongModel === undefined || flags.weakModel === undefined))
    throw new InvalidRequestError(
      'missing-model',
      `${flags.strongModel === undefined ? '--strong-model' : '--weak-model'} is missing: say both models, as in --strong-model gpt-5 --weak-model gpt-5-nano`,
      { param: flags.strongModel === undefined ? '--strong-model' : '--weak-model' },
    )
  const base = isDemo ? { ...config, providers: [], models: [] } : config
  const providers = isDemo || connected ? withOpenAI(base.providers, flags, context) : base.providers
  const strong = findModel('--strong-model', flags.strongModel ?? base.policy.strong, base.models, providers)
  const weak = findModel('--weak-model', flags.weakModel ?? base.policy.weak, base.models, providers)
  if (strong.name === weak.name)
    throw new InvalidRequestError(
      'one-model',
      `--strong-model and --weak-model are both ${strong.name}; a pair needs two models`,
      { param: '--weak-model' },
    )
  const models = [...base.models, ...[strong, weak].filter((model) => !base.models.includes(model))]
  const policy = { kind: 'pair', strong: strong.name, weak: weak.name } as const
  const source = config.source === demoSource ? 'the command line' : config.source
  return { ...base, source, providers, ...withPolicyModels(policy, models, providers) }
}

/** The providers with `openai` as `--base-url` and `--api-key` define it. */
export function withOpenAI(
  providers: readonly ProviderConfig[],
  flags: ConfigurationFlags,
  context: CommandContext,
): ProviderConfig[] {
  const baseUrl = (flags.baseUrl ?? 'https://api.openai.com/v1').replace(/\/+$/, '')
  const parsed = openAICompatible.settings.safeParse({ baseUrl })
  if (!parsed.success)
    throw new InvalidRequestError(
      'bad-base-url',
      `--base-url ${JSON.stringify(flags.baseUrl)} must start with http:// or https:// and name a host, as in http://127.0.0.1:11434/v1`,
      { param: '--base-url' },
    )
  const known = providers.find((provider) => provider.name === 'openai')
  const openai: ProviderConfig =
    known?.kind === openAICompatible.kind
      ? { ...known, ...(flags.baseUrl !== undefined && { baseUrl }), ...keyName(flags, context) }
      : { kind: openAICompatible.kind, ...parsed.data, name: 'openai', ...keyName(flags, context) }
  return [...providers.filter((provider) => provider.name !== 'openai'), openai]
}

/** The variable is named if it holds a key, or if the endpoint is OpenAI's, which requires one. */
function keyName(flags: ConfigurationFlags, context: CommandContext): { apiKeyEnv?: string } {
  const isSet = (context.environment.variables.OPENAI_API_KEY ?? '') !== ''
  const isNeeded = flags.baseUrl === undefined || flags.apiKey !== undefined || isSet
  return isNeeded ? { apiKeyEnv: 'OPENAI_API_KEY' } : {}
}
