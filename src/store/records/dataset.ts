import type { Selectable } from 'kysely'
import type { Feedback } from '../../gateway/feedback.ts'
import type { Database } from '../database/open-database.ts'
import type { Tables } from '../database/tables.ts'
import type { EntryCandidate, EntryText } from '../entries/entry.ts'
import { toDay } from '../entries/request-columns.ts'
import { createTextReader } from '../texts/text-files.ts'
import { readLabels, readSignals, type StoredSignal } from './labels.ts'
import { readShadowUsd } from './shadow-pairs.ts'
import type { StoredLabel } from './types/labels.ts'

/** A request of which something is known of how well it was answered, with all of that. */
export type JudgedRequest = {
  readonly id: string
  readonly time: number
  readonly session: string | null
  readonly key: string | null
  readonly task: string | null
  readonly protocol: string | null
  readonly policy: string | null
  readonly router: string | null
  readonly strongWinRate: number | null
  /** The model that answered. */
  readonly model: string | null
  readonly tokens: { readonly input: number; readonly cachedInput: number; readonly output: number } | null
  readonly candidates: readonly EntryCandidate[] | null
  /** `decodeFeatures` reads it. */
  readonly features: string | null
  /** Null if none is kept, or its file is gone. */
  readonly text: EntryText | null
  readonly feedback: readonly Feedback[]
  readonly labels: readonly StoredLabel[]
  readonly signals: readonly StoredSignal[]
  /** What a shadow call and the call beside it cost. */
  readonly shadowUsd: Readonly<Record<string, number>>
}

export type JudgedQuery = {
  /** Milliseconds since 1970. */
  readonly since: number
  /** The newest are read. */
  readonly limit: number
  /** Null: texts are not read. */
  readonly textFolder: string | null
  /** Called for a text that a row refers to and that cannot be read. */
  readonly onMissingText: () => void
}

/** Below the number of parameters that a statement may have. */
const idsOfPage = 500

/** The requests since a time that have feedback, a label or a signal, the newest first, a page in memory at a time. */
export async function* readJudgedRequests(
  db: Database,
  { since, limit, textFolder, onMissingText }: JudgedQuery,
): AsyncGenerator<readonly JudgedRequest[]> {
  const ids = (await findJudged(db, since)).slice(0, limit)
  const findText = createTextFinder(textFolder, onMissingText)
  for (let at = 0; at < ids.length; at += idsOfPage)
    yield await readRequestPage(db, ids.slice(at, at + idsOfPage), findText)
}

/** Finds the text of a row; null if none is kept, or if it cannot be read. */
export function createTextFinder(
  textFolder: string | null,
  onMissingText: () => void,
): (row: RequestRow) => EntryText | null {
  const readPlace = textFolder === null ? null : createTextReader(textFolder)
  return ({ time, text_offset: offset, text_bytes: bytes, text_line: line }) => {
    if (readPlace === null || offset === null || bytes === null || line === null) return null
    try {
      return readPlace(toDay(time), { offset, bytes, line })
    } catch {
      onMissingText()
      return null
    }
  }
}

type RequestRow = Selectable<Tables['requests']>

async function findJudged(db: Database, since: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('requests')
    .select(['id', 'time'])
    .where('time', '>=', since)
    .where('id', 'in', (where) =>
      where
        .selectFrom('feedback')
        .select('request_id')
        .union(where.selectFrom('labels').select('request_id'))
        .union(
          where
            .selectFrom('requests as later')
            .select((column) => column.ref('signal_of').$notNull().as('request_id'))
            .where('signal_of', 'is not', null),
        ),
    )
    .orderBy('time', 'desc')
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Requests with all that is known of their answers, the newest first. @param ids at most 500. */
export async function readRequestPage(
  db: Database,
  ids: readonly string[],
  findText: (row: RequestRow) => EntryText | null,
): Promise<readonly JudgedRequest[]> {
  const rows = await db.selectFrom('requests').selectAll().where('id', 'in', ids).execute()
  const feedback = await readFeedback(db, ids)
  const labels = await readLabels(db, ids)
  const signals = await readSignals(db, ids)
  const usd = await readShadowUsd(db, ids)
  return rows
    .toSorted((one, other) => other.time - one.time || (one.id < other.id ? -1 : 1))
    .map((row) => ({
      id: row.id,
      time: row.time,
      session: row.session,
      key: row.key,
      task: row.task,
      protocol: row.protocol,
      policy: row.policy,
      router: row.router,
      strongWinRate: row.strong_win_rate,
      model: row.model,
      tokens:
        row.input_tokens === null || row.output_tokens === null
          ? null
          : { input: row.input_tokens, cachedInput: row.cached_input_tokens ?? 0, output: row.output_tokens },
      candidates: row.candidates === null ? null : (JSON.parse(row.candidates) as EntryCandidate[]),
      features: row.features,
      text: findText(row),
      feedback: feedback.get(row.id) ?? [],
      labels: labels.get(row.id) ?? [],
      signals: signals.get(row.id) ?? [],
      shadowUsd: usd.get(row.id) ?? {},
    }))
}

async function readFeedback(
  db: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly Feedback[]>> {
  const rows = await db
    .selectFrom('feedback')
    .selectAll()
    .where('request_id', 'in', ids)
    .orderBy('time')
    .orderBy('id')
    .execute()
  const found = new Map<string, Feedback[]>()
  for (const { id, request_id: requestId, time, thumbs, score, correction, scores, key } of rows) {
    const feedback: Feedback = {
      id,
      requestId,
      time,
      thumbs: thumbs === 'up' || thumbs === 'down' ? thumbs : null,
      score,
      correction,
      scores: scores === null ? null : (JSON.parse(scores) as Record<string, number>),
      key,
    }
    const known = found.get(requestId)
    if (known === undefined) found.set(requestId, [feedback])
    else known.push(feedback)
  }
  return found
}
