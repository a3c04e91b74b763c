import { findBaselineOf, type SavingBasis } from '../../gateway/savings/saving-basis.ts'
import { hasFailed, leastCachedTokens } from '../../gateway/savings/savings-meter.ts'
import { createUnitSum, type SavingsPart, type UnitSum } from '../../gateway/savings/savings-part.ts'
import { sessionUnits } from '../../gateway/savings/session-unit.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { UsageFilter } from '../reader/answers.ts'
import { isOfFilter } from './fact-filter.ts'
import { callUsd, type Prices, toPrices } from './fact-prices.ts'
import { type Facts, factFlags, groupRows } from './facts.ts'

/** Savings of the requests of one group. */
export type GroupSaving = SavingsPart & {
  readonly routersUsd: number
  readonly baselines: readonly string[]
}

/** Of its memory. */
export function countBytes({ spent, baseline, written }: GroupSaving): number {
  const sums = [spent, baseline, ...written.map(({ usd }) => usd)]
  return sums.reduce((bytes, { units, usd }) => bytes + units.byteLength + usd.byteLength, 1000)
}

type Group = {
  readonly group: number
  readonly facts: Facts
  /** Of requests that were changed after they were kept, by their places. */
  readonly statuses: ReadonlyMap<number, number>
}

/**
 * Adds up the savings of the requests of a filter, of one group after the other: what `createSavingsMeter` finds for each of them,
 * without an object for each, because there may be a million.
 */
export function createFactSummer(basis: SavingBasis): (of: Group, filter: UsageFilter) => GroupSaving {
  const [spent, ofBaselines, written] = [createUnitSum(), createUnitSum(), createWrittenSums()]

  return ({ group, facts, statuses }, filter) => {
    const { flags, usd, input, output, cached, held, model, policy, unit, place, before, status } = facts
    const isWanted = isOfFilter(facts, filter)
    const baselines = findBaselines(facts.names, basis, written.find)
    const requests = { counted: 0, direct: 0, failed: 0, unpriced: 0 }
    let [warmCacheUsd, routersUsd] = [0, 0]
    for (let at = 0; at < facts.rows; at++) {
      if (!isWanted(at)) continue
      const bits = flags[at]!
      const tokens = input[at]!
      const hasRouter = (bits & factFlags.hasRouter) !== 0
      if (hasRouter) routersUsd += Math.max(0, tokens) * basis.embeddingUsd
      const baseline = baselines.of(policy[at]!, hasRouter)
      if (baseline === null) {
        requests.direct++
        continue
      }
      const { id, prices } = baseline
      const paid = usd[at]!
      if (Number.isNaN(paid)) {
        const hasHead = (bits & factFlags.hasHead) !== 0
        const answered = { status: statuses.get(place[at]!) ?? status[at]!, hasHead }
        requests[tokens < 0 && hasFailed(answered) ? 'failed' : 'unpriced']++
        continue
      }
      if (tokens >= 0 && prices === null) {
        requests.unpriced++
        continue
      }
      requests.counted++
      baseline.isCounted = true
      const ofUnit =
        (bits & factFlags.hasSession) === 0 ? (group * groupRows + place[at]!) % sessionUnits : unit[at]!
      spent.add(ofUnit, paid)
      if (tokens < 0 || prices === null) continue
      const isOwn = model[at] === id && before[at] === id && id > 0
      const left = Math.min(held[at]!, tokens)
      const warm = isOwn || left < leastCachedTokens ? cached[at]! : Math.max(cached[at]!, left)
      const warmUsd = callUsd(prices, facts, at, warm, 0)
      if (warm !== cached[at]!) warmCacheUsd += callUsd(prices, facts, at, cached[at]!, 0) - warmUsd
      ofBaselines.add(ofUnit, warmUsd)
      baseline.writtenBy(model[at]!).add(ofUnit, (output[at]! * prices[4]) / 1e6)
    }
    return {
      ...{ requests, warmCacheUsd, routersUsd, baselines: baselines.list() },
      ...{ spent: spent.take(), baseline: ofBaselines.take(), written: written.take() },
    }
  }
}

type Baseline = {
  readonly name: string
  /** Among the names of the facts; −1: no request has it. */
  readonly id: number
  readonly prices: Prices | null
  isCounted: boolean
  /** What it costs for the tokens of a model. */
  writtenBy(model: number): UnitSum
}

/** The baselines of the requests of a group, each found once. */
function findBaselines(
  names: readonly (string | null)[],
  basis: SavingBasis,
  findWritten: (baseline: string, model: string) => UnitSum,
) {
  const find = findBaselineOf(basis)
  const known: (Baseline | null | undefined)[] = []
  const models = new Map<Model, Baseline>()

  function describe(model: Model): Baseline {
    const sums: (UnitSum | undefined)[] = []
    const writtenBy = (id: number) => (sums[id] ??= findWritten(model.name, names[id] ?? model.name))
    const { name } = model
    return { name, id: names.indexOf(name), prices: toPrices(model), isCounted: false, writtenBy }
  }

  return {
    /** By the id of a policy's name, and whether there was a router. */
    of(policy: number, hasRouter: boolean): Baseline | null {
      const at = 2 * policy + Number(hasRouter)
      let found = known[at]
      if (found === undefined) {
        const model = find({ policy: names[policy] ?? null, router: hasRouter ? 'any' : null })
        found = model === null ? null : (models.get(model) ?? describe(model))
        if (model !== null && found !== null) models.set(model, found)
        known[at] = found
      }
      return found
    },
    /** Those that a request was compared with. */
    list: () => [...models.values()].filter(({ isCounted }) => isCounted).map(({ name }) => name),
  }
}

/** Sums by baseline and model. */
function createWrittenSums() {
  const sums = new Map<string, Map<string, UnitSum>>()
  return {
    find(baseline: string, model: string): UnitSum {
      const ofModels = sums.get(baseline) ?? new Map<string, UnitSum>()
      sums.set(baseline, ofModels)
      const sum = ofModels.get(model) ?? createUnitSum()
      ofModels.set(model, sum)
      return sum
    },
    /** In an order that does not depend on the groups before. */
    take: () =>
      [...sums]
        .flatMap(([baseline, ofModels]) =>
          [...ofModels].map(([model, sum]) => ({ baseline, model, usd: sum.take() })),
        )
        .filter(({ usd }) => usd.units.length > 0)
        .toSorted((one, other) => (toKey(one) < toKey(other) ? -1 : 1)),
  }
}

function toKey({ baseline, model }: { readonly baseline: string; readonly model: string }): string {
  return JSON.stringify([baseline, model])
}
