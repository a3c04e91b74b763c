import { CompiledQuery } from '../../../database/kysely.ts'
import type { Database } from '../../../database/open-database.ts'
import type { CurveQuery } from '../../answers/curve.ts'
import { requestConditions } from '../request-conditions.ts'
import { type CurveRow, curveColumns } from './curve-row.ts'

const rowsOfPage = 5000

/** The requests of a curve in the order in which they were kept, a page in memory at a time. */
export async function* walkRequests(
  db: Database,
  query: CurveQuery,
): AsyncGenerator<readonly (CurveRow & { readonly isOther: number; readonly router: string | null })[]> {
  const { sql, parameters } = curveConditions(query)
  const columns = `seq, router is not null and router <> ? as isOther, router, ${curveColumns}${query.measure === 'tolerance' ? ', candidates' : ''}`
  let last = await findFirst(db, query)
  for (;;) {
    const { rows } = await db.executeQuery<
      CurveRow & { isOther: number; seq: number; router: string | null }
    >(
      CompiledQuery.raw(
        `select ${columns} from requests where seq > ? and ${sql} order by seq limit ${rowsOfPage}`,
        [query.router, last, ...parameters],
      ),
    )
    if (rows.length > 0) yield rows
    if (rows.length < rowsOfPage) return
    last = rows.at(-1)!.seq
  }
}

/** Requests that the policy decided, or that only one of its models could answer. */
export function curveConditions({
  from,
  to,
  key,
  tag,
  policy,
}: Pick<CurveQuery, 'from' | 'to' | 'key' | 'tag' | 'policy'>): {
  readonly sql: string
  readonly parameters: readonly unknown[]
} {
  const given = requestConditions({ from, to, key, tag, policy: policy ?? '' })
  return {
    sql: policy === null ? `${given.sql} and (router is not null or side is not null)` : given.sql,
    parameters: given.parameters,
  }
}

/** The `seq` before the first request of the time, so that those before are not read. */
async function findFirst(db: Database, { from, to }: CurveQuery): Promise<number> {
  const row = await db
    .selectFrom('requests')
    .select(({ fn }) => fn.min('seq').as('seq'))
    .where('time', '>=', from)
    .where('time', '<', to)
    .executeTakeFirst()
  return (row?.seq ?? 1) - 1
}
