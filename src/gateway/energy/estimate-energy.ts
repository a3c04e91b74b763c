import type { Range } from '../../config/energy/energy-config.ts'
import { findBaselineOf, type SavingBasis } from '../savings/saving-basis.ts'

/** Tokens of the calls that answered, by what decided them. The empty name stands for none. Several rows may have the same names. */
export type TokenSums = {
  readonly model: string
  readonly policy: string
  readonly router: string
  readonly inputTokens: number
  /** Of `inputTokens`, those that were read from a cache. */
  readonly cachedInputTokens: number
  readonly outputTokens: number
}

export type EnergyEstimate = {
  /** Of the tokens that are counted, with the data centre. */
  readonly wattHours: Range
  readonly gramsCo2: Range
  /** Models with `energy` that answered. */
  readonly countedModels: readonly string[]
  readonly outputTokens: { readonly counted: number; readonly all: number }
  /** Models without `energy`, those with the most output tokens first. */
  readonly uncounted: readonly { readonly model: string; readonly outputTokens: number }[]
  /** Less than the baselines would have used; null: nothing can be compared. Negative bounds are more. */
  readonly saved: {
    readonly wattHours: Range
    readonly gramsCo2: Range
    readonly baselines: readonly string[]
  } | null
  /** Baselines without `energy`, whose requests are not compared. */
  readonly unknownBaselines: readonly string[]
  /** Where the figures are from. */
  readonly sources: readonly string[]
}

type EnergyBasis = Pick<SavingBasis, 'models' | 'pairBaseline' | 'policyBaselines' | 'energy'>

/**
 * Watt-hours and CO2 of tokens, as bounds:
 *
 *   E = PUE · Σ over models (output tokens · e_out + prompt tokens that no cache has · e_in) / 10⁶
 *
 * with each factor at its low end for the low bound and at its high end for the high one. What was saved is the same sum of the
 * baselines' factors over the same tokens, less that of the models that answered. A factor that is in both has one value, so
 * tokens that the baseline itself has answered save exactly nothing.
 *
 * @returns null if no model has `energy`.
 */
export function estimateEnergy(rows: readonly TokenSums[], basis: EnergyBasis): EnergyEstimate | null {
  const factors = new Map(basis.models.flatMap(({ name, energy }) => (energy ? [[name, energy]] : [])))
  if (factors.size === 0) return null
  const baselineOf = findBaselineOf(basis)
  const used = createSum()
  const saved = createSum()
  const uncounted = new Map<string, number>()
  const baselines = new Set<string>()
  const unknownBaselines = new Set<string>()
  const countedModels = new Set<string>()
  let counted = 0
  let all = 0
  for (const row of rows) {
    const { model, policy, router, outputTokens } = row
    all += outputTokens
    const own = factors.get(model)
    if (own === undefined) {
      if (outputTokens > 0) uncounted.set(model, (uncounted.get(model) ?? 0) + outputTokens)
      continue
    }
    counted += outputTokens
    countedModels.add(model)
    used.add(model, own, row, 1)
    const baseline = baselineOf({
      policy: policy === '' ? null : policy,
      router: router === '' ? null : router,
    })
    if (baseline === null) continue
    const other = factors.get(baseline.name)
    if (other === undefined) {
      unknownBaselines.add(baseline.name)
      continue
    }
    baselines.add(baseline.name)
    saved.add(baseline.name, other, row, 1)
    saved.add(model, own, row, -1)
  }
  const named = new Set([...countedModels, ...baselines])
  const { powerUsageEffectiveness, gramsCo2PerKwh, sources } = basis.energy
  const wattHours = times(used.bounds(), powerUsageEffectiveness)
  const savedWattHours = times(saved.bounds(), powerUsageEffectiveness)
  const toGrams = (of: Range) => times(of, { low: gramsCo2PerKwh.low / 1e3, high: gramsCo2PerKwh.high / 1e3 })
  return {
    wattHours,
    gramsCo2: toGrams(wattHours),
    countedModels: [...countedModels],
    outputTokens: { counted, all },
    uncounted: Array.from(uncounted, ([model, outputTokens]) => ({ model, outputTokens })).sort(
      (one, other) => other.outputTokens - one.outputTokens,
    ),
    saved:
      baselines.size === 0
        ? null
        : { wattHours: savedWattHours, gramsCo2: toGrams(savedWattHours), baselines: [...baselines] },
    unknownBaselines: [...unknownBaselines],
    sources: [...Array.from(named, (name) => `${name}: ${factors.get(name)!.source}`), ...sources],
  }
}

type Factors = NonNullable<EnergyBasis['models'][number]['energy']>

/** Σ tokens · factor, with the tokens of each factor added up first. */
function createSum() {
  const terms = new Map<string, { readonly factor: Range; tokens: number }>()
  const addTerm = (key: string, factor: Range, tokens: number) => {
    const term = terms.get(key) ?? { factor, tokens: 0 }
    terms.set(key, term)
    term.tokens += tokens
  }
  return {
    add(model: string, energy: Factors, tokens: TokenSums, sign: 1 | -1): void {
      const { wattHoursPerMillionOutputTokens, wattHoursPerMillionInputTokens } = energy
      addTerm(`output ${model}`, wattHoursPerMillionOutputTokens, sign * tokens.outputTokens)
      if (wattHoursPerMillionInputTokens !== undefined) {
        const read = Math.max(0, tokens.inputTokens - tokens.cachedInputTokens)
        addTerm(`input ${model}`, wattHoursPerMillionInputTokens, sign * read)
      }
    },
    bounds(): Range {
      let [low, high] = [0, 0]
      for (const { factor, tokens } of terms.values()) {
        low += (tokens / 1e6) * (tokens > 0 ? factor.low : factor.high)
        high += (tokens / 1e6) * (tokens > 0 ? factor.high : factor.low)
      }
      return { low, high }
    },
  }
}

/** The product of a range and one that is not negative. */
function times({ low, high }: Range, by: Range): Range {
  return { low: low * (low < 0 ? by.high : by.low), high: high * (high < 0 ? by.low : by.high) }
}
