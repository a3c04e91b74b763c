/** What a model says in one reply: it thinks or not, and then calls a tool or answers. */
export type Turn = {
  readonly reasoning: Reasoning | null
  readonly text: string | null
  readonly call: Call | null
}

export type Reasoning = {
  /** What can be read of it; empty if the provider shows nothing. */
  readonly text: string
  /** What the model needs back; null if its protocol has no such state or the request did not ask for it. */
  readonly state: string | null
}

/** `arguments`: the JSON text as the model writes it. */
export type Call = { readonly name: string; readonly arguments: string }

/** Two pieces of a text, as a stream brings them; the second one has its last word. */
export function inPieces(text: string): [string, string] {
  const at = Math.min(5, Math.floor(text.length / 2))
  return [text.slice(0, at), text.slice(at)]
}

type NamedEvent = { readonly type: string } & Readonly<Record<string, unknown>>

export function namedEvents(events: readonly NamedEvent[]): string[] {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
}
