import { resolve } from 'node:path'
import { z } from 'zod'
import { createLimiter } from '../../base/concurrency/limiter.ts'
import { findModel } from '../../config/model-reference.ts'
import { ConfigError } from '../../errors.ts'
import { createBudget } from '../../learning/labels/chat/budget.ts'
import { type ChatEndpoint, createChatEndpoint } from '../../learning/labels/chat/chat-endpoint.ts'
import { openReplyCache, type PaidReplies, type ReplyCache } from '../../learning/labels/chat/reply-cache.ts'
import type { Provider } from '../../providers/provider.ts'
import { defaultProtocols } from '../../providers/provider.ts'
import { providerKeys } from '../../providers/provider-keys.ts'
import { createConfiguredProvider } from '../../providers/registry.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { Workspace } from '../workspace.ts'
import { withListPrice } from './list-price.ts'

/** The fields of a payload whose job asks a language model many questions. */
export const chatOptions = {
  /** Dollars per million tokens, input and output. Default: those of the configured model, else OpenAI’s list price. */
  price: z.exactOptional(z.tuple([z.number(), z.number()]).readonly()),
  /** Cost limit of the job in dollars, including what the cache shows as paid. Needs a price. */
  maxCost: z.exactOptional(z.number()),
  /** A file that keeps every reply, so a stopped job continues without paying again. */
  cache: z.exactOptional(z.string()),
  /** Calls at a time. */
  concurrency: z.number().default(4),
  /** Default: 0, or 1 with several samples; null sends none. */
  temperature: z.exactOptional(z.nullable(z.number())),
  /** Tokens of the longest reply. */
  maxTokens: z.number().default(1024),
  /** More fields of each request; null removes one. */
  body: z.exactOptional(z.record(z.string(), z.unknown())),
}

const optionsSchema = z.object(chatOptions)
export type ChatOptions = z.output<typeof optionsSchema>

/** Endpoints for named models that share a cache and a cost cap. */
export type ChatEndpoints = {
  /**
   * @param option names the model in errors: `--judge`.
   * @param price instead of the configured model's, or of the list price of one of OpenAI's.
   */
  endpoint(option: string, name: string, price?: ChatOptions['price']): Promise<ChatEndpoint>
  /** Replies in the cache, of this run and of earlier ones. */
  readonly keptReplies: number
  /** Writes the remaining replies and closes the connections. */
  close(): Promise<void>
}

/** Opens the cache. At most `concurrency` calls of all endpoints together are open. */
export async function openChatEndpoints(
  options: Omit<ChatOptions, 'price'> & { readonly samples?: number },
  { folder, config, variables = {} }: Workspace,
): Promise<ChatEndpoints> {
  const { models, providers } = config
  const cache = options.cache === undefined ? undefined : await openReplyCache(resolve(folder, options.cache))
  const opened: Provider[] = []
  const limiter = createLimiter(options.concurrency)
  let budget: ReturnType<typeof createBudget> | undefined

  async function endpoint(option: string, name: string, price?: ChatOptions['price']): Promise<ChatEndpoint> {
    const found = findModel(option, name, models, providers)
    const provider = providers.find((each) => each.name === found.provider)
    if (provider === undefined)
      throw new ConfigError('unknown-provider', `${option} ${name}: there is no provider ${found.provider}`, {
        param: option,
      })
    const model =
      price === undefined ? await withListPrice(found, provider, new Date()) : withPrice(found, price)
    const server = { ...config.server, forwardClientKey: false }
    const apiKeys = providerKeys({ server, providers, models: [model] }, variables)
    const connection = await createConfiguredProvider(provider, apiKeys)
    opened.push(connection)
    if (!(connection.protocols ?? defaultProtocols).includes('chat-completions'))
      throw new ConfigError(
        'provider-speaks-no-chat',
        `${option} ${name}: the provider ${provider.name} (kind ${provider.kind}) does not speak chat completions, in which labels and answers are asked for. Name a model of another provider, or call this one through a running gateway (--base-url).`,
        { param: option },
      )
    if (options.maxCost !== undefined) budget ??= createBudget(options.maxCost, paidUsd(cache, model))
    const { maxTokens, body, temperature = (options.samples ?? 1) > 1 ? 1 : 0 } = options
    return createChatEndpoint({
      provider: connection,
      model,
      temperature,
      maxTokens,
      limiter,
      ...(body !== undefined && { fields: body }),
      ...(cache !== undefined && { cache }),
      ...(budget !== undefined && { budget }),
    })
  }

  return {
    endpoint,
    get keptReplies() {
      return cache?.paid.replies ?? 0
    },
    async close() {
      await Promise.all(opened.map((provider) => provider.close()))
      await cache?.close()
    },
  }
}

function withPrice(model: Model, price: NonNullable<ChatOptions['price']>): Model {
  return { ...model, inputUsdPerMillionTokens: price[0], outputUsdPerMillionTokens: price[1] }
}

/** Replies that were paid for before the model had a price are counted at its current price. */
function paidUsd(cache: ReplyCache | undefined, model: Model): number {
  const nothing: PaidReplies = { replies: 0, usd: 0, unpricedInputTokens: 0, unpricedOutputTokens: 0 }
  const { usd, unpricedInputTokens, unpricedOutputTokens } = cache?.paid ?? nothing
  const { inputUsdPerMillionTokens = 0, outputUsdPerMillionTokens = 0 } = model
  return (
    usd +
    (unpricedInputTokens * inputUsdPerMillionTokens + unpricedOutputTokens * outputUsdPerMillionTokens) / 1e6
  )
}
