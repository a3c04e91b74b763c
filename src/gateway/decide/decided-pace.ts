import type { Choice } from '../../routing/policies/choice.ts'

/** How much more than usual a dollar counts for a request, and why. */
export type RequestPace = {
  /** Above 1. */
  readonly factor: number
  /** The budget that is spent too fast. */
  readonly budget: PacedBudget
}

/** A budget that is spent faster than it lasts. */
export type PacedBudget = {
  /** The name of the key whose budget it is; null: that of the gateway as a whole. */
  readonly key: string | null
  readonly limit: 'usdPerDay' | 'usdPerMonth'
}

/** How much more than usual a policy saved in one decision. */
export type DecidedPace = {
  /** How many times more than usual a dollar counted, above 1. */
  readonly factor: number
  /** The policy's own threshold, which was raised to that of the decision; null if the policy compared none. */
  readonly ownThreshold: number | null
  /** Null if it is not known. */
  readonly budget: PacedBudget | null
}

/** The pace that a policy has chosen at; null if it chose as usual. */
export function findDecidedPace(choice: Choice, budget: PacedBudget | undefined): DecidedPace | null {
  if (choice.kind === 'fallback' || choice.pace === undefined) return null
  return { factor: choice.pace, ownThreshold: choice.ownThreshold ?? null, budget: budget ?? null }
}
