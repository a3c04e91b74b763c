import { formatCount } from '../../base/text/format/format-number.ts'
import { meanOutputTokens } from '../../learning/evaluation/costs/token-counts.ts'
import type { LabelledTraffic } from '../../learning/evaluation/policies/labelled-traffic.ts'
import type { LoggedTraffic } from '../../learning/evaluation/policies/logged-traffic.ts'
import type { ReplayedPolicy } from '../../learning/evaluation/policies/replay.ts'
import { charactersPerToken } from '../../learning/formats/logs/token-estimate.ts'

/** Sentences on what the figures rest on: prices, tokens, requests that were left out. */
export function describeTraffic(
  logged: LoggedTraffic | null,
  labelled: Pick<LabelledTraffic, 'traffic' | 'estimatedTokens'> | null,
): string[] {
  const { models = [], usd = [] } = (logged ?? labelled)?.traffic ?? {}
  const unpriced = models.filter((_, model) => usd[model]?.some(Number.isNaN))
  return [
    ...(unpriced.length === 0
      ? []
      : [
          `Unpriced: ${unpriced.join(', ')}. What chooses one of them has no dollars; give inputUsdPerMillionTokens and outputUsdPerMillionTokens in routellm.yaml.`,
        ]),
    ...(logged === null ? [] : describeLog(logged)),
    ...(logged !== null || labelled === null || labelled.estimatedTokens === 0
      ? []
      : [
          `The tokens of ${formatCount(labelled.estimatedTokens)} labels are estimated: one input token per ${charactersPerToken} characters of the prompt, ${meanOutputTokens} output tokens an answer (the mean in arXiv 2406.18665). Labels say what a call cost in "cost" or "tokens".`,
        ]),
    ...(logged?.traffic.policies ?? []).flatMap((policy) => describePolicy(policy, 'requests of the log')),
    ...(labelled?.traffic.policies ?? []).flatMap((policy) => describePolicy(policy, 'labels')),
  ]
}

function describeLog({ leftOut, estimatedTokens, outputTokens }: LoggedTraffic): string[] {
  const observed = outputTokens.filter(({ mean }) => mean !== null)
  const others = outputTokens.filter(({ mean }) => mean === null).map(({ model }) => model)
  const reasons = Object.entries(leftOut).map(([reason, count]) => `${reason} ${formatCount(count)}`)
  return [
    ...(observed.length === 0
      ? []
      : [
          `Output tokens of ${observed.map(({ model, mean, requests }) => `${model}: ${Math.round(mean ?? 0)} (mean of ${formatCount(requests)} requests)`).join(', ')}.`,
        ]),
    ...(others.length === 0
      ? []
      : [`Of ${others.join(', ')} the log has no answers; their replies are taken to be as long as logged.`]),
    ...(estimatedTokens === 0
      ? []
      : [
          `The tokens of ${formatCount(estimatedTokens)} requests are estimated from their texts, four characters a token.`,
        ]),
    ...(reasons.length === 0 ? [] : [`Rows left out of the comparison: ${reasons.join(', ')}.`]),
  ]
}

function describePolicy({ name, fallbacks, withoutAnswer }: ReplayedPolicy, rows: string): string[] {
  return [
    ...(fallbacks === 0
      ? []
      : [
          `The router of ${name} failed on ${formatCount(fallbacks)} ${rows}; the policy's safest model answers them.`,
        ]),
    ...(withoutAnswer === 0
      ? []
      : [
          `${name} reads the answer of its first model, which is not known for ${formatCount(withoutAnswer)} ${rows}; it has no figures there.`,
        ]),
  ]
}
