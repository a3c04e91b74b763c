import type { ChatMessage } from './prompt-rule.ts'
import type { RoutedPrompt } from './routed-prompt.ts'

/** Picks what a router scores of a conversation, as `routedPrompt` does with one rule and one reader. Never throws. */
export type PickPrompt = (messages: readonly ChatMessage[]) => RoutedPrompt

/** Loads one at the first conversation: its reader of follow-ups takes a moment. */
export type LoadPickPrompt = () => Promise<PickPrompt>
