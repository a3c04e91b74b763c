import { CompiledQuery } from '../../database/kysely.ts'
import type { Database } from '../../database/open-database.ts'
import type { RequestFilter, RequestPage, RequestSummary } from '../answers.ts'
import { requestConditions } from './request-conditions.ts'

/** Columns of `requests` by the names of `RequestSummary`. */
export const summaryColumns = `id, time, path, status, stream, model, task, policy, router, threshold,
  strong_win_rate as strongWinRate, fallback, attempts, input_tokens as inputTokens, output_tokens as outputTokens,
  cost_nanousd / 1e9 as usd, total_us / 1000.0 as totalMs, session, key, experiment`

export type SummaryRow = Omit<RequestSummary, 'stream'> & { readonly stream: number }

export function toSummary({ stream, ...row }: SummaryRow): RequestSummary {
  return Object.assign(row, { stream: stream === 1 })
}

/** The newest requests first, in the order in which they were kept. */
export async function readRequests(db: Database, filter: RequestFilter): Promise<RequestPage> {
  const { sql, parameters } = requestConditions(filter)
  const { rows } = await db.executeQuery<SummaryRow & { seq: number }>(
    CompiledQuery.raw(`select seq, ${summaryColumns} from requests where ${sql} order by seq desc limit ?`, [
      ...parameters,
      filter.limit + 1,
    ]),
  )
  const shown = rows.slice(0, filter.limit)
  return {
    requests: shown.map(({ seq: _seq, ...row }) => toSummary(row)),
    next: rows.length > filter.limit ? (shown.at(-1)?.seq ?? null) : null,
  }
}
