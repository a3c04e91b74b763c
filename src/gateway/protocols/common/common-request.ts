import type { Effort } from '../../../routing/catalogue/model.ts'
import type { Part, TextPart } from './parts.ts'

/** A request of any protocol, in the form that they share. A field that the client did not set is null or empty. */
export type CommonRequest = {
  /** The instructions: system and developer messages, Responses' `instructions`. */
  readonly system: readonly TextPart[]
  readonly turns: readonly Turn[]
  readonly tools: readonly CommonTool[]
  readonly toolChoice: ToolChoice | null
  readonly parallelToolCalls: boolean | null
  readonly maxOutputTokens: number | null
  readonly temperature: number | null
  readonly topP: number | null
  readonly topK: number | null
  /** Texts that end the reply. */
  readonly stop: readonly string[]
  readonly reasoning: ReasoningRequest | null
  /** Null: free text. */
  readonly output: OutputForm | null
  /** The client's name for its own user. */
  readonly user: string | null
  readonly stream: boolean
  /** Whether a stream is to end with its usage. True for protocols whose streams always do. */
  readonly streamUsage: boolean
}

/** A user turn holds text, media and tool results; an assistant turn text, reasoning, refusals and tool calls. */
export type Turn = { readonly role: 'user' | 'assistant'; readonly parts: readonly Part[] }

export type CommonTool = {
  readonly name: string
  readonly description: string | null
  /** JSON Schema of the arguments, as the client sent it. */
  readonly parameters: unknown
  readonly strict: boolean | null
  readonly cache?: { readonly ttl: '5m' | '1h' }
}

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'tool'; readonly name: string }

/** How much the model is to think. Of effort and tokens at most one is set, unless the protocol states both. */
export type ReasoningRequest = {
  readonly effort: Effort | null
  /** Anthropic's `thinking.budget_tokens`. */
  readonly budgetTokens: number | null
  /** Anthropic's `thinking.type`. Null: not stated. */
  readonly mode: 'enabled' | 'adaptive' | 'disabled' | null
  /** Whether the client wants to read the reasoning, or a summary of it; null: not stated. */
  readonly isShown: boolean | null
  /** Whether encrypted reasoning is to come with the reply (`include: ["reasoning.encrypted_content"]`). */
  readonly wantsState: boolean
}

export type OutputForm =
  | { readonly kind: 'json' }
  | {
      readonly kind: 'schema'
      readonly name: string
      readonly description: string | null
      readonly schema: unknown
      readonly strict: boolean | null
    }

/** What a reader or a writer could not carry over. */
export type Loss = {
  /** The path in the client's request: `logprobs`, `messages[2].content[0].citations`. */
  readonly field: string
  /**
   * `dropped`: the answer is the same without it, or nearly; strict mode refuses it. `refused`: without it the answer is not
   * what the client asked for, so that the request is refused.
   */
  readonly kind: 'dropped' | 'refused'
  /** Why, as a clause: `Messages has no log probabilities`. */
  readonly why: string
}

export type ReadRequest = { readonly request: CommonRequest; readonly losses: readonly Loss[] }
export type WrittenRequest = {
  /** The JSON body. Its `model` is the one given. */
  readonly body: Record<string, unknown>
  readonly losses: readonly Loss[]
}
