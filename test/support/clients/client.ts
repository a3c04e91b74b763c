import type { Task } from './features.ts'

/** A released client of a model API. */
export type Client = {
  /** As in the table: `openai 6, chat completions`. */
  readonly name: string
  /** The npm package whose version the table states; the name under which it is installed here. */
  readonly packages: readonly string[]
  readonly protocol: 'chat-completions' | 'messages' | 'responses'
  /** Asks and goes on until there is an answer. Rejects with the client's own error. */
  ask(connection: Connection, task: Task): Promise<Said>
}

export type Connection = {
  /** The gateway's, without `/v1`. */
  readonly url: string
  readonly model: string
  /** The global one, watched. */
  readonly fetch: typeof fetch
}

/** What the client told its caller. */
export type Said = {
  /** Of the last reply. */
  readonly text: string
  /** Of the first reply. */
  readonly reasoning: string
  /** The arguments that the tool was run with, each time. */
  readonly calls: readonly unknown[]
  /** Of the last reply; null if the client tells no caller. */
  readonly tokens: { readonly input: number; readonly cached: number; readonly output: number } | null
  /** What of the answer is not as the client's API describes it. */
  readonly notes?: readonly string[]
  /** The object, parsed by the client; undefined if it was not asked for. */
  readonly object?: unknown
}

/** The results of the tool `add`, and what it was called with. */
export type AddCalls = { readonly calls: unknown[]; run(given: unknown): string }
