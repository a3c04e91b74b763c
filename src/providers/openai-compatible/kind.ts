import { z } from 'zod'
import type { SettingProblem } from '../../base/settings/problem.ts'
import { connectOverHttp } from '../http/connect.ts'
import type { HttpProviderOptions } from '../http/options.ts'
import { apiKeyEnv, baseUrl, checkHttpSettings, httpSettings, requireDone } from '../http/settings.ts'
import { openAIProtocols } from '../openai/kind.ts'
import { defaultProtocols } from '../provider.ts'
import { defineProviderKind, type ProviderConfigOf, type ProviderEndpoint } from '../provider-kind.ts'
import { findPreset, findPresetAt, presets } from './presets.ts'

const protocolNames = ['chat-completions', 'responses', 'messages', 'pass-through'] as const

const settings = z.strictObject({
  preset: z
    .enum(presets.map(({ name }) => name) as [string, ...string[]])
    .exactOptional()
    .describe(
      'A service or a server whose address, key and differences are known. Every other setting comes first.',
    ),
  baseUrl: baseUrl
    .exactOptional()
    .describe('Up to and including `/v1`. Required without a preset that has an address.'),
  apiKeyEnv: apiKeyEnv.exactOptional(),
  apiKeyHeader: z
    .enum(['authorization', 'api-key', 'x-api-key'])
    .default('authorization')
    .describe('Header that carries the key: `authorization` as `Bearer <key>`, the others as the key alone.'),
  protocols: z
    .array(z.enum(protocolNames))
    .min(1)
    .exactOptional()
    .describe(
      "What it speaks, best first; requests in another protocol are translated. `pass-through` are OpenAI's other endpoints. Default: the preset's, else `chat-completions` and `pass-through`, at OpenAI's own address also `responses`.",
    ),
  ...httpSettings,
  requestStreamUsage: z
    .boolean()
    .exactOptional()
    .describe(
      "Whether to request the token usage of streams (`stream_options.include_usage`). Clients that did not request it do not see it. Default: true, except for Mistral's API, which refuses the option.",
    ),
  requireDone,
})

type Config = ProviderConfigOf<typeof settings>
type Options = Omit<HttpProviderOptions, 'baseUrl'> & { readonly preset?: string; readonly baseUrl?: string }

export const openAICompatible = defineProviderKind({
  kind: 'openai-compatible',
  summary: 'Speaks the OpenAI chat completions API.',
  settings,
  create: async (given: Options, connect = connectOverHttp) => {
    const { preset, protocols, ...rest } = given
    const found = preset === undefined ? undefined : findPreset(preset)
    const options: HttpProviderOptions = {
      ...rest,
      baseUrl: addressOf(given),
      ...dialectOf(given),
      ...(isOpenAI(addressOf(given)) && { refusedFields: ['max_tokens'] as const }),
      protocols: protocols ?? found?.protocols ?? protocolsAt(addressOf(given)),
    }
    return connect(options)
  },
  check: (config) => [...checkHttpSettings(config), ...findMissingAddress(config)],
  genAiProvider: (config) =>
    config.preset === undefined
      ? isOpenAI(addressOf(config))
        ? 'openai'
        : undefined
      : findPreset(config.preset).genAiProvider,
  needs: {
    keys: (config) => {
      const variable = variableOf(config)
      return variable === undefined || config.passThrough ? [] : [variable]
    },
  },
  endpoint: (config): ProviderEndpoint => {
    const variable = variableOf(config)
    return {
      baseUrl: addressOf(config),
      headers: config.headers,
      apiKeyHeader: config.apiKeyHeader,
      ...(variable !== undefined && { apiKeyEnv: variable, isKeyOptional: config.preset === undefined }),
    }
  },
})

/** Empty if it is stated nowhere, which `check` reports. */
function addressOf({ preset, baseUrl: own }: Pick<Options, 'preset' | 'baseUrl'>): string {
  return own ?? (preset === undefined ? null : findPreset(preset).baseUrl) ?? ''
}

/** The preset's variable is for the preset's own address only: a key goes nowhere else by itself. */
function variableOf({ preset, baseUrl: own, apiKeyEnv: variable }: Config): string | undefined {
  if (variable !== undefined || preset === undefined) return variable
  const known = findPreset(preset)
  return own === undefined || known.baseUrl === null || known.baseUrl === own
    ? (known.apiKeyEnv ?? undefined)
    : undefined
}

/** OpenAI's own address is what the others are compatible with. */
function dialectOf(given: Pick<Options, 'preset' | 'baseUrl'>): Pick<HttpProviderOptions, 'dialect'> {
  const address = addressOf(given)
  const preset = given.preset === undefined ? findPresetAt(address) : findPreset(given.preset)
  if (preset?.dialect !== undefined) return { dialect: preset.dialect }
  return isOpenAI(address) ? {} : { dialect: 'compatible' }
}

function isOpenAI(address: string): boolean {
  return URL.canParse(address) && new URL(address).hostname === 'api.openai.com'
}

function protocolsAt(address: string): readonly string[] {
  return isOpenAI(address) ? openAIProtocols : defaultProtocols
}

function findMissingAddress(config: Config): SettingProblem[] {
  if (addressOf(config) !== '') return []
  const { preset } = config
  const hint = preset === undefined ? '' : `; for the preset ${preset} it is ${findPreset(preset).note}`
  return [{ path: ['baseUrl'], message: `missing${hint}` }]
}
