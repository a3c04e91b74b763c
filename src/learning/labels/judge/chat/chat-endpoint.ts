import { createHash } from 'node:crypto'
import { createGate } from '../../../../base/concurrency/gate.ts'
import { InvalidRequestError } from '../../../../errors.ts'
import type { Provider } from '../../../../providers/provider.ts'
import type { Model } from '../../../../routing/catalogue/model.ts'
import type { Budget } from './budget.ts'
import { chatBody, inputTokensAtMost, type JudgeMessage, outputTokensAtMost } from './chat-body.ts'
import { type Attempt, sendChat } from './chat-call.ts'
import { attemptFailure, mayRecover, retryDelayMs, waitOrAbort } from './chat-failure.ts'
import type { ReplyCache, StoredReply } from './reply-cache.ts'

/** A model behind an OpenAI-compatible endpoint that is asked many questions, for money. */
export type ChatEndpoint = {
  /** The model's name, `provider/model`; part of what replies are kept under. */
  readonly id: string
  /**
   * Rejects with `UpstreamError` where the endpoint does not answer anybody (`judge-unreachable`, `judge-failed`),
   * with `signal.reason` once `signal` aborts.
   */
  ask(question: ChatQuestion, signal?: AbortSignal): Promise<ChatAnswer>
  /** What was asked and paid so far. */
  usage(): EndpointUsage
}

export type ChatQuestion = {
  readonly messages: readonly JudgeMessage[]
  /** Tells apart questions in the same words that are to be answered anew: samples, and attempts at one. */
  readonly sample: number
  readonly attempt: number
}

export type ChatAnswer =
  | { readonly kind: 'answered'; readonly text: string }
  /** The endpoint takes no such question (too long, say) but answers others. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Not asked: it could have exceeded the budget. */
  | { readonly kind: 'over-budget' }

export type EndpointUsage = {
  /** Replies that came from the endpoint, and from the cache. */
  readonly replies: number
  readonly cachedReplies: number
  /** Attempts that failed and were repeated. */
  readonly repeated: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Dollars for replies from the endpoint; null where the model has no price. */
  readonly paidUsd: number | null
  /** Dollars that the replies from the cache cost when they were had; null where some had no price. */
  readonly cachedUsd: number | null
  /** Dollars that may have been paid for replies that never came: at most this. */
  readonly lostUsd: number
}

export type ChatEndpointOptions = {
  readonly provider: Provider
  /** Its `name` is the endpoint's id; its prices make costs known. */
  readonly model: Model
  /** 0 unless told; null leaves it to the model, as some reasoning models require. */
  readonly temperature?: number | null
  /** The longest reply, in tokens; 1,024 unless told. */
  readonly maxTokens?: number
  /** Further fields of the request's body; null takes one out. */
  readonly fields?: Readonly<Record<string, unknown>>
  readonly cache?: ReplyCache
  /** Needs a model with prices. */
  readonly budget?: Budget
  /** Calls at a time; 4 unless told. */
  readonly concurrency?: number
  /** Further attempts after a failure that may pass; 5 unless told. */
  readonly retries?: number
  /** No wait before another attempt is longer, whatever the endpoint says; 60 s unless told. */
  readonly maxRetryDelayMs?: number
  /** From request to whole reply; 120 s unless told. */
  readonly timeoutMs?: number
  /** Waits between attempts. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>
}

/** An endpoint that refuses this many questions before it has answered any refuses all: the request is wrong. */
const refusalsBeforeAnswer = 5

/**
 * Asks through a cache, a gate and a budget, in this order: a reply that is there costs nothing and waits for
 * nothing; at most `concurrency` calls are open; and each reserves the most it can cost before it is sent. That is
 * the price of as many input tokens as the messages have UTF-8 bytes, and of the longest reply; it holds for every
 * tokenizer that reads bytes, and where the endpoint keeps to the reply's limit.
 *
 * @throws InvalidRequestError `unpriced-judge` for a budget without prices, `unbounded-judge` for one where no limit
 *   of the reply is sent, and what `chatBody` throws.
 */
export function createChatEndpoint(options: ChatEndpointOptions): ChatEndpoint {
  const { provider, model, cache, budget, retries = 5 } = options
  const { timeoutMs = 120_000, maxRetryDelayMs = 60_000, wait = waitOrAbort } = options
  const prices = pricesOf(model)
  const gate = createGate(options.concurrency ?? 4)
  const flights = new Map<string, Promise<ChatAnswer>>()
  const counts = { replies: 0, cachedReplies: 0, repeated: 0, inputTokens: 0, outputTokens: 0 }
  const dollars = { paid: 0, cached: 0, cachedUnknown: 0, lost: 0 }
  let refusals = 0
  checkBudget(options, prices)

  async function ask(question: ChatQuestion, signal?: AbortSignal): Promise<ChatAnswer> {
    signal?.throwIfAborted()
    const body = chatBody(options, question.messages)
    const key = keyOf(model.name, body, question)
    // Asked already: whoever asked first pays. Should that come to nothing, the next one asks itself.
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
    if (stored === undefined) return gate.run(() => askWithin(key, body, question, signal))
    counts.cachedReplies++
    if (stored.costUsd === null) dollars.cachedUnknown++
    else dollars.cached += stored.costUsd
    return { kind: 'answered', text: stored.text }
  }

  async function askWithin(
    key: string,
    body: string,
    { messages }: ChatQuestion,
    signal: AbortSignal | undefined,
  ): Promise<ChatAnswer> {
    const limitUsd = prices === undefined ? 0 : mostUsd(body, messages, prices)
    for (let tries = 1; ; tries++) {
      signal?.throwIfAborted()
      const reservation = await budget?.reserve(limitUsd)
      if (budget !== undefined && reservation === undefined) return { kind: 'over-budget' }
      const attempt = await sendChat(provider, body, timeoutMs, signal)
      if (attempt.kind === 'answered') {
        const reply = storedReply(attempt, limitUsd, prices)
        reservation?.settle(reply.costUsd ?? 0)
        await keep(key, reply)
        return { kind: 'answered', text: reply.text }
      }
      const lostUsd = attempt.mayHaveCost ? limitUsd : 0
      reservation?.settle(lostUsd)
      if (lostUsd > 0) await lose(lostUsd)
      signal?.throwIfAborted()
      if (
        attempt.isRefusal &&
        (counts.replies + counts.cachedReplies > 0 || ++refusals < refusalsBeforeAnswer)
      )
        return { kind: 'refused', reason: attempt.words }
      if (!mayRecover(attempt) || tries > retries) throw attemptFailure(attempt, provider.name, model, tries)
      counts.repeated++
      await wait(Math.min(retryDelayMs(attempt, tries), maxRetryDelayMs), signal)
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

/** Both prices or none. */
function pricesOf({ inputUsdPerMillionTokens, outputUsdPerMillionTokens }: Model): Prices | undefined {
  if (inputUsdPerMillionTokens === undefined || outputUsdPerMillionTokens === undefined) return undefined
  return { inputUsdPerMillionTokens, outputUsdPerMillionTokens }
}

function checkBudget(options: ChatEndpointOptions, prices: Prices | undefined): void {
  if (options.budget === undefined) return
  const { name } = options.model
  if (prices === undefined)
    throw new InvalidRequestError(
      'unpriced-judge',
      `The model ${name} has no price, so no cost cap can be kept. Give its dollars per million tokens, 0 for a model that costs nothing, or leave the cap out.`,
    )
  if (outputTokensAtMost(chatBody(options, [])) === undefined)
    throw new InvalidRequestError(
      'unbounded-judge',
      `The requests to ${name} limit neither max_tokens nor max_completion_tokens, so no cost cap can be kept. Send one of them.`,
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

/** A reply that does not say what it used cost the most it can have. */
function storedReply(
  { text, usage }: Extract<Attempt, { kind: 'answered' }>,
  limitUsd: number,
  prices: Prices | undefined,
): StoredReply {
  const { inputTokens = 0, outputTokens = 0 } = usage ?? {}
  const costUsd =
    prices === undefined ? null : usage === undefined ? limitUsd : usd(inputTokens, outputTokens, prices)
  return { text, inputTokens, outputTokens, costUsd }
}

/** The body holds the model, the filled template and the sampling. */
function keyOf(id: string, body: string, { sample, attempt }: ChatQuestion): string {
  return createHash('sha256')
    .update(JSON.stringify([id, body, sample, attempt]))
    .digest('hex')
}
