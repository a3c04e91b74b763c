import { createLengthRatio } from '../../../gateway/savings/length-ratio.ts'
import { toNetSaving } from '../../../gateway/savings/net-saving.ts'
import { createSavingsSum } from '../../../gateway/savings/savings-sum.ts'
import type { Database } from '../../database/open-database.ts'
import { readShadowLengths } from '../../records/costs.ts'
import { summariseShadowPairs } from '../../records/shadow-pairs.ts'
import { findFactCache } from '../../savings/fact-cache.ts'
import { sumFacts } from '../../savings/sum-facts.ts'
import type { Saving, SavingQuery } from '../answers.ts'

/** What routing has saved of the requests of a time, net of what routing itself has cost. */
export async function readSaving(
  db: Database,
  { filter, basis }: SavingQuery,
  folder: string,
): Promise<Saving> {
  const cache = findFactCache(folder)
  const ratio = createLengthRatio(await readShadowLengths(db, filter.from), basis.models)
  const sum = createSavingsSum()
  const totals = { routersUsd: 0, baselines: new Set<string>() }
  const from = Math.max(filter.from, (await cache.findOldest(db)) ?? filter.to)
  for await (const { facts, statuses } of cache.groups(db, from, filter.to))
    sumFacts(facts, { ...filter, from }, statuses, { basis, ratio, sum, totals })
  const savings = sum.result()
  // Shadow calls belong to no key, tag or model: they are of the time as a whole.
  const isWhole = [filter.key, filter.tag, filter.policy, filter.model].every((each) => each === undefined)
  const shadow = isWhole ? await summariseShadowPairs(db, filter.from) : null
  const overheadUsd = totals.routersUsd + (shadow === null ? 0 : shadow.otherUsd + shadow.judgeUsd)
  const { saved, ...net } = toNetSaving(savings, overheadUsd)
  return { savings, overheadUsd, baselines: [...totals.baselines], savedUsd: saved, ...net }
}
