import type { OpaqueState, ReasoningPart, RefusalPart, TextPart, ToolCallPart } from './parts.ts'

/** A whole reply of any protocol, in the form that they share. */
export type CommonReply = {
  readonly id: string
  /** The upstream's name of the model. */
  readonly model: string
  readonly parts: readonly (TextPart | ReasoningPart | ToolCallPart | RefusalPart)[]
  readonly stop: Stop
  readonly usage: CommonUsage | null
}

/** Why a reply ended. */
export type Stop = {
  readonly reason:
    | 'end'
    | 'length'
    | 'stop-text'
    | 'tool-calls'
    | 'refusal'
    | 'content-filter'
    | 'pause'
    | 'context'
  /** Which of the request's stop texts ended it, where it is known. */
  readonly text: string | null
}

/** Tokens, as the upstream counted them. Counts that it did not report are 0. */
export type CommonUsage = {
  /** All tokens of the prompt: new, read from a cache and written to one. */
  readonly input: number
  /** The part of `input` that was read from a cache. */
  readonly cacheRead: number
  /** The part of `input` that was written to a cache for 5 minutes, or for a time that is not stated. */
  readonly cacheWrite: number
  /** The part of `input` that was written to a cache for an hour. */
  readonly cacheWrite1h: number
  /** All tokens of the reply, reasoning included. */
  readonly output: number
  /** The part of `output` that is reasoning; 0 if it is not stated. */
  readonly reasoning: number
}

/**
 * One step of a streamed reply. Parts are numbered from 0 in the order in which they begin; several may be open at once,
 * because chat completions never say that a part is over.
 */
export type ReplyEvent =
  | {
      readonly kind: 'start'
      readonly id: string
      readonly model: string
      readonly usage: CommonUsage | null
    }
  | { readonly kind: 'part-start'; readonly index: number; readonly part: StartedPart }
  /** A piece of the part's text: of the text, the reasoning, the refusal, or the JSON text of a call's arguments. */
  | { readonly kind: 'delta'; readonly index: number; readonly text: string }
  | { readonly kind: 'state'; readonly index: number; readonly state: OpaqueState }
  | { readonly kind: 'part-end'; readonly index: number }
  | { readonly kind: 'usage'; readonly usage: CommonUsage }
  | { readonly kind: 'stop'; readonly stop: Stop }
  | { readonly kind: 'error'; readonly error: CommonError }
  /** The upstream said that the stream is complete. A stream that ends without it broke off. */
  | { readonly kind: 'end' }

export type StartedPart =
  | { readonly kind: 'text' | 'reasoning' | 'refusal' }
  | { readonly kind: 'tool-call'; readonly id: string; readonly name: string }

/** An error as an upstream reports it. */
export type CommonError = {
  readonly message: string
  /** The upstream's own type or code: `rate_limit_error`, `overloaded_error`. */
  readonly type: string
  readonly code: string | null
  readonly param: string | null
}
