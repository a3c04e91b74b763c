import type { Model } from '../catalogue/model.ts'
import { cacheIdentity } from './cache-costs.ts'
import { addSignals, type FailureSignals, noSignals } from './conversation/failure-signals.ts'
import { toResponseDigest } from './session-id.ts'
import { type CacheState, type MeasuredPrompt, mostCaches, type SessionState } from './session-state.ts'
import type { KnownAnswer } from './signals/answer-signal.ts'
import type { AskedTurn } from './signals/asked-turn.ts'

/** A request that a model was chosen for. */
export type ChosenRequest = {
  readonly at: number
  readonly model: Model
  /** The name of the model that the policy wanted. */
  readonly wish: string
  readonly turn: number
  readonly entries: number
  readonly hasTools: boolean
  readonly characters: number
  /** Tokens of the prompt, estimated. */
  readonly promptTokens: number
  /** Tokens of it that the model has read before, in a cache that is not too old. */
  readonly warmTokens: number
  /** Of this request, to be added to those of the turn. */
  readonly signals: FailureSignals
  /** Whether the user has spoken: the signals of the turn before are over. */
  readonly isUserTurn: boolean
  /** Whether earlier turns were cut off: no cache holds the new prompt. */
  readonly isCut: boolean
  /** Whether the tools of the turn have failed by now. */
  readonly toolsFailed: boolean
}

/** What is remembered after a model was chosen. */
export function withRequest(state: SessionState | null, request: ChosenRequest): SessionState {
  const {
    at,
    model,
    wish,
    turn,
    entries,
    hasTools,
    characters,
    promptTokens,
    warmTokens,
    isUserTurn,
    isCut,
    toolsFailed,
  } = request
  const before = isUserTurn || state === null ? noSignals : state.signals
  return {
    model: model.name,
    wish,
    intervalMs: state === null ? null : toMean(state.intervalMs, Math.max(0, at - state.lastAt)),
    turn,
    entries,
    hasTools,
    lastAt: at,
    pending: { characters, promptTokens, warmTokens },
    prompt: state?.prompt ?? null,
    output: state?.output ?? { tokens: 0, replies: 0 },
    signals: isUserTurn ? noSignals : addSignals(before, request.signals),
    answer: state?.answer ?? null,
    openRequests: (state?.openRequests ?? 0) + 1,
    toolsFailed,
    caches: isCut ? [] : (state?.caches ?? []),
  }
}

/** How a request ended. */
export type EndedReply = {
  readonly at: number
  /** The model that was called last. */
  readonly model: Model
  /** Whether it answered. */
  readonly isAnswered: boolean
  /** As the upstream reported them; null if it did not. */
  readonly tokens: { readonly input: number; readonly cachedInput: number; readonly output: number } | null
  /** The id of the response, which a later turn may name; null if the protocol has none. */
  readonly responseId: string | null
  /** The request, if its client has got the whole answer: later requests may show that it was not good. Absent: it has not. */
  readonly answered?: { readonly requestId: string; readonly asked: AskedTurn }
}

/** What is remembered after a reply. @param isKnownToCache whether the provider is known to have a prompt cache. */
export function withReply(state: SessionState, reply: EndedReply, isKnownToCache: boolean): SessionState {
  const { at, model, isAnswered, tokens } = reply
  const openRequests = Math.max(0, state.openRequests - 1)
  if (!isAnswered) return { ...state, openRequests, lastAt: Math.max(state.lastAt, at) }
  const { prompt, output } = state
  return {
    ...state,
    model: model.name,
    openRequests,
    answer: toKnownAnswer(reply) ?? state.answer,
    lastAt: Math.max(state.lastAt, at),
    prompt: tokens === null ? prompt : measure(prompt, tokens.input, state.pending.characters),
    output: tokens === null ? output : { tokens: output.tokens + tokens.output, replies: output.replies + 1 },
    caches: withCache(state, reply, isKnownToCache),
  }
}

function toKnownAnswer({ at, answered, responseId }: EndedReply): KnownAnswer | null {
  if (answered === undefined) return null
  const response = responseId === null ? null : toResponseDigest(responseId)
  return { at, response, requestId: answered.requestId, asked: answered.asked }
}

/** A prompt that shrank did not grow. */
function measure(before: MeasuredPrompt | null, tokens: number, characters: number): MeasuredPrompt {
  if (before === null) return { tokens, characters, growth: null }
  return { tokens, characters, growth: toMean(before.growth, Math.max(0, tokens - before.tokens)) }
}

/** A running mean in which the latest value counts a quarter. */
function toMean(before: number | null, value: number): number {
  return before === null ? value : 0.75 * before + 0.25 * value
}

function withCache(state: SessionState, { at, model, tokens }: EndedReply, isKnown: boolean): CacheState[] {
  const identity = cacheIdentity(model)
  const before = state.caches.find((cache) => cache.identity === identity)
  const hitShare = before?.hitShare ?? (isKnown ? 1 : 0)
  const cache = {
    identity,
    prefixTokens: tokens?.input ?? state.pending.promptTokens,
    hitShare:
      tokens === null ? hitShare : observedShare(hitShare, tokens.cachedInput, state.pending.warmTokens),
    usedAt: at,
  }
  return [...state.caches.filter((each) => each !== before), cache].slice(-mostCaches)
}

/** A prompt that could not be in the cache says something only if a part of it was, which others had written. */
function observedShare(before: number, cachedTokens: number, warmTokens: number): number {
  if (warmTokens < leastCachedTokens) return cachedTokens > 0 ? 1 : before
  return Math.min(1, cachedTokens / warmTokens)
}

/** Providers cache no shorter prompt. */
export const leastCachedTokens = 1024
