import type { Database } from '../../../src/store/database/open-database.ts'
import type {
  AmendEntry,
  FeedbackEntry,
  RequestEntry,
  ShadowEntry,
} from '../../../src/store/entries/entry.ts'
import { insertEntries } from '../../../src/store/ingest/insert-entries.ts'
import { toParsedRequest } from '../../../src/store/ingest/request-row.ts'
import type { TextFiles } from '../../../src/store/texts/text-files.ts'

type Entries = {
  readonly requests?: readonly RequestEntry[]
  readonly amends?: AmendEntry[]
  readonly feedback?: FeedbackEntry[]
  readonly shadows?: ShadowEntry[]
  /** Default: texts are not kept. */
  readonly texts?: TextFiles
}

/** Puts entries into a database, as if they were ingested. @returns how many are new. */
export function insertAll(
  db: Database,
  { requests = [], amends = [], feedback = [], shadows = [], texts }: Entries,
): Promise<{ readonly requests: number; readonly feedback: number }> {
  const parsed = requests.map(toParsedRequest)
  return db
    .transaction()
    .execute((trx) =>
      insertEntries(trx, { requests: parsed, amends, feedback, shadows }, texts?.append(parsed) ?? new Map()),
    )
}
