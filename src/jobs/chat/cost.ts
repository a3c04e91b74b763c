import type { EndpointUsage } from '../../learning/labels/chat/chat-endpoint.ts'

/** Dollars to the cent, with more digits below ten cents. */
export function formatDollars(usd: number): string {
  return `$${usd.toFixed(usd >= 0.1 || usd === 0 ? 2 : 4)}`
}

/** The amount paid so far, for the progress of a job: `$0.12 of $5.00`. Empty if the model has no price. */
export function formatCostSoFar(
  { paidUsd, cachedUsd, lostUsd }: EndpointUsage,
  maxUsd: number | undefined,
): string {
  if (paidUsd === null) return ''
  const cap = maxUsd === undefined ? '' : ` of ${formatDollars(maxUsd)}`
  return `${formatDollars(paidUsd + (cachedUsd ?? 0) + lostUsd)}${cap}`
}

/** The usage of several models together; dollars are null if one model has no price. */
export function sumUsage(usages: readonly EndpointUsage[]): EndpointUsage {
  const sum = (read: (usage: EndpointUsage) => number) =>
    usages.reduce((total, each) => total + read(each), 0)
  const known = (read: (usage: EndpointUsage) => number | null) =>
    usages.some((each) => read(each) === null) ? null : sum((each) => read(each) ?? 0)
  return {
    replies: sum(({ replies }) => replies),
    cachedReplies: sum(({ cachedReplies }) => cachedReplies),
    repeated: sum(({ repeated }) => repeated),
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    paidUsd: known(({ paidUsd }) => paidUsd),
    cachedUsd: known(({ cachedUsd }) => cachedUsd),
    lostUsd: sum(({ lostUsd }) => lostUsd),
  }
}
