import type { Model } from '../catalogue/model.ts'
import type { Choice } from '../policies/choice.ts'
import { type CacheTerms, findCachePrices } from './cache-costs.ts'
import { addSignals, toolsFail } from './conversation/failure-signals.ts'
import {
  type ConversationReading,
  lengthOf,
  readConversation,
  readOpening,
} from './conversation/read-conversation.ts'
import { createRequestCounts } from './expected-requests.ts'
import { asksForHourCache } from './hour-cache.ts'
import {
  charactersPerToken,
  estimatePrompt,
  expectedRun,
  expectedTokens,
  findIsCut,
  findMoment,
  findTurn,
  findWarmTokens,
  hasToolList,
  hitShareOf,
  toPrefix,
} from './seen-conversation.ts'
import { type ConversationRequest, findSession, toResponseDigest } from './session-id.ts'
import { createSessionMemory, type Remembered, type SessionMemory } from './session-memory.ts'
import { type ChosenRequest, type EndedReply, withReply, withRequest } from './session-state-changes.ts'
import { type SessionMoment, type SettledChoice, settleSession } from './settle-session.ts'
import { type AnswerSignal, findAnswerSignal } from './signals/answer-signal.ts'
import { type AskedTurn, readAskedTurn } from './signals/asked-turn.ts'

/** Conversations: finds them, remembers their models and caches, and says when one may switch. */
export type Sessions = {
  /** What is remembered. A server that reloads its configuration hands it on, so that no tool loop is lost. */
  readonly memory: SessionMemory
  /** Reads the conversation of a request and what is remembered of it. Remembers nothing. */
  open(request: SessionRequest): OpenSession
  /** Learns from the end of a reply. Ignores a conversation that is no longer remembered. */
  end(key: string, reply: Omit<EndedReply, 'at'>): void
}

export type SessionRequest = ConversationRequest & {
  /** The model name that the client asked for. Another name has another state. */
  readonly name: string
  /** The name of the client's key. Another key has other conversations, also under the same id. Default: none. */
  readonly client?: string
  /** Tokens of everything that is sent, estimated; 0 if nothing is known. */
  readonly inputTokens: number
}

/** A request in its conversation. */
export type OpenSession = {
  /** What replies and logs show, the same in all its turns. */
  readonly id: string
  /** Under which the conversation is remembered. */
  readonly key: string
  /** The name of the model that the policy wanted for the last request; null if nothing is remembered. */
  readonly wish: string | null
  /** By which the request is known again; its end is reported with it. */
  readonly asked: AskedTurn
  /** What the request says of the last answer; null if it says nothing. */
  readonly signal: AnswerSignal | null
  /** Tokens of the prompt that a model is expected to have in its cache. */
  cachedTokens(model: Model): number
  /**
   * What the conversation makes of the policy's choice. Remembers nothing.
   *
   * @param isDrawn as of `settleSession`.
   */
  settle(choice: Choice, isDrawn?: boolean): SettledChoice
  /** Remembers the model that was chosen, and the one that the policy wanted. */
  begin(model: Model, wish: Model): void
}

export type SessionOptions = {
  /** After so long without a request caches are taken to be cold, and the model may switch. */
  readonly idleMinutes: number
  /** How long a prompt cache lives after its last use, if the client does not ask for an hour. */
  readonly cacheMinutes: number
  /** Conversations that are remembered. */
  readonly maxSessions: number
  /** Memory for them, about. */
  readonly maxBytes: number
}

export const defaultSessionOptions: SessionOptions = {
  idleMinutes: 5,
  cacheMinutes: 5,
  maxSessions: 10_000,
  maxBytes: 16_777_216,
}

export type SessionParts = {
  readonly options: SessionOptions
  /** Default: nothing is remembered yet. */
  readonly memory?: SessionMemory
  /** How a provider charges for its cache, by its name; null if it is not known to cache. */
  findTerms(provider: string): CacheTerms | null
  /** Milliseconds since 1970. Default: the clock. */
  readonly now?: () => number
}

const minuteMs = 60_000
/** A request that has not ended after so long has left no end. */
const forgottenMs = 10 * minuteMs

export function createSessions({ options, findTerms, now = Date.now, ...given }: SessionParts): Sessions {
  const memory = given.memory ?? createSessionMemory(options.maxSessions, options.maxBytes)
  const counts = createRequestCounts()

  /** Nothing is remembered: the policy's choice is followed, at little cost, because most requests are the only ones. */
  function openFirst(
    { body, inputTokens }: SessionRequest,
    name: string,
    at: number,
    remembered: Remembered,
    asked: AskedTurn,
    { entries, characters, hasTools, signals, userTurns }: ConversationReading,
  ): OpenSession {
    const turn = Math.max(1, userTurns)
    const { id, key } = remembered
    return {
      id,
      key,
      wish: null,
      asked,
      signal: null,
      cachedTokens: () => 0,
      settle: (choice) => ({
        choice,
        session: { id, turn, switched: null, kept: null, switchUsd: null, cachedTokens: 0, signals },
      }),
      begin(model, wish) {
        counts.add({ hasTools: hasTools || hasToolList(body), isFirst: true, isChange: false })
        const chosen: ChosenRequest = {
          at,
          model,
          wish: wish.name,
          turn,
          entries,
          hasTools,
          characters,
          promptTokens: Math.max(inputTokens, Math.ceil(characters / charactersPerToken)),
          warmTokens: 0,
          signals,
          isUserTurn: true,
          isCut: false,
          toolsFailed: toolsFail(signals),
        }
        memory.set(remembered, name, withRequest(memory.get(key) ?? null, chosen))
      },
    }
  }

  return {
    memory,
    open(request) {
      const at = now()
      const found = findSession(request)
      const { isPartial } = found
      const opening = readOpening(request.messages, isPartial)
      const name = request.client === undefined ? request.name : `${request.name}\u0000${request.client}`
      const remembered = memory.find(found, name, opening.hasSummary)
      const { state, key } = remembered
      const readAsked = ({ characters }: ConversationReading) =>
        readAskedTurn(opening.list, characters, found.continues, lengthOf)
      if (state === null) {
        const reading = readConversation(opening)
        return openFirst(request, name, at, remembered, readAsked(reading), reading)
      }
      const isCut = findIsCut(remembered, opening.list.length, isPartial)
      // One that has not grown is a repetition, whose last turn may be another.
      const hasGrown = !isPartial && !isCut && opening.list.length > state.entries
      const reading = readConversation(opening, hasGrown ? toPrefix(state) : undefined)
      const seen = { isPartial, isCut, ...reading }
      const moment = findMoment(state, seen, at - options.idleMinutes * minuteMs)
      const isHour = asksForHourCache(request.body, request.messages)
      const freshFrom = at - (isHour ? 60 : options.cacheMinutes) * minuteMs
      const promptTokens = estimatePrompt(state, seen, request.inputTokens)
      const hasTools = reading.hasTools || hasToolList(request.body)
      const warmTokens = (model: Model) =>
        seen.isCut ? 0 : findWarmTokens(state, model, promptTokens, freshFrom)
      const cachedTokens = (model: Model) => Math.round(warmTokens(model) * hitShareOf(state, model))
      const turn = findTurn(state, seen, moment)
      const signals = isPartial ? addSignals(state.signals, reading.signals) : reading.signals
      const asked = readAsked(reading)
      const toolsFailed = reading.isInToolLoop && (state.toolsFailed || toolsFail(signals))
      const session: SessionMoment = {
        id: remembered.id,
        turn,
        moment,
        current: state.model,
        signals,
        rest: {
          promptTokens,
          ...expectedTokens(state),
          ...expectedRun(state, moment, counts.expected(hasTools), options.cacheMinutes * minuteMs),
        },
        cachedTokens,
        pricesOf: (model) => findCachePrices(model, findTerms(model.provider), isHour),
      }
      return {
        id: remembered.id,
        key,
        wish: state.wish,
        asked,
        signal: findAnswerSignal({
          at,
          asked,
          reading: { isInToolLoop: reading.isInToolLoop, hasAnswers: reading.hasAnswers, signals },
          isPartial,
          answer: state.answer,
          openRequests: at - state.lastAt > forgottenMs ? 0 : state.openRequests,
          toolsFailed: state.toolsFailed,
        }),
        cachedTokens,
        settle: (choice, isDrawn) => settleSession(choice, session, isDrawn),
        begin(model, wish) {
          const chosen: ChosenRequest = {
            at,
            model,
            wish: wish.name,
            turn,
            entries: reading.entries,
            hasTools: reading.hasTools,
            characters: reading.characters,
            promptTokens,
            warmTokens: warmTokens(model),
            signals: reading.signals,
            isUserTurn: moment !== 'tool-loop',
            isCut: seen.isCut,
            toolsFailed,
          }
          counts.add({
            hasTools,
            isFirst: false,
            isChange: moment !== 'tool-loop' && wish.name !== state.wish,
          })
          memory.set(remembered, name, withRequest(memory.get(key) ?? state, chosen))
        },
      }
    },
    end(key, reply) {
      const isKnownToCache = findTerms(reply.model.provider) !== null
      const ended = { at: now(), ...reply }
      if (!memory.update(key, (state) => withReply(state, ended, isKnownToCache))) return
      if (reply.responseId !== null) memory.link(toResponseDigest(reply.responseId), key)
    },
  }
}
