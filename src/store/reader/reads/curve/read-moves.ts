import { CompiledQuery } from '../../../database/kysely.ts'
import type { Database } from '../../../database/open-database.ts'
import { ownThresholdColumn } from '../../../entries/pace.ts'
import type { CurveMoves, CurveMovesQuery } from '../../answers/curve.ts'
import { type SummaryRow, summaryColumns, toSummary } from '../read-requests.ts'
import { curveConditions } from './curve-conditions.ts'

/** Requests, the latest of the time, among which those that would move are looked for. */
const mostSearched = 50_000
const mostShown = 50

/** The requests whose win rate is between two thresholds, nearest to the first one first: they would get another model. */
export async function readCurveMoves(db: Database, query: CurveMovesQuery): Promise<CurveMoves> {
  const { sql, parameters } = curveConditions(query)
  const { served, setting } = query
  const { rows } = await db.executeQuery<SummaryRow & { readonly seq: number }>(
    CompiledQuery.raw(
      `select seq, ${summaryColumns} from requests
       where seq > (select coalesce(max(seq), 0) - ${mostSearched} from requests where time >= ? and time < ?)
         and ${sql} and router = ? and strong_win_rate >= ? and strong_win_rate < ?
         and (propensity is not null or threshold is null or side is null
           or (strong_win_rate >= ${ownThresholdColumn}) = (side = 'strong'))
       order by abs(strong_win_rate - ?), seq desc limit ${mostShown}`,
      [
        ...[query.from, query.to, ...parameters, query.router],
        ...[Math.min(served, setting), Math.max(served, setting), served],
      ],
    ),
  )
  return { requests: rows.map(({ seq: _, ...row }) => toSummary(row)), searched: mostSearched }
}
