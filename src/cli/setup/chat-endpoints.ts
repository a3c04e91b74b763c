import { resolve } from 'node:path'
import type { Command } from 'commander'
import { isDemonstration } from '../../config/demo.ts'
import { ConfigError } from '../../errors.ts'
import { createBudget } from '../../learning/labels/judge/chat/budget.ts'
import { type ChatEndpoint, createChatEndpoint } from '../../learning/labels/judge/chat/chat-endpoint.ts'
import {
  openReplyCache,
  type PaidReplies,
  type ReplyCache,
} from '../../learning/labels/judge/chat/reply-cache.ts'
import type { Provider } from '../../providers/provider.ts'
import { createConfiguredProvider } from '../../providers/registry.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { CheckFailedError } from '../terminal/exit-code.ts'
import { countValue, jsonObject, numberValue, pricePair } from '../terminal/option-values.ts'
import type { CommandContext } from '../terminal/terminal.ts'
import { loadConfiguration, modelOf, withOpenAI } from './configuration.ts'
import { apiKeysOf } from './open-gateway.ts'

/** The flags of commands that ask a model many questions. */
export type ChatFlags = {
  readonly config?: string
  readonly baseUrl?: string
  readonly apiKey?: string
  readonly price?: readonly [input: number, output: number]
  readonly maxCost?: number
  readonly cache?: string
  readonly concurrency: number
  readonly temperature?: number
  readonly maxTokens: number
  readonly body?: Readonly<Record<string, unknown>>
}

export function addChatOptions(command: Command): Command {
  return command
    .option(
      '--base-url <url>',
      'where the model is served, up to and including /v1 (default: https://api.openai.com/v1)',
    )
    .option('--api-key <key>', 'key for --base-url (default: the environment variable OPENAI_API_KEY)')
    .option('--config <file>', 'configuration file (default: ./routellm.yaml where there is one)')
    .option(
      '--price <input,output>',
      'dollars per million tokens (default: those of the configured model); 0,0 where it costs nothing',
      pricePair,
    )
    .option(
      '--max-cost <dollars>',
      'the most that the work may cost, what the cache shows as paid included; needs a price',
      numberValue,
    )
    .option(
      '--cache <file>',
      'keeps every reply, so that a run that was stopped goes on without paying again',
    )
    .option('--concurrency <number>', 'calls at a time', countValue, 4)
    .option('--temperature <number>', 'of the model (default: 0, or 1 with several samples)', numberValue)
    .option('--max-tokens <number>', 'longest reply', countValue, 1024)
    .option('--body <json>', 'further fields of each request; null takes one out', jsonObject)
}

/** Endpoints for named models that share a cache and a cost cap. */
export type ChatEndpoints = {
  /** @param flag names the model in errors: `--judge`. */
  endpoint(flag: string, name: string): Promise<ChatEndpoint>
  /** Writes what is left to write and closes the connections. */
  close(): Promise<void>
}

/** Opens the cache; the endpoints follow one by one. The price of `--price` is that of the first. */
export async function openChatEndpoints(
  flags: ChatFlags & { readonly samples?: number },
  context: CommandContext,
): Promise<ChatEndpoints> {
  const { config, variables } = await loadConfiguration(
    flags.config === undefined ? {} : { config: flags.config },
    context,
  )
  const isDemo = isDemonstration(config.providers)
  const isConnected = flags.baseUrl !== undefined || flags.apiKey !== undefined
  const providers = isDemo || isConnected ? withOpenAI(config.providers, flags, context) : config.providers
  const environment = flags.apiKey === undefined ? variables : { ...variables, OPENAI_API_KEY: flags.apiKey }
  const cache =
    flags.cache === undefined ? undefined : await openReplyCache(resolve(context.folder, flags.cache))
  const opened: Provider[] = []
  let budget: ReturnType<typeof createBudget> | undefined

  async function endpoint(flag: string, name: string): Promise<ChatEndpoint> {
    const model = withPrice(
      modelOf(flag, name, config.models, providers),
      opened.length === 0 ? flags.price : undefined,
    )
    const provider = providers.find((each) => each.name === model.provider)
    if (provider === undefined)
      throw new ConfigError('unknown-provider', `${flag} ${name}: there is no provider ${model.provider}`, {
        param: flag,
      })
    const server = { ...config.server, forwardClientKey: false }
    const apiKey = apiKeysOf({ ...config, server, providers, models: [model] }, environment)[provider.name]
    const connection = await createConfiguredProvider(provider, apiKey)
    opened.push(connection)
    if (flags.maxCost !== undefined) budget ??= createBudget(flags.maxCost, paidUsd(cache, model))
    const { maxTokens, concurrency, body, temperature = (flags.samples ?? 1) > 1 ? 1 : 0 } = flags
    return createChatEndpoint({
      provider: connection,
      model,
      temperature,
      maxTokens,
      concurrency,
      ...(body !== undefined && { fields: body }),
      ...(cache !== undefined && { cache }),
      ...(budget !== undefined && { budget }),
    })
  }

  return {
    endpoint,
    async close() {
      await Promise.all(opened.map((provider) => provider.close()))
      await cache?.close()
    },
  }
}

/** Says what is missing because of `--max-cost`, and gives the error that ends the command. */
export function costCapReached(
  what: string,
  { maxCost, cache }: Pick<ChatFlags, 'maxCost' | 'cache'>,
  { note, colors }: CommandContext['terminal'],
): CheckFailedError {
  const advice =
    cache === undefined
      ? 'raise it and run again, with --cache so that what is paid for is kept'
      : 'raise it and run again with the same --cache'
  const message = `${what}: they could have cost more than --max-cost ${maxCost}; ${advice}`
  note(`${colors.red('stopped:')} ${message}`)
  return new CheckFailedError('cost-cap-reached', message)
}

/** What the endpoint said to the first question that it did not take. */
export function refusalNote(reason: string, { colors }: CommandContext['terminal']): string {
  return `${colors.yellow('warning:')} the endpoint does not take every question; of the first it said: ${reason}`
}

function withPrice(model: Model, price: ChatFlags['price']): Model {
  if (price === undefined) return model
  return { ...model, inputUsdPerMillionTokens: price[0], outputUsdPerMillionTokens: price[1] }
}

/** Replies that were had before there was a price cost what they would now. */
function paidUsd(cache: ReplyCache | undefined, model: Model): number {
  const nothing: PaidReplies = { replies: 0, usd: 0, unpricedInputTokens: 0, unpricedOutputTokens: 0 }
  const { usd, unpricedInputTokens, unpricedOutputTokens } = cache?.paid ?? nothing
  const { inputUsdPerMillionTokens = 0, outputUsdPerMillionTokens = 0 } = model
  return (
    usd +
    (unpricedInputTokens * inputUsdPerMillionTokens + unpricedOutputTokens * outputUsdPerMillionTokens) / 1e6
  )
}
