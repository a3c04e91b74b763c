import { toolsFail } from '../conversation/failure-signals.ts'
import type { ConversationReading } from '../conversation/read-conversation.ts'
import type { AskedTurn } from './asked-turn.ts'

/** A sign that the answer to an earlier request was not good. */
export type AnswerSignal = {
  readonly kind: AnswerSignalKind
  /** The gateway's id of the request that the answer was for. */
  readonly requestId: string
}

/**
 * - `regenerated`: the same turn again. `edited`: the last turn again, changed.
 * - `complaint`: the next turn says that the answer is wrong.
 * - `tool-failure`: the calls of tools in the answer failed, or led nowhere.
 */
export type AnswerSignalKind = 'regenerated' | 'edited' | 'complaint' | 'tool-failure'

/** The last answer of a conversation that a client has got completely. */
export type KnownAnswer = {
  /** The gateway's id of the request. */
  readonly requestId: string
  readonly asked: AskedTurn
  /** When it ended, in milliseconds since 1970. */
  readonly at: number
  /** The digest of the response's id, by which the next turn may name it; null if it has none. */
  readonly response: string | null
}

/** A request in its conversation, beside what is remembered. */
export type SignalMoment = {
  readonly at: number
  readonly asked: AskedTurn
  readonly reading: Pick<ConversationReading, 'isInToolLoop' | 'hasAnswers' | 'signals'>
  /** See `FoundSession`. */
  readonly isPartial: boolean
  /** Of the state: the last answer, requests without an end, and whether the tools of the turn have failed already. */
  readonly answer: KnownAnswer | null
  readonly openRequests: number
  readonly toolsFailed: boolean
}

/**
 * People who do not like an answer ask again soon. Under an id of the first turns, another person may ask the same; under
 * an id of the client's, a program may.
 */
const mostAgainMs = 600_000

/**
 * What a request says of the last answer of its conversation; null if it says nothing.
 *
 * - The same turn again, or its last message changed, is an opinion if the answer was complete, if no other request of the
 *   conversation is under way (agents sample in parallel), and within ten minutes. Another first turn is another
 *   conversation, so it is never an edit.
 * - A complaint counts once, when the user has just spoken.
 * - Failing tools count once a turn, when they are a reason to switch (`toolsFail`). They are told of the last answer, though
 *   several may have led there.
 */
export function findAnswerSignal(moment: SignalMoment): AnswerSignal | null {
  const { answer } = moment
  if (answer === null) return null
  const kind = findKind(moment, answer)
  return kind === null ? null : { kind, requestId: answer.requestId }
}

function findKind(moment: SignalMoment, answer: KnownAnswer): AnswerSignalKind | null {
  const { asked, reading } = moment
  if (isSamePlace(moment, answer.asked)) {
    if (moment.openRequests > 0 || moment.at - answer.at > mostAgainMs) return null
    if (asked.last === answer.asked.last) return 'regenerated'
    const areWords = asked.isUser && answer.asked.isUser && !reading.isInToolLoop
    return areWords && reading.hasAnswers ? 'edited' : null
  }
  if (reading.isInToolLoop) return !moment.toolsFailed && toolsFail(reading.signals) ? 'tool-failure' : null
  return reading.signals.complaints > 0 && isNext(moment, answer) ? 'complaint' : null
}

/** Turns that come alone have a place only if they name the response before them. */
function isSamePlace({ asked, isPartial }: SignalMoment, before: AskedTurn): boolean {
  if (isPartial && asked.continues === null) return false
  return (
    asked.entries === before.entries &&
    asked.charactersBefore === before.charactersBefore &&
    asked.continues === before.continues
  )
}

/** Whether the request comes after the answer, and not after another one that it has branched from. */
function isNext({ asked, isPartial }: SignalMoment, answer: KnownAnswer): boolean {
  if (asked.continues !== null) return asked.continues === answer.response
  return isPartial || asked.entries > answer.asked.entries
}
