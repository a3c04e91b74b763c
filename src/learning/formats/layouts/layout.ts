import type { PickPrompt } from '../../../routing/prompts/pick-prompt.ts'
import type { Row } from '../row.ts'

/** What is known of a row besides its columns. */
export type RowContext = {
  /** Names the row in errors: `scores.jsonl line 3`. */
  readonly place: string
  /** The fields beside the list that the row is in; empty if the rows are in no object. */
  readonly around: Row
  /** The model that the name of the file stands for, for files of one model each. */
  readonly fileModel: string
  /** Picks the scored text of a conversation. */
  readonly pickPrompt: PickPrompt
}

/** What one model did on one prompt: a row of a file with a row for each. A null score is one that the row lacks. */
export type ModelResult = {
  readonly prompt: string
  readonly model: string
  readonly score: number | null
  readonly answer?: string
  /** Columns that describe the prompt, such as its category. */
  readonly shared: Row
}

/** How the rows of one file become rows that every command reads: outcomes, battles, preferences or prompts. */
export type Reading =
  /** Each row becomes at most one. */
  | { readonly kind: 'each'; read(row: Row, context: RowContext): Row | undefined }
  /** Rows of one prompt are put together. */
  | { readonly kind: 'grouped'; read(row: Row, context: RowContext): readonly ModelResult[] }

/** One way in which files write prompts and labels. */
export type Layout = {
  readonly name: string
  /** Who writes it, and what is read of it: for docs/formats.md. */
  readonly writer: string
  readonly reads: string
  /** How to read a file that begins with these rows; undefined if it is not of this layout. Never throws. */
  plan(sample: readonly Row[]): Reading | undefined
}
