import { type Effort, efforts, type Model } from '../catalogue/model.ts'
import type { Candidate, Choice } from '../policies/choice.ts'
import { cacheIdentity } from './cache-costs.ts'

/** One candidate of a choice, with how good the policy takes it to be. */
export type RankedCandidate = {
  readonly model: Model
  /** Higher is better, within one choice; null if the policy gives no scores. */
  readonly score: number | null
  readonly identity: string
}

/**
 * The candidates that can answer, with the policy's scores. Of a pair the strong model has 1 and the weak one 0,
 * whatever the prompt: sides are compared, not win rates.
 */
export function rankCandidates(choice: Choice): readonly RankedCandidate[] {
  const ranked: RankedCandidate[] = []
  for (const [index, candidate] of choice.candidates.entries()) {
    if (candidate.excluded !== null) continue
    const { model } = candidate
    ranked.push({ model, score: scoreOf(choice, index, candidate), identity: cacheIdentity(model) })
  }
  return ranked
}

function scoreOf(choice: Choice, index: number, { model }: Candidate): number | null {
  if (choice.kind === 'fallback') return null
  if (choice.scores !== null) {
    const score = choice.scores[index]
    return score === undefined || Number.isNaN(score) ? null : score
  }
  if (choice.side === null) return null
  const isStrong = (model.name === choice.model.name) === (choice.side === 'strong')
  return isStrong ? 1 : 0
}

/** Output tokens at an effort, as a multiple of those at medium effort: an assumption, twice as much per step. */
const outputAtEffort: Readonly<Record<Effort, number>> = {
  none: 0.125,
  minimal: 0.25,
  low: 0.5,
  medium: 1,
  high: 2,
  xhigh: 4,
  max: 8,
}

/** Output tokens of one model for each token of another; 1 unless both state an effort. */
export function relativeOutput(model: Model, other: Model): number {
  if (model.effort === undefined || other.effort === undefined) return 1
  return outputAtEffort[model.effort] / outputAtEffort[other.effort]
}

/** For sorting: the place of a model's effort among all. A model without one uses its default, taken as medium. */
export function effortRank({ effort = 'medium' }: Model): number {
  return efforts.indexOf(effort)
}
