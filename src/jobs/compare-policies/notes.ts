import { formatCount } from '../../base/text/format/format-number.ts'
import type { PricedCandidate } from '../../learning/evaluation/policies/candidates.ts'
import type { LoggedTraffic } from '../../learning/evaluation/policies/logged-traffic.ts'
import type { ReplayedPolicy } from '../../learning/evaluation/policies/replay.ts'

/** Sentences on what the figures rest on: prices, tokens, requests that were left out. */
export function describeTraffic(
  { traffic, leftOut, estimatedTokens, outputTokens }: LoggedTraffic,
  labelled: LoggedTraffic['traffic'] | null,
  candidates: readonly PricedCandidate[],
): string[] {
  const unpriced = candidates.filter(({ prices }) => prices === undefined).map(({ name }) => name)
  const observed = outputTokens.filter(({ mean }) => mean !== null)
  const others = outputTokens.filter(({ mean }) => mean === null).map(({ model }) => model)
  const reasons = Object.entries(leftOut).map(([reason, count]) => `${reason} ${formatCount(count)}`)
  return [
    ...(unpriced.length === 0
      ? []
      : [
          `Unpriced: ${unpriced.join(', ')}. What chooses one of them has no dollars; give inputUsdPerMillionTokens and outputUsdPerMillionTokens in routellm.yaml.`,
        ]),
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
    ...traffic.policies.flatMap((policy) => describePolicy(policy, 'requests of the log')),
    ...(labelled?.policies ?? []).flatMap((policy) => describePolicy(policy, 'labels')),
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
