import { type EffectiveNumbers, type ImportanceWeights, weighRows } from './importance-weights.ts'
import type { LoggedChoice, TargetPolicy } from './logged-choice.ts'
import { fitOutcomeMeans, type OutcomeModel } from './outcome-means.ts'
import { estimateValue, type Outcome, type ValueEstimates } from './value-estimates.ts'

/** What a policy would have cost and how well it would have answered, on requests like those of the log. */
export type OffPolicyEstimate =
  | {
      readonly kind: 'estimated'
      readonly requests: number
      readonly sessions: number
      readonly effective: EffectiveNumbers
      /** Requests that the policy gives to each model, as a fraction. */
      readonly shares: Readonly<Record<string, number>>
      /** Mean quality of a request, 0 to 1. */
      readonly quality: ValueEstimates | NoEstimate
      /** Mean dollars of a request. */
      readonly usd: ValueEstimates | NoEstimate
    }
  | NoEstimate

/** Why there is no estimate, in a sentence that says what to do. */
export type NoEstimate = {
  readonly kind: 'refused'
  readonly reason: NoEstimateReason
  readonly message: string
}

/**
 * - `no-overlap`: the policy would choose models that the log could not contain for those requests.
 * - `few-sessions`: fewer than 20 sessions, or than 20 with this outcome.
 * - `heavy-weights`: the propensities promise fewer than 50 effective sessions.
 * - `wrong-weights`: the mean weight is further from 1 than chance explains: the propensities are not those that chose.
 * - `not-observed`: no row has the outcome, or a row has no dollars.
 */
export type NoEstimateReason =
  | 'no-overlap'
  | 'few-sessions'
  | 'heavy-weights'
  | 'wrong-weights'
  | 'not-observed'

export type OffPolicyOptions<Row> = {
  /** Of each interval. Default: .95. */
  readonly confidence?: number
  /** Default: means by kind of work and model (`fitOutcomeMeans`). An outcome model must not have seen these rows. */
  readonly expectedQuality?: OutcomeModel<Row>
  readonly expectedUsd?: OutcomeModel<Row>
}

const fewestSessions = 20
const fewestEffectiveSessions = 50
/** Mean weights that are further than this from 1, in standard errors, are refused: less than 1 in 10,000 by chance. */
const mostStandardErrors = 4
const rounding = 1e-6

/**
 * Estimates from a log with propensities what another policy would have cost and how well it would have answered: three
 * estimates of each, with intervals over sessions (`influenceInterval`; docs/evidence.md has formulas and measured coverage).
 *
 * *Assumes* that a model was drawn with the logged propensities, that nothing but the request as it is in the row decides
 * what the target chooses, and that a session would have asked the same under the target.
 *
 * @yields after every thousandth row. @throws `InvalidRequestError` (`invalid-logged-choice`, `invalid-target-policy`).
 */
export function* estimateOffPolicy<Row extends LoggedChoice>(
  rows: readonly Row[],
  target: TargetPolicy<Row>,
  options: OffPolicyOptions<Row> = {},
): Generator<void, OffPolicyEstimate> {
  const weighed = yield* weighRows(rows, target)
  const refusal = findRefusal(rows.length, weighed)
  if (refusal !== null) return refusal
  const { confidence = 0.95 } = options
  const labelProbability = (row: Row) => row.labelProbability ?? 1
  const quality = (row: Row) => row.quality
  yield
  const qualities = estimateObserved(
    rows,
    weighed,
    {
      of: quality,
      observedWith: labelProbability,
      expected:
        options.expectedQuality ??
        fitOutcomeMeans(rows, weighed.sessionOf, quality, (row) => 1 / labelProbability(row)),
    },
    confidence,
  )
  yield
  const usd = (row: Row) => row.usd
  const unpriced = rows.reduce((count, row) => count + (row.usd === null ? 1 : 0), 0)
  return {
    kind: 'estimated',
    requests: rows.length,
    sessions: weighed.sessions,
    effective: weighed.effective,
    shares: weighed.shares,
    quality: qualities,
    usd:
      unpriced > 0
        ? refuse(
            'not-observed',
            `The dollars of ${unpriced} of ${rows.length} requests are not known. Give their models a price, or leave those requests out of the log and of the claim.`,
          )
        : estimateObserved(
            rows,
            weighed,
            {
              of: usd,
              observedWith: () => 1,
              expected: options.expectedUsd ?? fitOutcomeMeans(rows, weighed.sessionOf, usd, () => 1),
            },
            confidence,
          ),
  }
}

function estimateObserved<Row extends LoggedChoice>(
  rows: readonly Row[],
  weighed: ImportanceWeights,
  outcome: Outcome<Row>,
  confidence: number,
): ValueEstimates | NoEstimate {
  const observedSessions = new Set<number>()
  for (const [index, row] of rows.entries())
    if (outcome.of(row) !== null && weighed.weights[index]! > 0)
      observedSessions.add(weighed.sessionOf[index]!)
  if (observedSessions.size < fewestSessions)
    return refuse(
      observedSessions.size === 0 ? 'not-observed' : 'few-sessions',
      `${observedSessions.size} sessions have a labelled answer of a model that the policy would choose; an interval needs ${fewestSessions}. Label more of them.`,
    )
  return estimateValue(rows, weighed, outcome, confidence)
}

function findRefusal(
  requests: number,
  { unsupported, effective, sessions }: ImportanceWeights,
): NoEstimate | null {
  const missing = Object.entries(unsupported)
  if (missing.length > 0) {
    const counts = missing.map(
      ([model, count]) => `${model} for ${percent(count / requests)} of the requests`,
    )
    return refuse(
      'no-overlap',
      `The policy would choose ${counts.join(', ')}, where the policy in service never chooses it, so the log says nothing of its answers there. Let the policy in service explore it with a small probability, or compare on labelled prompts instead.`,
    )
  }
  if (sessions < fewestSessions)
    return refuse(
      'few-sessions',
      `The log has ${sessions} sessions; an interval needs ${fewestSessions}. Use a longer log.`,
    )
  if (effective.expectedSessions < fewestEffectiveSessions)
    return refuse(
      'heavy-weights',
      `The policy differs so much from the one in service that ${sessions} sessions are worth ${effective.expectedSessions.toFixed(1)} of its own; an interval needs ${fewestEffectiveSessions}. Use a longer log, or a policy that explores more.`,
    )
  const { meanWeight, meanWeightError } = effective
  if (Math.abs(meanWeight - 1) > mostStandardErrors * meanWeightError + rounding)
    return refuse(
      'wrong-weights',
      `The weights average ${meanWeight.toFixed(3)} in place of 1, with a standard error of ${meanWeightError.toFixed(3)}. The propensities are not those with which the models were chosen, or rows are missing from the log.`,
    )
  return null
}

function refuse(reason: NoEstimateReason, message: string): NoEstimate {
  return { kind: 'refused', reason, message }
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(fraction < 0.01 ? 2 : 1)} %`
}
