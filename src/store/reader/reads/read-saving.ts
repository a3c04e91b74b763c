import { createLengthRatio } from '../../../gateway/savings/length-ratio.ts'
import { toNetSaving } from '../../../gateway/savings/net-saving.ts'
import { createSavingsSum } from '../../../gateway/savings/savings-sum.ts'
import type { Database } from '../../database/open-database.ts'
import { readShadowLengths } from '../../records/costs.ts'
import { summariseShadowPairs } from '../../records/shadow-pairs.ts'
import { findFactCache } from '../../savings/fact-cache.ts'
import { sumGroups } from '../../savings/sum-groups.ts'
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
  let routersUsd = 0
  const baselines = new Set<string>()
  // Facts may still have requests that were removed.
  const from = Math.max(filter.from, (await cache.findOldest(db)) ?? filter.to)
  for await (const part of sumGroups(db, cache, { filter: { ...filter, from }, basis })) {
    sum.addPart(part, ratio)
    routersUsd += part.routersUsd
    for (const name of part.baselines) baselines.add(name)
  }
  const savings = sum.result()
  // Shadow calls belong to no key, tag or model: they are of the time as a whole.
  const isWhole = [filter.key, filter.tag, filter.policy, filter.model].every((each) => each === undefined)
  const shadow = isWhole ? await summariseShadowPairs(db, filter.from) : null
  const overheadUsd = routersUsd + (shadow === null ? 0 : shadow.otherUsd + shadow.judgeUsd)
  const { saved, ...net } = toNetSaving(savings, overheadUsd)
  return { savings, overheadUsd, baselines: [...baselines], savedUsd: saved, ...net }
}
