import type { Buffer } from 'node:buffer'
import type { RouteLLMError } from '../errors.ts'
import type { Effort } from '../routing/catalogue/model.ts'
import type { Candidate, Side } from '../routing/policies/choice.ts'
import type { SessionDecision } from '../routing/sessions/settle-session.ts'
import type { AnswerSignal } from '../routing/sessions/signals/answer-signal.ts'
import type { Task } from '../routing/tasks/task.ts'
import type { DecidedPace } from './decide/decided-pace.ts'
import type { DrawnArm } from './decide/experiments/drawn-arm.ts'
import type { DeliveryFallback } from './send/delivery.ts'

/** One finished request: plain data. A field that does not apply is null. */
export type RequestRecord = {
  /** When the request was received, in milliseconds since 1970. */
  readonly time: number
  /** The `x-routellm-request-id` of the reply. */
  readonly id: string
  /** The `x-request-id` of the upstream that answered, which the client gets too; null if it sent none. */
  readonly upstreamId: string | null
  /** The protocol's name; null for a request that calls no model, or that was refused before its body was read. */
  readonly protocol: string | null
  /** The route, `/v1/chat/completions`; `unknown` for a path that is not served. */
  readonly path: string
  /** The client's status: 499 if it left before the end, 502 if the reply broke off, even after another status. */
  readonly status: number
  /** Whether the client requested an event stream. */
  readonly stream: boolean
  /** The model that answered, or was called last: its configured name, or `provider/upstream name`. */
  readonly model: string | null
  /** That model's name at its provider. */
  readonly upstream: string | null
  /** The most likely kind of work of a prompt that was routed. */
  readonly task: Task | null
  readonly policy: string | null
  readonly router: string | null
  readonly threshold: number | null
  readonly strongWinRate: number | null
  /** What the policy saved more than usual, because a budget was spent too fast; null if it chose as usual. */
  readonly pace: DecidedPace | null
  /** Which of a pair was chosen. */
  readonly side: Side | null
  /** What the policy chose from; null for a request that names its model. */
  readonly candidates: readonly Candidate[] | null
  /** One score per candidate, NaN for one that was not scored; null if the policy gives none. */
  readonly scores: ArrayLike<number> | null
  /** The probability with which each candidate was to be chosen, in their order; null if nothing was drawn by chance. */
  readonly propensities: ArrayLike<number> | null
  /** The experiment that its session takes part in. */
  readonly experiment: DrawnArm | null
  /** The vector of the text that was scored, as `store/records` reads it; null if none is kept. */
  readonly features: string | null
  /** What the request says of the answer to an earlier one of its session. */
  readonly signal: AnswerSignal | null
  /** What the conversation did to the policy's choice; null for a request that was decided alone. */
  readonly sessionDecision: RecordedSessionDecision | null
  /** The reasoning effort that the gateway set for the model that answered; null if it set none. */
  readonly effort: Effort | null
  /** Why the safest candidate, or another model than the policy chose, answered. */
  readonly fallback: DeliveryFallback | null
  /** The code of the error that the gateway itself answered with; null if it answered with none, or an upstream's error. */
  readonly error: RouteLLMError['code'] | null
  /** The model that would have been called next, and was not, because a budget has too few dollars left for it. */
  readonly overBudget: string | null
  /** The number of calls. */
  readonly attempts: number
  /** Those of the model that answered, as its upstream reported them; null if it did not. */
  readonly tokens: RecordedTokens | null
  /** Events of a stream that reported no usage: about one output token each. */
  readonly events: number | null
  /** Dollars of all calls by the models' prices; null if a price, or the tokens of a call that was not refused, are not known. */
  readonly usd: number | null
  /** The call of `model`; null if none was made. */
  readonly call: RecordedCall | null
  /** The calls beside it: of a model whose answer was not used. */
  readonly otherCalls: readonly RecordedCall[]
  readonly ms: RecordedTimes
  readonly session: string | null
  /** The name of the client's key. */
  readonly key: string | null
  readonly tags: readonly string[]
  /** What the spans of the request are made of besides; absent or null unless requests are traced. */
  readonly trace?: RequestTrace | null
  /** Request and reply; null unless the server keeps them. */
  readonly text: RequestText | null
}

/** Both null: the policy's choice answered, and no model answered before it or the same one did. */
export type RecordedSessionDecision = Pick<SessionDecision, 'kept' | 'switched' | 'switchUsd'>

/** What a trace needs to know of a request. */
export type RequestTrace = {
  /** The headers `traceparent` and `tracestate`, which say of which span of the client it is a part. */
  readonly headers: Readonly<Record<string, string>>
  /** The name that the client asked for, such as `auto`. */
  readonly model: string
}

/** One call of a model. */
export type RecordedCall = {
  readonly model: string
  /**
   * Null if they were not reported. Estimated for a call that was aborted because another call of the same model
   * answered.
   */
  readonly tokens: RecordedTokens | null
  readonly events: number | null
  readonly usd: number | null
  /** Whether the upstream answered with an error, which costs nothing. */
  readonly isRefused: boolean
  /** The upstream's status, if it answered with an error. */
  readonly status?: number
  /** Whether its end was not waited for: the client left, a time limit was over, or another call answered. */
  readonly isAborted: boolean
  /** Milliseconds from the whole request received until the call was sent. */
  readonly sentMs: number
  /** The same until the head of its reply; null if none came. */
  readonly firstByteMs: number | null
}

export type RecordedTokens = {
  readonly input: number
  /** The part of `input` that came from the upstream's prompt cache. */
  readonly cachedInput: number
  /** The part of `input` that the upstream wrote to its cache for 5 minutes, or for a time that it does not state. */
  readonly cacheWriteInput: number
  /** The part of `input` that the upstream wrote to its cache for an hour. */
  readonly cacheWrite1hInput: number
  readonly output: number
}

/** Milliseconds since the whole request was received. */
export type RecordedTimes = {
  /** Until the request was sent upstream, without `queued`; null if it was not. */
  readonly overhead: number | null
  /** In the queue of `limits.queue`, before anything was decided; null if it did not wait. */
  readonly queued: number | null
  /** Until the head of the upstream's reply; null if none came. */
  readonly firstByte: number | null
  /** Until the last byte was out, or the client was gone. */
  readonly total: number
}

export type RequestText = { readonly request: KeptBody; readonly response: KeptBody }

export type KeptBody = {
  /** The beginning of the body, or all of it. */
  readonly bytes: Buffer
  /** Length of the whole body. */
  readonly totalBytes: number
}

/**
 * Is called once per request, after it is over. It must return at once and must keep what it does later bounded. What it
 * throws, or rejects with, changes nothing for any request.
 */
export type RequestObserver = (record: RequestRecord) => void

/**
 * A function that gives a record to every observer. One that fails is counted and does not keep the others from it.
 *
 * @param onFailure is called for every failure, with the observer's index.
 */
export function createNotifier(
  observers: readonly RequestObserver[],
  onFailure: (error: unknown, observer: number) => void,
): RequestObserver {
  return (record) => {
    for (let index = 0; index < observers.length; index++) {
      try {
        const returned: unknown = observers[index]!(record)
        if (returned instanceof Promise) returned.catch((error: unknown) => onFailure(error, index))
      } catch (error) {
        onFailure(error, index)
      }
    }
  }
}
