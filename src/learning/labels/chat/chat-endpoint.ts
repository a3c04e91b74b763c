import { createHash } from 'node:crypto'
import { createLimiter, type Limiter } from '../../../base/concurrency/limiter.ts'
import { type Attempt, type RetryPolicy, withRetries } from '../../../base/http/retry.ts'
import { InvalidRequestError } from '../../../errors.ts'
import type { Provider } from '../../../providers/provider.ts'
import type { Model } from '../../../routing/catalogue/model.ts'
import type { TokenCounts } from '../../../routing/catalogue/prices.ts'
import type { Budget } from './budget.ts'
import { chatBody, inputTokensAtMost, type JudgeMessage, outputTokensAtMost } from './chat-body.ts'
import { attemptFailure, type ChatAttempt, type FailedAttempt, sendChat } from './chat-call.ts'
import type { ReplyCache, StoredReply } from './reply-cache.ts'

/** A paid model behind an OpenAI-compatible endpoint that answers many questions. */
export type ChatEndpoint = {
  /** The model's name, `provider/model`. Part of the key of a cached reply. */
  readonly id: string
  /**
   * Rejects with `UpstreamError` if the endpoint answers no question (`judge-unreachable`, `judge-failed`), and with
   * `signal.reason` if `signal` aborts.
   */
  ask(question: ChatQuestion, signal?: AbortSignal): Promise<ChatAnswer>
  /** The number and cost of the requests so far. */
  usage(): EndpointUsage
}

export type ChatQuestion = {
  readonly messages: readonly JudgeMessage[]
  /** Distinguish questions with the same text that need separate answers: samples, and attempts at one sample. */
  readonly sample: number
  readonly attempt: number
}

export type ChatAnswer =
  | {
      readonly kind: 'answered'
      readonly text: string
      /** The reply ended at the limit of its length. */
      readonly isCut: boolean
      /** As the endpoint counts them, reasoning included; null if it does not say. */
      readonly tokens: TokenCounts | null
    }
  /** The endpoint refuses this question, for example because it is too long, but answers others. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Not sent, because it could have exceeded the budget. */
  | { readonly kind: 'over-budget' }

export type EndpointUsage = {
  /** Replies from the endpoint and from the cache. */
  readonly replies: number
  readonly cachedReplies: number
  /** Attempts that failed and were repeated. */
  readonly repeated: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Dollars for replies from the endpoint; null if the model has no price. */
  readonly paidUsd: number | null
  /** Dollars that the replies from the cache cost originally; null if some had no price. */
  readonly cachedUsd: number | null
  /** Upper bound of the dollars paid for replies that did not arrive. */
  readonly lostUsd: number
}

/** Default: 5 retries, and at most 60 s before one. */
export type ChatEndpointOptions = Partial<RetryPolicy> & {
  readonly provider: Provider
  /** Its `name` is the endpoint's id. Costs are known if it has prices. */
  readonly model: Model
  /** Default: 0. null sends none, as some reasoning models require. */
  readonly temperature?: number | null
  /** The longest reply, in tokens. Default: 1,024. */
  readonly maxTokens?: number
  /** Further fields of the request's body; null removes one. */
  readonly fields?: Readonly<Record<string, unknown>>
  readonly cache?: ReplyCache
  /** Needs a model with prices. */
  readonly budget?: Budget
  /** Calls at a time. Default: 4. */
  readonly concurrency?: number
  /** Limits the calls of several endpoints together, instead of `concurrency`. */
  readonly limiter?: Limiter
  /** From the request to the whole reply. Default: 120,000. */
  readonly timeoutMs?: number
}

type RepeatedFailure = FailedAttempt & { readonly tries: number }

/** If an endpoint refuses this many questions before it answers one, the request itself is wrong. */
const refusalsBeforeAnswer = 5

/**
 * An endpoint with a cache, a limit of concurrent calls and a budget, in this order. A cached reply costs nothing and
 * waits for nothing; at most `concurrency` calls are open; each call reserves the most that it can cost before it is
 * sent. That is the price of one input token per UTF-8 byte of the messages, and of the longest reply. The bound holds
 * for every tokenizer that reads bytes, if the endpoint keeps the limit of the reply.
 *
 * @throws InvalidRequestError `unpriced-judge` for a budget without prices, `unbounded-judge` for a budget without a
 *   limit of the reply, and what `chatBody` throws.
 */
export function createChatEndpoint(options: ChatEndpointOptions): ChatEndpoint {
  const { provider, model, cache, budget, timeoutMs = 120_000 } = options
  const policy = {
    ...options,
    retries: options.retries ?? 5,
    maxRetryDelayMs: options.maxRetryDelayMs ?? 60_000,
  }
  const prices = findPrices(model)
  const limiter = options.limiter ?? createLimiter(options.concurrency ?? 4)
  const flights = new Map<string, Promise<ChatAnswer>>()
  const counts = { replies: 0, cachedReplies: 0, repeated: 0, inputTokens: 0, outputTokens: 0 }
  const dollars = { paid: 0, cached: 0, cachedUnknown: 0, lost: 0 }
  let refusals = 0
  checkBudget(options, prices)

  async function ask(question: ChatQuestion, signal?: AbortSignal): Promise<ChatAnswer> {
    signal?.throwIfAborted()
    const body = chatBody(options, question.messages)
    const key = hashQuestion(model.name, body, question)
    // The first caller of a question pays. If its call fails, the next caller sends its own.
    for (let flight = flights.get(key); flight !== undefined; flight = flights.get(key)) {
      const answer = await flight.catch(() => undefined)
      signal?.throwIfAborted()
      if (answer !== undefined) return answer
    }
    const flight = cachedOrAsked(key, body, question, signal).finally(() => flights.delete(key))
    flights.set(key, flight)
    return flight
  }

  async function cachedOrAsked(
    key: string,
    body: string,
    question: ChatQuestion,
    signal: AbortSignal | undefined,
  ): Promise<ChatAnswer> {
    const stored = await cache?.get(key)
    if (stored === undefined) return limiter.run(() => askWithin(key, body, question, signal))
    counts.cachedReplies++
    if (stored.costUsd === null) dollars.cachedUnknown++
    else dollars.cached += stored.costUsd
    return toAnswer(stored)
  }

  async function askWithin(
    key: string,
    body: string,
    { messages }: ChatQuestion,
    signal: AbortSignal | undefined,
  ): Promise<ChatAnswer> {
    const limitUsd = prices === undefined ? 0 : mostUsd(body, messages, prices)
    const last = await withRetries((tries) => attempt(tries), policy, signal)
    if (last.kind !== 'failed') return last
    throw attemptFailure(last, provider.name, model, last.tries)

    async function attempt(tries: number): Promise<Attempt<ChatAnswer | RepeatedFailure>> {
      if (tries > 1) counts.repeated++
      const reservation = await budget?.reserve(limitUsd)
      if (budget !== undefined && reservation === undefined)
        return { kind: 'final', result: { kind: 'over-budget' } }
      const reply = await sendChat(provider, { body, model: model.upstream }, timeoutMs, signal)
      if (reply.kind === 'answered') {
        const stored = toStoredReply(reply, limitUsd, prices)
        reservation?.settle(stored.costUsd ?? 0)
        await keep(key, stored)
        return { kind: 'final', result: toAnswer(stored) }
      }
      const lostUsd = reply.mayHaveCost ? limitUsd : 0
      reservation?.settle(lostUsd)
      if (lostUsd > 0) await lose(lostUsd)
      signal?.throwIfAborted()
      if (reply.isRefusal && (counts.replies + counts.cachedReplies > 0 || ++refusals < refusalsBeforeAnswer))
        return { kind: 'final', result: { kind: 'refused', reason: reply.message } }
      const result = { ...reply, tries }
      return reply.isRetryable
        ? { kind: 'retryable', result, askedMs: reply.askedMs }
        : { kind: 'final', result }
    }
  }

  async function keep(key: string, reply: StoredReply): Promise<void> {
    counts.replies++
    counts.inputTokens += reply.inputTokens
    counts.outputTokens += reply.outputTokens
    dollars.paid += reply.costUsd ?? 0
    await cache?.put(key, reply)
  }

  async function lose(usd: number): Promise<void> {
    dollars.lost += usd
    await cache?.putLost(usd)
  }

  return {
    id: model.name,
    ask,
    usage: () => ({
      ...counts,
      paidUsd: prices === undefined ? null : dollars.paid,
      cachedUsd: dollars.cachedUnknown > 0 ? null : dollars.cached,
      lostUsd: dollars.lost,
    }),
  }
}

type Prices = { readonly inputUsdPerMillionTokens: number; readonly outputUsdPerMillionTokens: number }

/** Both prices, or undefined. */
function findPrices({ inputUsdPerMillionTokens, outputUsdPerMillionTokens }: Model): Prices | undefined {
  if (inputUsdPerMillionTokens === undefined || outputUsdPerMillionTokens === undefined) return undefined
  return { inputUsdPerMillionTokens, outputUsdPerMillionTokens }
}

function checkBudget(options: ChatEndpointOptions, prices: Prices | undefined): void {
  if (options.budget === undefined) return
  const { name } = options.model
  if (prices === undefined)
    throw new InvalidRequestError(
      'unpriced-judge',
      `The model ${name} has no price, so a cost cap cannot be kept. Give its dollars per million tokens of input and output, as in --price 0.4,1.6 (0,0 for a free model), or remove the cap.`,
    )
  if (outputTokensAtMost(chatBody(options, [])) === undefined)
    throw new InvalidRequestError(
      'unbounded-judge',
      `The requests to ${name} limit neither max_tokens nor max_completion_tokens, so a cost cap cannot be kept. Send one of them.`,
    )
}

function usd(inputTokens: number, outputTokens: number, prices: Prices): number {
  return (
    (inputTokens * prices.inputUsdPerMillionTokens + outputTokens * prices.outputUsdPerMillionTokens) / 1e6
  )
}

function mostUsd(body: string, messages: readonly JudgeMessage[], prices: Prices): number {
  return usd(inputTokensAtMost(messages), outputTokensAtMost(body) ?? 0, prices)
}

/** A reply without usage is counted at the most that it can have cost. */
function toStoredReply(
  { text, isCut, usage }: Extract<ChatAttempt, { kind: 'answered' }>,
  limitUsd: number,
  prices: Prices | undefined,
): StoredReply {
  const { inputTokens = 0, outputTokens = 0 } = usage ?? {}
  const costUsd =
    prices === undefined ? null : usage === undefined ? limitUsd : usd(inputTokens, outputTokens, prices)
  return { text, isCut, inputTokens, outputTokens, costUsd }
}

function toAnswer({ text, isCut, inputTokens, outputTokens }: StoredReply): ChatAnswer {
  // A reply that was stored without its usage has 0 of both.
  const tokens = outputTokens > 0 ? { inputTokens, outputTokens } : null
  return { kind: 'answered', text, isCut, tokens }
}

/** The body has the model, the filled template and the sampling options. */
function hashQuestion(id: string, body: string, { sample, attempt }: ChatQuestion): string {
  return createHash('sha256')
    .update(JSON.stringify([id, body, sample, attempt]))
    .digest('hex')
}
