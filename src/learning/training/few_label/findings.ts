import type { RouterManifest } from '../../../base/artifact/router-artifact.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import { formatFixed, formatSigned } from '../../../base/text/format/format-number.ts'
import { separationOf } from '../../evaluation/metrics/separation.ts'
import { leftOutApgr } from '../left-out-apgr.ts'
import { differenceTo, standingOf } from '../standing.ts'
import type { PairLabels } from './labels.ts'
import { evidenceRange, type FewLabelLearning } from './learning.ts'

export type FewLabelFindings = {
  /** For the manifest. */
  readonly metrics: Readonly<Record<string, number>>
  /** The choices and their reasons, for a person; one sentence or two each. */
  readonly findings: readonly string[]
  readonly warnings: readonly string[]
}

/** A gain in APGR below this is none. */
const littleApgr = 0.01

/** Below this many labels a gain is hardly ever visible. */
const fewLabels = 200

/**
 * The router's quality on its own labels, each scored without itself (see `leftOutApgr`), and the choices.
 *
 * @param priors the prior router's score of each. @param prompts the number of prompts that its space was learned from.
 * @param seed of the resamples.
 * @yields after each of them.
 */
export function* findingsOf(
  learning: FewLabelLearning,
  labels: PairLabels,
  priors: Float64Array,
  pair: RouterManifest['pair'],
  prompts: number,
  seed: number,
): Generator<void, FewLabelFindings> {
  const count = labels.prompts.length
  const metrics = {
    labels: count,
    prompts,
    strongWins: labels.wins.reduce((sum, share) => sum + share, 0) / count,
    evidence: learning.evidence,
    trust: learning.trust,
    calibrationError: calibrationError(learning, labels),
  }
  const reversed = reversedWarning(labels, priors)
  const apgr = yield* leftOutApgr({ ...labels, scores: learning.leftOutScores, priors }, seed)
  const findings = [keptSentence(learning, count, apgr ?? {})]
  if (apgr === undefined) return { metrics, findings, warnings: [...reversed, noGapWarning(labels, pair)] }
  return { metrics: { ...metrics, ...apgr }, findings, warnings: reversed }
}

/**
 * How far the fit follows the labels. If the router is not better by its intervals, nothing is said that sounds like a gain.
 */
function keptSentence(
  { trust, evidence }: FewLabelLearning,
  labels: number,
  apgr: Readonly<Record<string, number>>,
): string {
  const shown = `${formatFixed(evidence, 1)} standard errors, and ${formatFixed(evidenceRange(labels).all, 1)} are enough`
  const more =
    labels < fewLabels
      ? `With ${labels} labels that is common: label about ${fewLabels} prompts or more and train again.`
      : 'Either these prompts hardly show which of them need the strong model, or the labels are noisy.'
  if (trust === 0)
    return `Kept the built-in router's order: on labels left out of the fit, what the ${labels} labels teach was no gain over it${beyondDefault(apgr)}. Only the win rates are scaled to your labels. ${more}`
  const share = `${Math.round(100 * trust)} %`
  if (standingOf(apgr).kind !== 'better')
    return `It uses ${share} of what the ${labels} labels add to the built-in router (${shown}), and on labels left out of the fit this is no clear gain${beyondDefault(apgr)}. ${more}`
  if (trust === 1)
    return `Kept all that the ${labels} labels teach: on labels left out of the fit it agrees with what happened (${shown}).`
  return `Kept ${share} of what the ${labels} labels teach and the built-in router for the rest: labels left out of the fit do not agree with it clearly (${shown}). ${more}`
}

/**
 * Whether the labels teach anything beyond the default, in words that the interval supports: an interval about 0 does not
 * show that they teach nothing.
 */
function beyondDefault(apgr: Readonly<Record<string, number>>): string {
  const interval = differenceTo('prior', apgr)
  if (interval === undefined || interval.low > 0) return ''
  const shown = `APGR ${formatSigned(interval.low, 3)} to ${formatSigned(interval.high, 3)} over the default`
  return interval.high < littleApgr
    ? `; these labels teach nothing beyond the default (${shown})`
    : `; the labels do not show that they teach anything beyond the default (${shown})`
}

/**
 * Expected calibration error of the left-out win rates over ten groups of equally many prompts:
 * Σ share of prompts · |mean win rate − share of wins|.
 */
function calibrationError({ leftOutScores, scale }: FewLabelLearning, { wins }: PairLabels): number {
  const count = wins.length
  const order = Uint32Array.from(wins, (_, row) => row).sort((a, b) => leftOutScores[a]! - leftOutScores[b]!)
  const groups = Math.min(10, count)
  let error = 0
  for (let group = 0; group < groups; group++) {
    let difference = 0
    for (const row of order.subarray((group * count) / groups, ((group + 1) * count) / groups))
      difference += sigmoid(scale.slope * leftOutScores[row]! + scale.offset) - wins[row]!
    error += Math.abs(difference) / count
  }
  return error
}

/** If the prior router orders the labels worse than chance, by the interval of its area under the ROC curve. */
function reversedWarning({ prompts, wins }: PairLabels, priors: Float64Array): string[] {
  const separation = separationOf(
    prompts.map((prompt, row) => ({ prompt, strongWinRate: priors[row]!, weakLoses: wins[row]! > 0.5 })),
  )
  if (separation?.kind !== 'worse-than-chance') return []
  const { auc, interval } = separation
  const [shown, low, high] = [auc, ...interval].map((value) => formatFixed(value, 2))
  return [
    `The default orders your prompts the wrong way round: on these labels the area under its ROC curve for prompts that need the strong model is ${shown} (95 % interval ${low} to ${high}; 0.5 is chance). ` +
      'Do not use auto or mf for this pair.',
  ]
}

function noGapWarning(
  { strongScores, weakScores }: PairLabels,
  { strong, weak }: RouterManifest['pair'],
): string {
  const mean = (values: Float64Array) =>
    (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3)
  return (
    `On the labels ${strong} scores ${mean(strongScores)} on average and ${weak} ${mean(weakScores)}, so there is no gap to recover and APGR was not measured. ` +
    'Check which of the two is the strong model, or give more labels.'
  )
}
