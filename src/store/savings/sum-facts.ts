import type { SavingBasis } from '../../gateway/savings/saving-basis.ts'
import { findBaselineOf } from '../../gateway/savings/saving-basis.ts'
import type { LengthRatio } from '../../gateway/savings/savings-meter.ts'
import { hasFailed, leastCachedTokens } from '../../gateway/savings/savings-meter.ts'
import type { SavingsSum } from '../../gateway/savings/savings-sum.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { UsageFilter } from '../reader/answers.ts'
import { type Facts, factFlags } from './facts.ts'

/** What is added up besides the savings. */
export type FactTotals = { routersUsd: number; readonly baselines: Set<string> }

export type FactSums = {
  readonly basis: SavingBasis
  readonly ratio: LengthRatio
  readonly sum: SavingsSum
  readonly totals: FactTotals
}

/**
 * Adds the savings of the requests of a filter to sums: what `createSavingsMeter` finds for each of them, without an object for each,
 * because there may be a million.
 *
 * @param statuses of requests that were changed after they were kept, by their places.
 */
export function sumFacts(
  facts: Facts,
  filter: UsageFilter,
  statuses: ReadonlyMap<number, number>,
  { basis, ratio, sum, totals }: FactSums,
): void {
  const { names, flags, usd, input, output, cached, held, model, policy, unit } = facts
  const isWanted = isOfFilter(facts, filter)
  const baselineOf = findBaselineCache(names, basis, ratio)
  for (let at = 0; at < facts.rows; at++) {
    if (!isWanted(at)) continue
    const hasRouter = (flags[at]! & factFlags.hasRouter) !== 0
    const tokens = input[at]!
    if (hasRouter) totals.routersUsd += Math.max(0, tokens) * basis.embeddingUsd
    const baseline = baselineOf(policy[at]!, hasRouter)
    if (baseline === null) {
      sum.count('direct')
      continue
    }
    const spent = usd[at]!
    const unitOf = (flags[at]! & factFlags.hasSession) === 0 ? null : unit[at]!
    if (Number.isNaN(spent)) {
      const status = statuses.get(facts.place[at]!) ?? facts.status[at]!
      const hasHead = (flags[at]! & factFlags.hasHead) !== 0
      sum.count(tokens < 0 && hasFailed({ status, hasHead }) ? 'failed' : 'unpriced')
      continue
    }
    if (tokens < 0) {
      sum.addCounted(unitOf, spent, 0, 0)
      totals.baselines.add(baseline.name)
      continue
    }
    if (baseline.prices === null) {
      sum.count('unpriced')
      continue
    }
    const written = output[at]! * baseline.ratioOf(model[at]!)
    const isOwn = model[at] === baseline.id && facts.before[at] === baseline.id && baseline.id > 0
    const left = Math.min(held[at]!, tokens)
    const warm = isOwn || left < leastCachedTokens ? cached[at]! : Math.max(cached[at]!, left)
    const warmUsd = callUsd(baseline.prices, facts, at, warm, written)
    const coldUsd = warm === cached[at]! ? warmUsd : callUsd(baseline.prices, facts, at, cached[at]!, written)
    sum.addCounted(unitOf, spent, warmUsd, coldUsd - warmUsd)
    totals.baselines.add(baseline.name)
  }
}

/** An id that no name has. */
const anyName = -2

/** Whether the request at a place is of the filter. One comparison each, because there may be a million. */
export function isOfFilter(facts: Facts, filter: UsageFilter): (at: number) => boolean {
  const { names, policy, model, key, tags, time } = facts
  const idOf = (name: string | undefined) =>
    name === undefined ? anyName : name === '' ? 0 : names.indexOf(name)
  const [ofPolicy, ofModel, ofKey] = [idOf(filter.policy), idOf(filter.model), idOf(filter.key)]
  const { from, to, tag } = filter
  const hasTag = names.map((name) => tag === undefined || (name !== null && includesTag(name, tag)))
  return (at) =>
    time[at]! >= from &&
    time[at]! < to &&
    (ofPolicy === anyName || policy[at] === ofPolicy) &&
    (ofModel === anyName || model[at] === ofModel) &&
    (ofKey === anyName || key[at] === ofKey) &&
    (tag === undefined || hasTag[tags[at]!]!)
}

function includesTag(json: string, tag: string): boolean {
  try {
    const list: unknown = JSON.parse(json)
    return Array.isArray(list) && list.includes(tag)
  } catch {
    return false // a name that is no list
  }
}

export type Prices = readonly [input: number, read: number, write: number, write1h: number, output: number]

type Baseline = {
  readonly name: string
  /** Among the names of the facts; −1: no request has it. */
  readonly id: number
  readonly prices: Prices | null
  ratioOf(model: number): number
}

/** The baseline of a policy's name and of whether there was a router, found once. */
function findBaselineCache(
  names: readonly (string | null)[],
  basis: SavingBasis,
  ratio: LengthRatio,
): (policy: number, hasRouter: boolean) => Baseline | null {
  const find = findBaselineOf(basis)
  const known: (Baseline | null | undefined)[] = []
  const models = new Map<Model, Baseline>()
  const describe = (model: Model): Baseline => {
    let found = models.get(model)
    if (found === undefined) {
      const ratios = names.map((name) => (name === null || name === model.name ? 1 : ratio(name, model.name)))
      const ratioOf = (id: number) => ratios[id]!
      found = { name: model.name, id: names.indexOf(model.name), prices: toPrices(model), ratioOf }
      models.set(model, found)
    }
    return found
  }
  return (policy, hasRouter) => {
    const at = 2 * policy + Number(hasRouter)
    let found = known[at]
    if (found === undefined) {
      const model = find({ policy: names[policy] ?? null, router: hasRouter ? 'any' : null })
      found = model === null ? null : describe(model)
      known[at] = found
    }
    return found
  }
}

export function toPrices(model: Model): Prices | null {
  const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = model
  if (input === undefined || output === undefined) return null
  return [
    input,
    model.cacheReadUsdPerMillionTokens ?? input,
    model.cacheWriteUsdPerMillionTokens ?? input,
    model.cacheWrite1hUsdPerMillionTokens ?? input,
    output,
  ]
}

/** As `findCallUsd`, of what is read from the cache not being written to it. */
export function callUsd(
  prices: Prices,
  facts: Facts,
  at: number,
  cachedTokens: number,
  output: number,
): number {
  const input = facts.input[at]!
  const cached = Math.min(cachedTokens, input)
  const left = input - cached
  const written1h = Math.min(facts.written1h[at]!, left)
  const written = Math.min(facts.written[at]!, left - written1h)
  const usd =
    (left - written - written1h) * prices[0] +
    cached * prices[1] +
    written * prices[2] +
    written1h * prices[3] +
    output * prices[4]
  return usd / 1e6
}
