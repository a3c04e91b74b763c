import type { RequestConditions, RequestSummary } from '../answers.ts'

export type PromptsQuery = {
  /** At most 200. */
  readonly ids: readonly string[]
}

/** Ids that are absent were not looked at: reading their texts would have taken too long. At least one was. */
export type Prompts = readonly {
  readonly id: string
  /** The beginning of what was asked last, on one line; null if its text is not kept or is gone. */
  readonly prompt: string | null
}[]

export type TextSearch = RequestConditions & {
  /** It is found in upper and lower case. */
  readonly text: string
  /** Whether it is looked for in the instructions, all messages and the answer too. */
  readonly whole: boolean
  /** The most requests that are found at once. */
  readonly limit: number
}

export type TextSearchPage = {
  /** The newest first. */
  readonly requests: readonly FoundRequest[]
  /** `before` of the search that goes on from here; null: all requests of the filter were looked at. */
  readonly next: number | null
  /** The time of the last request that was looked at; null: there was none. */
  readonly searchedTo: number | null
  /** Texts that were looked at. */
  readonly texts: number
}

/** With the part of its text that has what was searched for, on one line. */
export type FoundRequest = RequestSummary & { readonly passage: string }
