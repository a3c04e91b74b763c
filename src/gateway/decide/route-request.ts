import type { ChatMessage } from '../../routing/prompts/prompt-rule.ts'

/** The input of a decision: a chat request's model and messages, or a prompt. Other fields are ignored. */
export type RouteRequest =
  | { readonly model: string; readonly messages: readonly ChatMessage[] }
  | { readonly model: string; readonly prompt: string }
