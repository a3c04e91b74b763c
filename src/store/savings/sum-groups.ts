import { createHash } from 'node:crypto'
import type { SavingBasis } from '../../gateway/savings/saving-basis.ts'
import type { Database } from '../database/open-database.ts'
import type { UsageFilter } from '../reader/answers.ts'
import type { FactCache, FactGroup } from './fact-cache.ts'
import { createFactSummer, type GroupSaving } from './sum-facts.ts'

/**
 * The savings of the requests of a filter, a group at a time. Those of a group that is within the time as a whole are computed once, so
 * that the next question sums the requests at the ends of its time only.
 */
export async function* sumGroups(
  db: Database,
  cache: FactCache,
  { filter, basis }: { readonly filter: UsageFilter; readonly basis: SavingBasis },
): AsyncGenerator<GroupSaving> {
  const { from, to, ...names } = filter
  const question = createHash('sha256')
    .update(JSON.stringify([basis, names]))
    .digest('base64')
  const sum = createFactSummer(basis)
  for await (const each of cache.groups(db, from, to)) {
    const { group, times, statuses } = each
    const isWhole = times !== null && times.from >= from && times.to < to
    const key = isWhole ? `${question} ${toKey(each)}` : null
    const kept = key === null ? undefined : cache.savings.get(key)
    const saving = kept ?? sum({ group, statuses, facts: await each.facts() }, filter)
    if (key !== null && kept === undefined) cache.savings.set(key, saving)
    yield saving
  }
}

/** What the sums of a group depend on besides the question. */
function toKey({ group, times, statuses }: FactGroup): string {
  return JSON.stringify([group, times?.from, times?.to, ...statuses])
}
