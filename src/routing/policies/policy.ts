import type { Model } from '../catalogue/model.ts'
import type { RequestNeeds } from '../catalogue/request-needs.ts'
import type { ChatMessage } from '../prompts/prompt-rule.ts'
import type { RoutedPrompt } from '../prompts/routed-prompt.ts'
import type { Contribution, Explanation } from '../routers/explanation.ts'
import type { Choice, RoutedChoice } from './choice.ts'

/** A policy chooses one of its candidates for each request. */
export type Policy = {
  /** The configured name, `[a-z0-9_-]+`; null for the pair behind `router-<name>-<threshold>`. */
  readonly name: string | null
  /** The models that it may choose; at least one, each once. */
  readonly models: readonly Model[]
  /** One of `models`: answers if the policy cannot score a prompt. */
  readonly safest: Model
  /**
   * The chosen model and what it was chosen from.
   *
   * Returns at once if nothing is waited for, so that the decision costs no turn of the event loop; otherwise a
   * promise, which rejects with `signal.reason` once the caller's signal aborts. A router that fails or is too slow
   * gives a `fallback` choice of `safest`. A router that refuses because of its load (`RouterError` of status 429) is
   * obeyed: its error is thrown, because calls of the safest model cost most when the load is highest. Throws
   * InvalidRequestError `no-candidate` if every candidate is excluded.
   */
  choose(request: PolicyRequest, signal?: CallerSignal): Choice | Promise<Choice>
}

/** What a policy knows of a request. */
export type PolicyRequest = {
  /** The text that routers score. */
  readonly prompt: RoutedPrompt
  /** The conversation that `prompt` was taken from; empty for a bare prompt. */
  readonly messages: readonly ChatMessage[]
  /** What the model that answers must be able to do; a candidate that cannot is excluded before it is scored. */
  readonly needs: RequestNeeds
  /**
   * The part of the prompt's tokens that a model's cache is expected to hold, from the conversation so far; null outside of
   * a conversation.
   */
  readonly cachedTokens: ((model: Model) => number) | null
  /** Reads the most likely kind of work of the prompt; null if it cannot be read. Absent: nothing reads it. */
  readonly task?: () => string | null
  /** The id of the conversation, or else of the request: what is drawn by chance is drawn by it. Default: the prompt. */
  readonly unit?: string
  /** How many times more than usual a dollar counts, from 1, because a budget is being spent too fast. Default: 1. */
  readonly pace?: number
}

/** The caller's abort signal, or a function that creates it (called only if something is waited for). */
export type CallerSignal = AbortSignal | (() => AbortSignal)

/** Can say what moved the scores of a request. */
export type ExplainingPolicy = Policy & {
  /** Asks the routers again; nothing else is decided. */
  explain(request: PolicyRequest, signal?: AbortSignal): Reasons | Promise<Reasons>
}

/** What moved a score; `contributions` is empty if the router cannot say. */
export type Reasons = Omit<Explanation, 'strongWinRate'>

export function isExplainingPolicy(policy: Policy): policy is ExplainingPolicy {
  return 'explain' in policy
}

/** Can say in words why it chose. */
export type DescribingPolicy = Policy & {
  /** @param choice one of this policy's own, as it was made. */
  describe(choice: RoutedChoice): ChoiceDescription
}

export type ChoiceDescription = {
  /** For a person, without a full stop: `small is the cheapest within the tolerance 0.05 …`. */
  readonly summary: string
  /** The setting's value at which another model would be chosen; null if there is none. */
  readonly flipsAt: number | null
  /** What speaks for the chosen model against the second best, largest first; empty if the policy compares one thing only. */
  readonly contributions: readonly Contribution[]
}

export function isDescribingPolicy(policy: Policy): policy is DescribingPolicy {
  return 'describe' in policy
}
