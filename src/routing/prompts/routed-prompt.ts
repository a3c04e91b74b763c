/** What a router sees of a request: the text to score, and the instructions around it. */
export type RoutedPrompt = {
  /** The user's text that is scored. May be empty (an image alone has no text). */
  readonly text: string
  /** Text of the system and developer messages, joined by newlines; empty if there are none. */
  readonly system: string
}

/** A prompt given as a bare string, as in `routellm route "…"` or a row of a prompts file. */
export function promptFromText(text: string): RoutedPrompt {
  return { text, system: '' }
}
