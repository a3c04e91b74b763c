import type { Loss } from './common-request.ts'

/** One thing that a translation cannot carry over. The documentation is generated from these rows, and a test tries each. */
export type LossRow = Loss & {
  /** The value of the field that the row is about: the type of an item, of a tool. Absent: any. */
  readonly value?: string
  /** JSON texts of values that ask for nothing special, and so are no loss. `null` never is one. */
  readonly unless?: readonly string[]
}

/** What has no equivalent, by the side of the translation that reports it. */
export type LossTable = {
  /** What requests of this protocol have and others do not. */
  readonly unread: readonly LossRow[]
  /** What requests of other protocols have and this one, or one of its models, does not. */
  readonly unwritten: readonly LossRow[]
}

/** Rows of fields that are somewhere within the request: `field` gets the path before it. */
export function withPath(path: string, rows: readonly LossRow[]): LossRow[] {
  return rows.map((row) => ({ ...row, field: path + row.field }))
}
