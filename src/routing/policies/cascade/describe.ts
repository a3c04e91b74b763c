import { formatUsd } from '../../../base/text/format/format-number.ts'
import type { RoutedChoice } from '../choice.ts'
import type { ChoiceDescription } from '../policy.ts'
import type { AverageAnswer } from './average-answer.ts'
import type { CascadeOptions } from './options.ts'
import type { WayChoice } from './way.ts'

/**
 * A choice of a cascade, in words. Which candidates are excluded is said elsewhere.
 *
 * @param decided what decided the choice; null if only one candidate can answer. Of a cascade it was decided without the
 *   prompt's win rate, which its choice does not keep.
 */
export function describeCascade(
  choice: RoutedChoice,
  options: CascadeOptions,
  average: AverageAnswer,
  decided: WayChoice | null,
): ChoiceDescription {
  const summary =
    choice.check === null
      ? describeAnswerAtOnce(choice, options, average, decided)
      : describeCheck(choice.check, options, average, decided)
  return { summary, flipsAt: choice.threshold === null ? null : choice.strongWinRate, contributions: [] }
}

function describeCheck(
  check: NonNullable<RoutedChoice['check']>,
  { verifier, router, candidates: [strong, weak] }: CascadeOptions,
  average: AverageAnswer,
  decided: WayChoice | null,
): string {
  const further = check.samples === 0 ? '' : `, beside ${check.samples} further answers,`
  return (
    `${weak.model.name} is asked first and its answer${further} read: at a strong win rate of ${check.threshold} or more ` +
    `by the verifier ${verifier.name}, as for about ${Math.round(100 * average.escalationRate)} % of its labelled answers, ` +
    `or after ${check.timeoutMs / 1000} s, ${strong.model.name} answers${describeDollars()}`
  )

  function describeDollars(): string {
    if (decided?.kind === 'no-dollars')
      return '; whether that saves dollars is not known, as a price is missing or 0'
    // With a router they depend on the prompt's win rate, which the choice does not keep.
    if (decided?.kind !== 'dollars' || router !== null) return ''
    const { cascade, strong: large, weak: small } = decided.costs
    return `; its expected cost is ${formatUsd(cascade)}, of ${strong.model.name} alone ${formatUsd(large)} and of ${weak.model.name} alone ${formatUsd(small)}, wrong answers included`
  }
}

function describeAnswerAtOnce(
  { model, strongWinRate, threshold, side }: RoutedChoice,
  { candidates: [strong, weak], threshold: verdict, maxSeconds }: CascadeOptions,
  average: AverageAnswer,
  decided: WayChoice | null,
): string {
  // Without dollars both candidates are a cascade, which has a check.
  if (decided === null || decided.kind === 'no-dollars')
    return `${model.name} is the only candidate that can answer`
  const answers = side === 'strong' ? 'answers at once' : 'answers and is not checked'
  const [large, small] = [strong.model.name, weak.model.name]
  switch (decided.kind) {
    case 'bound': {
      const comparison = side === 'strong' ? `≥ ${threshold} (hardFrom)` : `< ${threshold} (easyBelow)`
      return `strong win rate ${strongWinRate?.toFixed(2)} ${comparison}, so ${model.name} ${answers}`
    }
    case 'no-answer-kept':
      return `${model.name} ${answers}, because at the threshold 0 no answer of ${small} would be kept`
    case 'seconds':
      return `${model.name} ${answers}, because after reading ${small} first ${large} would begin after ${decided.seconds.toFixed(1)} s, later than the ${maxSeconds} s of maxSeconds`
    case 'dollars': {
      const by =
        strongWinRate === null
          ? `the verifier's mean win rate ${average.strongWinRate.toFixed(2)}`
          : `the prompt's win rate ${strongWinRate.toFixed(2)}`
      return `${model.name} ${answers}, because asking ${small} first does not save enough: by ${by} and at the threshold ${verdict} its expected cost is ${formatUsd(decided.costs.cascade)}, of ${large} alone ${formatUsd(decided.costs.strong)} and of ${small} alone ${formatUsd(decided.costs.weak)}, wrong answers included`
    }
  }
}
