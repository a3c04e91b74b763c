import { mapInSteps, runAtOnce } from '../../../base/concurrency/run-steps.ts'
import { hypergeometricTail } from '../../../base/math/statistics/hypergeometric.ts'
import { normalizedText } from '../../../base/text/text-identity.ts'
import { createTrainedPromptRecognition, type Resemblance, type TrainedMatch } from './recognition.ts'
import { leftOutWinRate, type TrainedPrompts } from './trained-prompts.ts'

/**
 * What the win rates of labels rest on. `independent`: the router, which did not learn from them. `cross-fitted`: fits
 * without the label, as the router learned from all of them. `mixed`: both. `suspect`: the router's own win rates,
 * although it seems to have learned from labels among them, so that they flatter it.
 */
export type LabelBasis = 'independent' | 'cross-fitted' | 'mixed' | 'suspect'

/** What is known of labels and the training of a router. */
export type LabelOrigins = {
  readonly basis: LabelBasis
  /** [labels] the win rate from a fit without the label; undefined if the router's own is to be used. */
  readonly winRates: readonly (number | undefined)[]
  /** [labels] whether the router was trained on the label's prompt. */
  readonly isTrained: readonly boolean[]
  readonly crossFittedLabels: number
  /** Labels whose prompts the router was trained on and cannot leave out. */
  readonly learnedLabels: number
}

/**
 * The chance, at most, that labels are taken for learned ones if they are drawn from the same prompts as the training:
 * for the two tests that are made, together.
 */
export const falseAlarmChance = 0.002

/**
 * Finds the labels that a router was trained on.
 *
 * A label with the `normalizedText` of a trained prompt is that prompt. One that is only nearly identical counts as one if
 * more of them are than among fresh prompts: the trained prompts are compared with each other (`Resemblance`), and the
 * two counts by Fisher's exact test. In the same way, labels without a left-out win rate make the basis `suspect` only if
 * they are more than chance explains; the trained prompts are distinct, so a few requests that are made again are not.
 */
export function findLabelOrigins(prompts: readonly string[], trained: TrainedPrompts): LabelOrigins {
  return runAtOnce(findLabelOriginsInSteps(prompts, trained))
}

/** As `findLabelOrigins`, in steps of one prompt. */
export function* findLabelOriginsInSteps(
  prompts: readonly string[],
  trained: TrainedPrompts,
): Generator<void, LabelOrigins> {
  const { find, resemblance } = yield* createTrainedPromptRecognition(trained)
  const matches = new Map<string, TrainedMatch | undefined>()
  const keys = yield* mapInSteps(prompts, (prompt) => {
    const key = normalizedText(prompt)
    if (!matches.has(key)) matches.set(key, find(prompt))
    return key
  })
  const distinct = [...matches.values()]
  const near = distinct.filter((match) => match?.kind === 'near').length
  const others = distinct.filter((match) => match?.kind !== 'same').length
  const isNearKnown = isMoreThanFresh(near, others, resemblance)
  const isKnown = (match: TrainedMatch | undefined): match is TrainedMatch =>
    match?.kind === 'same' || (match?.kind === 'near' && isNearKnown)
  const learned = distinct.filter(
    (match) => isKnown(match) && leftOutWinRate(trained, match.row) === undefined,
  )
  const fresh = isNearKnown ? resemblance : { near: 0, prompts: resemblance.prompts }
  const isSuspect = isMoreThanFresh(learned.length, distinct.length, fresh)
  const matchOfLabel = keys.map((key) => matches.get(key))
  const winRates = matchOfLabel.map((match) =>
    isKnown(match) ? leftOutWinRate(trained, match.row) : undefined,
  )
  const crossFittedLabels = winRates.filter((winRate) => winRate !== undefined).length
  const learnedLabels = matchOfLabel.filter(isKnown).length - crossFittedLabels
  return {
    basis: isSuspect ? 'suspect' : basisOf(crossFittedLabels, prompts.length),
    winRates,
    isTrained: matchOfLabel.map(isKnown),
    crossFittedLabels,
    learnedLabels,
  }
}

/** The basis of labels of which some have a win rate from a fit without them. */
export function basisOf(crossFittedLabels: number, labels: number): LabelBasis {
  if (crossFittedLabels === 0) return 'independent'
  return crossFittedLabels === labels ? 'cross-fitted' : 'mixed'
}

/**
 * Fisher's exact test, one-sided: whether `found` of `labels` is more than the share of the trained prompts that resemble
 * another one, at half of `falseAlarmChance`.
 */
function isMoreThanFresh(found: number, labels: number, { near, prompts }: Resemblance): boolean {
  if (found === 0) return false
  return 1 - hypergeometricTail(found - 1, labels + prompts, found + near, labels) <= falseAlarmChance / 2
}
