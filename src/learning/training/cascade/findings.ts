import { formatFixed, formatSigned } from '../../../base/text/format/format-number.ts'
import type { AnsweredLabels, ReadAnswers } from './labels.ts'

export type CascadeFindings = {
  /** For the manifest. */
  readonly metrics: Readonly<Record<string, number>>
  /** The choices and their reasons, for a person; one sentence or two each. */
  readonly findings: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * @param separation see `MeasuredVerifier`. @param apgr as `leftOutApgr` measured it; undefined if the strong model is not better on the
 *   labels.
 */
export function findingsOf(
  separation: number,
  { unanswered, furtherAnswers, labels: read, pair }: ReadAnswers,
  labels: AnsweredLabels,
  apgr: Readonly<Record<string, number>> | undefined,
): CascadeFindings {
  const count = labels.prompts.length
  const share = labels.wins.reduce((sum, won) => sum + won, 0) / count
  const metrics = { labels: count, strongWins: share, answerSeparation: separation, ...apgr }
  return {
    metrics,
    findings: overPromptOnly(apgr),
    warnings: [
      ...(apgr === undefined
        ? [
            `On the labels ${pair.strong} does not score higher than ${pair.weak} on average, so there is no gap to recover and APGR was not measured. Check which of the two is the strong model, or give more labels.`,
          ]
        : []),
      ...(unanswered > 0
        ? [`${unanswered} labelled rows have no answer of ${pair.weak} and were left out.`]
        : []),
      ...(furtherAnswers > 0
        ? [
            `${furtherAnswers} rows have another answer to a prompt that has one: the first answer of each prompt was used. Give further answers as "samples".`,
          ]
        : []),
      ...(read.prompts.length > count
        ? [`Of ${read.prompts.length} labelled prompts ${count} were drawn at random and learned from.`]
        : []),
    ],
  }
}

function overPromptOnly(apgr: Readonly<Record<string, number>> | undefined): string[] {
  const {
    leftOutApgrOfPromptOnly: alone,
    leftOutApgrOverPromptOnlyLow: low,
    leftOutApgrOverPromptOnlyHigh: high,
  } = apgr ?? {}
  if (alone === undefined || low === undefined || high === undefined) return []
  const shown = `APGR ${formatSigned(low, 3)} to ${formatSigned(high, 3)} over ${formatFixed(alone, 3)}`
  if (low > 0)
    return [`Reading the answer is better than reading the prompt only, on the same labels (${shown}).`]
  return [
    `The labels do not show that reading the answer is better than reading the prompt only (${shown}). A router trained with routellm train few_label on the same labels saves the weak model's call before an escalation.`,
  ]
}
