import { createLengthRatio } from '../../../gateway/savings/length-ratio.ts'
import { toNetSaving } from '../../../gateway/savings/net-saving.ts'
import { findBaselineOf } from '../../../gateway/savings/saving-basis.ts'
import { createSavingsMeter } from '../../../gateway/savings/savings-meter.ts'
import { createSavingsSum } from '../../../gateway/savings/savings-sum.ts'
import type { Database } from '../../database/open-database.ts'
import { readCostedRequests, readShadowLengths } from '../../records/costs.ts'
import { summariseShadowPairs } from '../../records/shadow-pairs.ts'
import type { Saving, SavingQuery } from '../answers.ts'

/** What routing has saved of the requests of a time, net of what routing itself has cost. */
export async function readSaving(db: Database, { filter, basis }: SavingQuery): Promise<Saving> {
  const lengths = await readShadowLengths(db, filter.from)
  const meter = createSavingsMeter(findBaselineOf(basis), createLengthRatio(lengths, basis.models))
  const sum = createSavingsSum()
  const baselines = new Set<string>()
  let routersUsd = 0
  for await (const page of readCostedRequests(db, filter.from, filter)) {
    for (const request of page) {
      // The meter sees all turns of a session, also those of other models.
      const saving = meter.add(request)
      if (!isWanted(filter.policy, request.policy) || !isWanted(filter.model, request.model)) continue
      sum.add(request.session, saving)
      if (request.router !== null) routersUsd += (request.tokens?.input ?? 0) * basis.embeddingUsd
      if (saving.kind === 'counted') baselines.add(saving.baseline)
    }
  }
  const savings = sum.result()
  // Shadow calls belong to no key, tag or model: they are of the time as a whole.
  const isWhole = [filter.key, filter.tag, filter.policy, filter.model].every((each) => each === undefined)
  const shadow = isWhole ? await summariseShadowPairs(db, filter.from) : null
  const overheadUsd = routersUsd + (shadow === null ? 0 : shadow.otherUsd + shadow.judgeUsd)
  const { saved, ...net } = toNetSaving(savings, overheadUsd)
  return { savings, overheadUsd, baselines: [...baselines], savedUsd: saved, ...net }
}

/** The empty name stands for none. */
function isWanted(wanted: string | undefined, name: string | null): boolean {
  return wanted === undefined || wanted === (name ?? '')
}
