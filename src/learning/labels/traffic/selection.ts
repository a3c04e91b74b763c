import { hashedUniform } from '../../../base/math/hashed-uniform.ts'

/** What is known of a finished request before anyone looks at its answer. A field that is not known is null. */
export type SelectableRequest = {
  readonly id: string
  readonly strongWinRate: number | null
  readonly threshold: number | null
  /** How unlike the labelled prompts it is: its rank among their own distances, from 0, like them, to 1. */
  readonly drift: number | null
  /** Dollars between its dearest and its cheapest candidate. */
  readonly usdAtStake: number | null
}

export type SelectionOptions = {
  /** The probability with which a request without any worth is put up, above 0: without it estimates would have no basis. */
  readonly base: number
  /** What is added for a request of the highest worth. */
  readonly active: number
  /** Requests that are put up in the time of these, on average, at most. Null sets no limit. */
  readonly budget: number | null
  readonly seed: string
  /**
   * Those unlike the labelled prompts come first: their drift counts from a rank of .5 on, and the other parts of a worth by half.
   * Default: false.
   */
  readonly driftFirst?: boolean
}

export type SelectionReason = 'uncertain' | 'drifting' | 'dear' | 'base'

export type Selected = {
  readonly id: string
  readonly reason: SelectionReason
  /** From 0 to 1. */
  readonly worth: number
  /** Probability with which it is put up. */
  readonly propensity: number
  readonly isPutUp: boolean
}

/** A win rate that is farther from the threshold decides by itself. */
const uncertainWidth = 0.15
const driftFrom = 0.9
/** If those unlike the labelled prompts come first. */
const driftFirstFrom = 0.5
const otherPartsWithDriftFirst = 0.5

/**
 * Which requests are put up for a label: those first that are near the threshold, unlike the training prompts, or dear, and each
 * one with a known probability above 0:
 *
 *     p = min(1, base + active · worth) · s,   s = min(1, budget / Σ p)
 *
 * A request's worth is the largest of three parts from 0 to 1: 1 − |win rate − threshold| / .15; its drift; and its dollars at
 * stake, x / (x + mean). Its drift counts from a rank of .9 on: a tenth of the prompts that are like the labelled ones come so far. Nothing of it depends on answers, so an estimate in which each label counts 1/p is unbiased.
 *
 * The draw is a hash of the seed and the request's id: the same request has the same outcome wherever it is drawn.
 */
export function selectForLabels(
  requests: readonly SelectableRequest[],
  { base, active, budget, seed, driftFirst = false }: SelectionOptions,
): Selected[] {
  const meanUsd = meanOf(requests.flatMap(({ usdAtStake }) => usdAtStake ?? []))
  const worths = requests.map((request) => findWorth(request, meanUsd, driftFirst))
  const wanted = worths.map(({ worth }) => Math.min(1, base + active * worth))
  const total = wanted.reduce((sum, probability) => sum + probability, 0)
  const scale = budget === null || total <= budget ? 1 : budget / total
  return requests.map(({ id }, index) => {
    const propensity = wanted[index]! * scale
    const isPutUp = hashedUniform(seed, id) < propensity
    return { id, ...worths[index]!, propensity, isPutUp }
  })
}

type Worth = { readonly reason: SelectionReason; readonly worth: number }

function findWorth(
  { strongWinRate, threshold, drift, usdAtStake }: SelectableRequest,
  meanUsd: number,
  driftFirst: boolean,
): Worth {
  const from = driftFirst ? driftFirstFrom : driftFrom
  const others = driftFirst ? otherPartsWithDriftFirst : 1
  const distance = strongWinRate === null || threshold === null ? null : Math.abs(strongWinRate - threshold)
  const parts = [
    ['uncertain', distance === null ? 0 : others * Math.max(0, 1 - distance / uncertainWidth)],
    ['drifting', drift === null ? 0 : Math.min(1, Math.max(0, (drift - from) / (1 - from)))],
    ['dear', usdAtStake === null || usdAtStake <= 0 ? 0 : (others * usdAtStake) / (usdAtStake + meanUsd)],
  ] as const
  let best: Worth = { reason: 'base', worth: 0 }
  for (const [reason, worth] of parts) if (worth > best.worth) best = { reason, worth }
  return best
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
