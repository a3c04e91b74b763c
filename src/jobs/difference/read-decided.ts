import { hearAbort } from '../../base/concurrency/run-steps.ts'
import type { ModelPair } from '../../routing/catalogue/model.ts'
import type { Database } from '../../store/database/open-database.ts'
import { createTextFinder, type JudgedRequest, readRequestPage } from '../../store/records/dataset.ts'
import type { JobContext } from '../job.ts'

export type DecidedQuery = {
  /** As the store records it: null for `auto` of a router and a threshold. */
  readonly policy: string | null
  readonly pair: ModelPair
  readonly limit: number
  /** `findLastPlace` of the store. */
  readonly last: number
  readonly textFolder: string
  readonly onMissingText: () => void
}

/** So many rows are looked through at a time, which takes a few milliseconds. */
const rowsOfStep = 20_000
/** Few enough that progress shows. */
const idsOfPage = 100

/** The place of the newest request: there are at most so many. */
export async function findLastPlace(db: Database): Promise<number> {
  const found = await db
    .selectFrom('requests')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .executeTakeFirst()
  return Number(found?.seq ?? 0)
}

/** The newest requests that a router of the policy decided between the models of the pair, a page in memory at a time. */
export async function* readDecided(
  db: Database,
  { policy, pair, limit, last, textFolder, onMissingText }: DecidedQuery,
  { signal }: Pick<JobContext, 'signal'>,
): AsyncGenerator<readonly JudgedRequest[]> {
  const findText = createTextFinder(textFolder, onMissingText)
  let left = limit
  for (let end = last; end > 0 && left > 0; end -= rowsOfStep) {
    await hearAbort(signal)
    const rows = await db
      .selectFrom('requests')
      .select('id')
      .where('seq', '>', end - rowsOfStep)
      .where('seq', '<=', end)
      .where('policy', policy === null ? 'is' : '=', policy)
      .where('router', 'is not', null)
      .orderBy('seq', 'desc')
      .execute()
    for (let at = 0; at < rows.length && left > 0; at += idsOfPage) {
      await hearAbort(signal)
      const ids = rows.slice(at, at + idsOfPage).map(({ id }) => id)
      const page = (await readRequestPage(db, ids, findText)).filter((request) => isOfPair(request, pair))
      const wanted = page.slice(0, left)
      left -= wanted.length
      yield wanted
    }
  }
}

function isOfPair({ candidates }: JudgedRequest, { strong, weak }: ModelPair): boolean {
  const has = (name: string) => candidates?.some(({ model }) => model === name) === true
  return has(strong) && has(weak)
}
