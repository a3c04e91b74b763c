import type { Database } from '../../database/open-database.ts'
import { createTextFinder, type JudgedQuery, type JudgedRequest, readRequestPage } from '../dataset.ts'

/** A request that was routed with known probabilities, and what came of it. */
export type LoggedRequest = JudgedRequest & {
  readonly status: number
  /** Of all calls; null if that is not known. */
  readonly usd: number | null
  /** Whether another model answered than was chosen, because that one failed. */
  readonly isReplaced: boolean
}

/** Below the number of parameters that a statement may have. */
const rowsOfPage = 500

/** The requests since a time whose candidates have probabilities, in the order in which they were kept, a page in memory at a time. */
export async function* readLoggedRequests(
  db: Database,
  { since, textFolder, onMissingText }: Omit<JudgedQuery, 'limit'>,
): AsyncGenerator<readonly LoggedRequest[]> {
  const findText = createTextFinder(textFolder, onMissingText)
  let last = 0
  for (;;) {
    const rows = await db
      .selectFrom('requests')
      .select(['seq', 'id', 'status', 'cost_nanousd', 'fallback'])
      .where('seq', '>', last)
      .where('time', '>=', since)
      .where('propensity', 'is not', null)
      .orderBy('seq')
      .limit(rowsOfPage)
      .execute()
    if (rows.length === 0) return
    const page = await readRequestPage(
      db,
      rows.map(({ id }) => id),
      findText,
    )
    const byId = new Map(page.map((request) => [request.id, request]))
    yield rows.map(({ id, status, cost_nanousd: cost, fallback }) => ({
      ...byId.get(id)!,
      status,
      usd: cost === null ? null : cost / 1e9,
      isReplaced: fallback !== null,
    }))
    last = rows.at(-1)!.seq
  }
}

/** Requests since a time that a policy routed, and whose candidates have no probabilities: in an experiment, and outside of one. */
export async function countUnlogged(
  db: Database,
  since: number,
): Promise<{ readonly inExperiments: number; readonly others: number }> {
  const { all, inExperiments } = await db
    .selectFrom('requests')
    .select(({ fn }) => [fn.countAll<number>().as('all'), fn.count<number>('experiment').as('inExperiments')])
    .where('time', '>=', since)
    .where('candidates', 'is not', null)
    .where('propensity', 'is', null)
    .executeTakeFirstOrThrow()
  return { inExperiments: Number(inExperiments), others: Number(all) - Number(inExperiments) }
}
