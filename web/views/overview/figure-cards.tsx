import type { Failures } from '../../../src/store/reader/answers/failures.ts'
import type { LatencyAnswer, Usage } from '../../../src/store/reader/answers.ts'
import { formatCount, formatMs, formatShare, formatUsd } from '../../ui/format.ts'
import { countFailures } from './count-failures.ts'

type FigureCardsProps = {
  readonly usage: Usage
  readonly latency: LatencyAnswer
  readonly failures: Failures
  /** What routing itself has cost; null while it is not known. */
  readonly overheadUsd: number | null
}

/** Cost, latency, errors: a figure each. */
export function FigureCards({ usage, latency, failures, overheadUsd }: FigureCardsProps) {
  const {
    requests,
    errors,
    fallbacks,
    unpriced,
    usd,
    inputTokens,
    cachedInputTokens,
    outputTokens,
    overheadMs,
  } = usage.total
  const priced = requests - unpriced
  return (
    <div class="grid figures">
      <section class="card">
        <h2>Requests</h2>
        <p class="figure">{formatCount(requests)}</p>
        <p class="quiet small">
          {formatCount(inputTokens)} tokens in,{' '}
          <span class="nowrap">{formatShare(inputTokens === 0 ? 0 : cachedInputTokens / inputTokens)}</span>{' '}
          of them from caches; {formatCount(outputTokens)} out
        </p>
      </section>
      <section class="card">
        <h2>Cost</h2>
        <p class="figure">{formatUsd(usd)}</p>
        <p class="quiet small">
          {priced === 0 ? 'no priced request' : `${formatUsd(usd / priced)} per priced request`}
          {overheadUsd !== null &&
            overheadUsd > 0 &&
            `; without the ${formatUsd(overheadUsd)} for routing, shadow calls and judges`}
        </p>
      </section>
      <section class="card latency">
        <h2>Latency</h2>
        <div class="percentiles">
          <span />
          <span class="quiet small">median</span>
          <span class="quiet small">95 %</span>
          <span>first byte</span>
          <span>{formatMs(latency.firstByte?.p50 ?? null)}</span>
          <span>{formatMs(latency.firstByte?.p95 ?? null)}</span>
          <span>whole reply</span>
          <span>{formatMs(latency.total?.p50 ?? null)}</span>
          <span>{formatMs(latency.total?.p95 ?? null)}</span>
        </div>
        <p class="quiet small">the gateway’s own part: {formatMs(overheadMs / requests)} on average</p>
      </section>
      <section class="card">
        <h2>Errors</h2>
        <p class="figure">
          {formatCount(errors)} <span class="quiet small">{formatShare(errors / requests)}</span>
        </p>
        <p class="quiet small">
          {describeCounts(failures)}
          {fallbacks === 0
            ? 'no fallback was needed'
            : `${formatCount(usage.rescued)} of ${formatCount(fallbacks)} requests that fell back were answered`}
        </p>
      </section>
    </div>
  )
}

/** `11 failed (5xx), 2 refused (4xx); `. Empty if nothing failed, or if it is not known by status. */
function describeCounts(failures: Failures): string {
  if (failures === null) return ''
  const { failed, refused, left } = countFailures(failures)
  const parts = [
    failed > 0 && `${formatCount(failed)} failed (5xx)`,
    refused > 0 && `${formatCount(refused)} refused (4xx: limits, keys and wrong requests)`,
    left > 0 && `${formatCount(left)} whose client left`,
  ].filter((part) => part !== false)
  return parts.length === 0 ? '' : `${parts.join(', ')}; `
}
