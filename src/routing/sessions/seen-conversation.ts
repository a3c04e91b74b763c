import type { Model } from '../catalogue/model.ts'
import { cacheIdentity } from './cache-costs.ts'
import type { ConversationPrefix, ConversationReading } from './conversation/read-conversation.ts'
import type { ExpectedRun } from './expected-requests.ts'
import type { Remembered } from './session-memory.ts'
import type { SessionState } from './session-state.ts'
import { leastCachedTokens } from './session-state-changes.ts'
import type { Moment } from './settle-session.ts'

export function toPrefix(state: SessionState): ConversationPrefix {
  const { entries, hasTools, pending } = state
  return { entries, hasTools, characters: pending.characters }
}

/** A conversation as it comes, beside what is remembered of it. */
export type SeenConversation = ConversationReading & {
  /** Whether only the new turns come. */
  readonly isPartial: boolean
  /** Whether turns that the model has seen are no longer sent. */
  readonly isCut: boolean
}

/** Whether turns that the model has seen are no longer sent. */
export function findIsCut({ state, isInherited }: Remembered, entries: number, isPartial: boolean): boolean {
  return isInherited || (state !== null && !isPartial && entries < state.entries)
}

export function findMoment(
  state: SessionState,
  { isInToolLoop, hasAnswers, isCut }: SeenConversation,
  idleBefore: number,
): Moment {
  if (isInToolLoop) return 'tool-loop'
  if (!hasAnswers && !isCut) return 'first'
  if (isCut) return 'compaction'
  return state.lastAt <= idleBefore ? 'idle' : 'user-turn'
}

/** The same turn if the request is repeated, or goes on with its tools. */
export function findTurn(
  state: SessionState,
  { userTurns, entries, isPartial }: SeenConversation,
  moment: Moment,
): number {
  if (moment === 'first') return Math.max(1, userTurns)
  const isRepeated = !isPartial && entries === state.entries
  return moment === 'tool-loop' || isRepeated ? state.turn : state.turn + 1
}

/** By the tokens per character of the last prompt that was measured; at first by the estimate, or four characters each. */
export function estimatePrompt(
  { prompt }: SessionState,
  { characters, isPartial }: SeenConversation,
  inputTokens: number,
): number {
  const own = Math.ceil(characters / charactersPerToken)
  if (prompt === null) return Math.max(inputTokens, own)
  if (isPartial) return prompt.tokens + own
  return prompt.characters === 0 ? own : Math.round((prompt.tokens * characters) / prompt.characters)
}

export const charactersPerToken = 4

/** Of the prompt, what the model has read since `freshFrom`; 0 below what is cached at all. */
export function findWarmTokens(
  state: SessionState,
  model: Model,
  promptTokens: number,
  freshFrom: number,
): number {
  const identity = cacheIdentity(model)
  const cache = state.caches.find((each) => each.identity === identity)
  if (cache === undefined || cache.usedAt <= freshFrom) return 0
  const tokens = Math.min(promptTokens, cache.prefixTokens)
  return tokens < leastCachedTokens ? 0 : tokens
}

export function hitShareOf(state: SessionState, model: Model): number {
  const identity = cacheIdentity(model)
  return state.caches.find((each) => each.identity === identity)?.hitShare ?? 0
}

/**
 * A cache expires if the requests until the policy wants the model back take longer than it lives. One that is cold now
 * is no reason to stay.
 */
export function expectedRun(
  state: SessionState,
  moment: Moment,
  { requests, changeShare }: ExpectedRun,
  cacheMs: number,
): { requests: number; coldReturnShare: number } {
  const expires = requests * (state.intervalMs ?? 0) >= cacheMs
  return { requests, coldReturnShare: expires && moment === 'user-turn' ? changeShare : 0 }
}

/** Before a conversation has replies of its own: an assumption. */
const priorOutputTokens = 400

export function expectedTokens(state: SessionState): { growthTokens: number; outputTokens: number } {
  const { tokens, replies } = state.output
  const outputTokens = (tokens + priorOutputTokens) / (replies + 1)
  // Without a second prompt: a reply, and as much from the user or a tool.
  return { outputTokens, growthTokens: state.prompt?.growth ?? 2 * outputTokens }
}

export function hasToolList(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'tools' in body && Array.isArray(body.tools)
}
