import type { Model } from '../../routing/catalogue/model.ts'
import type { ChatMessage } from '../../routing/prompts/prompt-rule.ts'

/** What is to be routed: a chat request's model and messages, or a bare prompt. Other fields are not looked at. */
export type RouteRequest =
  | { readonly model: string; readonly messages: readonly ChatMessage[] }
  | { readonly model: string; readonly prompt: string }

/** Which model answers. The facts of a `Decision` without its explanation: cheap enough for every request. */
export type Routing = RoutedRouting | FixedModelRouting | FallbackRouting

export type RoutedRouting = {
  readonly kind: 'routed'
  readonly model: Model
  /** Which of the pair `model` is. */
  readonly side: 'strong' | 'weak'
  readonly router: string
  readonly threshold: number
  readonly strongWinRate: number
}

export type FixedModelRouting = { readonly kind: 'fixed-model'; readonly model: Model }

export type FallbackRouting = {
  readonly kind: 'fallback'
  readonly fallback: 'router-error' | 'router-timeout'
  readonly model: Model
  readonly router: string
  readonly threshold: number
  /** Why the router did not score, in one sentence without any of the prompt. */
  readonly problem: string
}
