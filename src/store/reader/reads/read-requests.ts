import { CompiledQuery } from '../../database/kysely.ts'
import type { Database } from '../../database/open-database.ts'
import { readRolledUp } from '../../totals/roll-up.ts'
import type { RequestConditions, RequestFilter, RequestPage, RequestSummary } from '../answers.ts'
import { isSelective, matchingHours } from './matching-hours.ts'
import { requestConditions } from './request-conditions.ts'
import type { Sql } from './usage-source.ts'

/** Columns of `requests` by the names of `RequestSummary`. */
export const summaryColumns = `id, time, path, status, stream, model, task, policy, router, threshold,
  strong_win_rate as strongWinRate, fallback, attempts, input_tokens as inputTokens, output_tokens as outputTokens,
  cost_nanousd / 1e9 as usd, total_us / 1000.0 as totalMs, session, key, experiment,
  text_offset is not null as hasText`

export type SummaryRow = Omit<RequestSummary, 'stream' | 'hasText'> & {
  readonly stream: number
  readonly hasText: number
}

export function toSummary({ stream, hasText, ...row }: SummaryRow): RequestSummary {
  return Object.assign(row, { stream: stream === 1, hasText: hasText === 1 })
}

/** With what finds its text. */
export type Row = SummaryRow & {
  readonly seq: number
  readonly day: number
  readonly protocol: string | null
  readonly offset: number | null
  readonly bytes: number | null
  readonly line: number | null
}

/** The newest requests first, in the order in which they were kept. */
export async function readRequests(db: Database, filter: RequestFilter): Promise<RequestPage> {
  const rows = await readRequestRows(db, filter, filter.limit + 1)
  const shown = rows.slice(0, filter.limit)
  return {
    requests: shown.map(toListed),
    next: rows.length > filter.limit ? (shown.at(-1)?.seq ?? null) : null,
  }
}

export function toListed(row: Row): RequestSummary {
  const {
    seq: _seq,
    day: _day,
    protocol: _protocol,
    offset: _offset,
    bytes: _bytes,
    line: _line,
    ...summary
  } = row
  return toSummary(summary)
}

/** At most `wanted` rows, or fewer if there are no more, in the order of `readRequests`. */
export function readRequestRows(
  db: Database,
  filter: RequestConditions,
  wanted: number,
): Promise<readonly Row[]> {
  return isSelective(filter) ? readByHours(db, filter, wanted) : readRows(db, filter, wanted)
}

async function readByHours(db: Database, filter: RequestConditions, wanted: number): Promise<readonly Row[]> {
  const rolledUp = await readRolledUp(db)
  const { from = 0, to = Number.MAX_SAFE_INTEGER } = filter
  // Of two conditions on one column SQLite uses one for its index, so the time is in `more` only.
  const others = { ...filter, from: undefined, to: undefined }
  // Those that are not in the totals yet. By the sign SQLite does not go through all requests of the time.
  const newest = { sql: 'seq > ? and +time >= ? and +time < ?', parameters: [rolledUp, from, to] }
  const rows: Row[] = [...(await readRows(db, others, wanted, newest))]
  if (rows.length >= wanted) return rows
  const hours = matchingHours(db, filter, await findLatestHour(db, filter.before))
  for await (const hour of hours) {
    const isEnough = rows.length >= wanted
    const bounds = [rolledUp, Math.max(from, hour * hourMs), Math.min(to, (hour + 1) * hourMs)]
    const ofHour = { sql: 'seq <= ? and time >= ? and time < ?', parameters: bounds }
    rows.push(...(await readRows(db, others, wanted, ofHour)))
    // Requests are kept when they end, so those of the hour before may come later.
    if (isEnough) break
  }
  return rows.toSorted((a, b) => b.seq - a.seq).slice(0, wanted)
}

async function findLatestHour(db: Database, before: number | undefined): Promise<number | null> {
  if (before === undefined) return null
  const row = await db.selectFrom('requests').select('time').where('seq', '=', before).executeTakeFirst()
  return row === undefined ? null : Math.floor(row.time / hourMs) + 1
}

async function readRows(
  db: Database,
  filter: RequestConditions,
  limit: number,
  more: Sql = anyRow,
): Promise<readonly Row[]> {
  const { sql, parameters } = requestConditions(filter)
  // By the sign SQLite does not go through all requests in the order of `seq`, but through those of the hour.
  const order = more === anyRow ? 'seq' : '+seq'
  const { rows } = await db.executeQuery<Row>(
    CompiledQuery.raw(
      `select seq, ${summaryColumns}, ${textColumns} from requests where ${sql} and ${more.sql} order by ${order} desc limit ?`,
      [...parameters, ...more.parameters, limit],
    ),
  )
  return rows
}

const textColumns = 'day, protocol, text_offset as offset, text_bytes as bytes, text_line as line'
const anyRow: Sql = { sql: '1 = 1', parameters: [] }
const hourMs = 3_600_000
