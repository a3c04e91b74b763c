import type { ErrorCode } from '../../error-codes.ts'
import type { ReadName, Reads } from './reads.ts'

/** What the thread is started with. */
export type ReaderData = {
  readonly folder: string
  /** One number, which becomes 1 when the thread is to end: it looks before each statement. */
  readonly ending: Int32Array<SharedArrayBuffer>
}

/** Wakes a thread that has nothing to do, so that it ends. */
export type EndRequest = { readonly kind: 'end' }

export type ReadRequest = {
  [Name in ReadName]: { readonly id: number; readonly name: Name; readonly query: Reads[Name]['query'] }
}[ReadName]

export type ReadReply =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly code: ErrorCode; readonly message: string }
