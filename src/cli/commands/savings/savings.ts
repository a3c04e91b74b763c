import type { Interval } from '../../../base/math/statistics/quantile.ts'
import type { Config } from '../../../config/config.ts'
import { type EnergyEstimate, estimateEnergy } from '../../../gateway/energy/estimate-energy.ts'
import { createTokenSums } from '../../../gateway/energy/token-sums.ts'
import { createBaselines } from '../../../gateway/savings/baselines.ts'
import { createLengthRatio, leastPairs } from '../../../gateway/savings/length-ratio.ts'
import { toNetSaving } from '../../../gateway/savings/net-saving.ts'
import { findPricedModels } from '../../../gateway/savings/priced-models.ts'
import { createSavingBasis } from '../../../gateway/savings/saving-basis.ts'
import { createSavingsMeter } from '../../../gateway/savings/savings-meter.ts'
import { createSavingsSum, type Savings } from '../../../gateway/savings/savings-sum.ts'
import type { Database } from '../../../store/database/open-database.ts'
import { readCostedRequests, readShadowLengths } from '../../../store/records/costs.ts'
import { summariseShadowPairs } from '../../../store/records/shadow-pairs.ts'

export type SavingsReport = {
  /** ISO 8601; null if everything in the store is counted. */
  readonly since: string | null
  readonly requests: Savings['requests']
  readonly usd: {
    /** Of all calls of the requests that are counted. */
    readonly spent: number
    /** What the baseline would have cost. */
    readonly baseline: number
    /** What the baseline is cheaper because its caches would have stayed warm; `baseline` is after it. */
    readonly warmCaches: number
    /** Of shadow calls and their judges. */
    readonly shadow: number
    /** Of routers whose embeddings have a price; at most so much. */
    readonly routers: number
    /** `baseline` less `spent`, `shadow` and `routers`. */
    readonly saved: number
  }
  /** 95 %; null with too few sessions. */
  readonly savedInterval: Interval | null
  /** The saved part of the baseline's dollars; null if there are none. */
  readonly fraction: number | null
  readonly fractionInterval: Interval | null
  readonly policies: readonly PolicySavings[]
  /** Null if no model has `energy`. */
  readonly energy: EnergyEstimate | null
  readonly notes: readonly string[]
}

export type PolicySavings = {
  /** A configured policy, or `router-<name>`. */
  readonly policy: string
  readonly baselines: readonly string[]
  readonly requests: number
  readonly spentUsd: number
  readonly baselineUsd: number
}

export type SavingsOptions = {
  readonly baseline?: string
  /** Milliseconds since 1970. */
  readonly now: number
  /** Null: everything in the store. */
  readonly sinceMs: number | null
  readonly signal: AbortSignal
}

/** What routing has saved by the requests of a store. */
export async function computeSavings(
  db: Database,
  config: Config,
  { baseline, now, sinceMs, signal }: SavingsOptions,
): Promise<SavingsReport> {
  const since = sinceMs === null ? 0 : now - sinceMs
  const models = await findPricedModels(config, new Date(now))
  const lengths = await readShadowLengths(db, since)
  const findBaseline = createBaselines(config, { models, ...(baseline !== undefined && { baseline }) })
  const tokens = createTokenSums()
  const meter = createSavingsMeter(findBaseline, createLengthRatio(lengths, models))
  const sum = createSavingsSum()
  const policies = new Map<string, PolicySum>()
  const embeddingUsd = (config.embedder.usdPerMillionTokens ?? 0) / 1e6
  let routers = 0
  for await (const page of readCostedRequests(db, since)) {
    signal.throwIfAborted()
    for (const request of page) {
      const saving = meter.add(request)
      sum.add(request.session, saving)
      tokens.add(request)
      if (request.router !== null) routers += (request.tokens?.input ?? 0) * embeddingUsd
      if (saving.kind !== 'counted') continue
      const name = request.policy ?? `router-${request.router}`
      const policy = policies.get(name) ?? { baselines: new Set(), requests: 0, spentUsd: 0, baselineUsd: 0 }
      policies.set(name, policy)
      policy.baselines.add(saving.baseline)
      policy.requests++
      policy.spentUsd += saving.usd
      policy.baselineUsd += saving.baselineUsd
    }
  }
  const shadow = await summariseShadowPairs(db, since)
  const shadowUsd = shadow.otherUsd + shadow.judgeUsd
  const result = sum.result()
  const overheadUsd = shadowUsd + routers
  const { saved, ...rest } = toNetSaving(result, overheadUsd)
  const isLengthKnown = lengths.some(({ pairs }) => pairs >= leastPairs)
  return {
    since: sinceMs === null ? null : new Date(since).toISOString(),
    requests: result.requests,
    usd: {
      spent: result.usd,
      baseline: result.baselineUsd,
      warmCaches: result.warmCacheUsd,
      shadow: shadowUsd,
      routers,
      saved,
    },
    ...rest,
    policies: Array.from(policies, ([policy, each]) => ({ policy, ...each, baselines: [...each.baselines] })),
    energy: estimateEnergy(tokens.sums(), createSavingBasis(config, models, baseline)),
    notes: findNotes(result, shadow.unpriced, isLengthKnown),
  }
}

type PolicySum = { baselines: Set<string>; requests: number; spentUsd: number; baselineUsd: number }

function findNotes(
  { requests, savedInterval, warmCacheUsd }: Savings,
  unpricedShadow: number,
  isLengthKnown: boolean,
): string[] {
  const notes: string[] = []
  if (requests.unpriced > 0)
    notes.push(
      `${requests.unpriced} requests are not counted, because their dollars or those of their baseline are not known: a model without a price, or a reply that broke off.`,
    )
  if (requests.failed > 0) notes.push(`${requests.failed} requests that no model answered are not counted.`)
  if (requests.direct > 0) notes.push(`${requests.direct} requests that name their model are not counted.`)
  if (unpricedShadow > 0) notes.push(`The dollars of ${unpricedShadow} shadow calls are not all known.`)
  if (requests.counted === 0) return notes
  notes.push(
    isLengthKnown
      ? 'The baseline is taken to write as much as it did in shadow calls.'
      : `The baseline is taken to write as many tokens as the model that answered; ${leastPairs} shadow calls of the two would tell.`,
  )
  if (warmCacheUsd < 0) notes.push('Caches that went cold cost less than warm ones: check the cache prices.')
  if (savedInterval === null) notes.push('There are too few sessions for an interval.')
  return notes
}
