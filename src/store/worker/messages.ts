import type { RouteLLMError } from '../../errors.ts'
import type { KeptRequest } from '../../gateway/feedback.ts'
import type { ChangeName, Changes } from './changes/changes.ts'

/** What a database thread is started with. */
export type ThreadData = {
  readonly folder: string
  readonly days: number | null
  readonly bytes: number | null
}

/** From the server to the thread. */
export type ThreadRequest =
  /** Something was appended to the journal: `appended` bytes since the start. */
  | { readonly kind: 'ingest'; readonly appended: number }
  | { readonly kind: 'spending'; readonly id: number }
  | { readonly kind: 'find'; readonly id: number; readonly requestId: string }
  /** Ingest what the journal has, and say so. */
  | { readonly kind: 'catch-up'; readonly id: number }
  | ChangeRequest
  /** Ingest what is left, for so long at most. */
  | { readonly kind: 'close'; readonly withinMs: number }

/** The name of a change and what it takes belong together. */
export type ChangeRequest = {
  [Name in ChangeName]: {
    readonly kind: 'change'
    readonly id: number
    readonly name: Name
    readonly change: Changes[Name]['change']
  }
}[ChangeName]

/** What became of a change. Null: the database does not take it now. */
export type ChangeOutcome =
  | { readonly kind: 'made'; readonly answer: unknown }
  | {
      readonly kind: 'refused'
      readonly code: RouteLLMError['code']
      readonly message: string
      readonly status: number
      readonly param: string | null
    }

/** From the thread to the server. */
export type ThreadReply =
  /** Null: the database cannot be read. */
  | {
      readonly kind: 'found'
      readonly id: number
      readonly answer: { readonly request: KeptRequest | null } | null
    }
  | { readonly kind: 'spending'; readonly id: number; readonly answer: readonly AccountDay[] | null }
  /** Null: the database does not take it now. */
  | { readonly kind: 'caught-up'; readonly id: number; readonly answer: true | null }
  | { readonly kind: 'changed'; readonly id: number; readonly answer: ChangeOutcome | null }
  /** Null: the database is used again. */
  | { readonly kind: 'problem'; readonly problem: { readonly code: string; readonly message: string } | null }
  /** All of the journal was taken that was there when `appended` was said. `rows`: requests and feedback that are new. */
  | { readonly kind: 'ingested'; readonly appended: number; readonly rows: number; readonly time: number }
  | { readonly kind: 'note'; readonly fields: object; readonly message: string }
  | { readonly kind: 'closed' }

/** What one account has used on one day of UTC since 1970. */
export type AccountDay = { readonly account: string; readonly day: number; readonly usd: number }
