import type { RequestNeeds } from '../../routing/catalogue/request-needs.ts'
import type { ChatMessage } from '../../routing/prompts/prompt-rule.ts'

/** The input of a decision: a chat request's model and messages, or a prompt. */
export type RouteRequest = {
  readonly model: string
  /** Default: nothing is known, and every model meets it. */
  readonly needs?: RequestNeeds
} & ({ readonly messages: readonly ChatMessage[] } | { readonly prompt: string })
