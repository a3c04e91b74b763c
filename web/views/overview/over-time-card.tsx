import type { ComponentChildren } from 'preact'
import { seriesClass } from '../../../src/charts/series-class.ts'
import { type Bar, StackedBars } from '../../../src/charts/stacked-bars.tsx'
import type { Usage } from '../../../src/store/reader/answers.ts'
import { Link } from '../../app/link.tsx'
import { formatUrl, readPlace } from '../../app/location.ts'
import { useWidth } from '../../charts/use-width.ts'
import type { Range } from '../../filters/range.ts'
import { formatCount, formatTime, formatUsd } from '../../ui/format.ts'

const hourMs = 3_600_000

/** Dollars over time, and the requests that failed, or would have failed without a fallback. */
export function OverTimeCards({ usage, range }: { usage: Usage; range: Range }) {
  const { buckets, bucketMs, total, rescued } = usage
  const unit = formatBucket(bucketMs)
  const { query } = readPlace()
  query.set('status', 'error')
  return (
    <div class="grid over-time">
      <TimeCard
        title={`Cost per ${unit}`}
        summary={formatUsd(total.usd)}
        series={['cost']}
        bars={buckets.map(({ time, usd }) => ({ time, values: [usd] }))}
        {...{ range, bucketMs, formatValue: formatUsd }}
      />
      <TimeCard
        title={`Failed and rescued per ${unit}`}
        summary={`${formatCount(total.errors)} failed; ${formatCount(rescued)} rescued by another model`}
        series={['failed', 'rescued']}
        classNames={['series-bad', 'series-0']}
        areCounts
        bars={buckets.map((bucket) => ({ time: bucket.time, values: [bucket.errors, bucket.rescued] }))}
        {...{ range, bucketMs, formatValue: formatCount }}
      >
        {total.errors > 0 && <Link href={formatUrl('/requests', query)}>Show the failed requests</Link>}
      </TimeCard>
    </div>
  )
}

type TimeCardProps = {
  readonly title: string
  /** The sum of all bars in words. */
  readonly summary: string
  readonly series: readonly string[]
  /** The colours of the series. Default: those of a chart. */
  readonly classNames?: readonly string[]
  readonly areCounts?: boolean
  readonly bars: readonly Bar[]
  readonly range: Range
  readonly bucketMs: number
  readonly formatValue: (value: number) => string
  readonly children?: ComponentChildren
}

function TimeCard({ title, summary, range, children, ...bars }: TimeCardProps) {
  const { series, classNames } = bars
  const [element, width] = useWidth<HTMLDivElement>(480)
  return (
    <section class="card">
      <h2>
        {title} <span>{summary}</span>
      </h2>
      <div ref={element}>
        <StackedBars
          {...bars}
          formatTime={formatTime}
          width={width}
          from={range.from}
          to={range.to}
          title={`${title}: ${summary}`}
          height={120}
        />
      </div>
      {(series.length > 1 || children !== undefined) && (
        <p class="legend quiet">
          {series.length > 1 &&
            series.map((name, index) => (
              <span key={name}>
                <span class={`swatch ${classNames?.[index] ?? seriesClass(index)}`} />
                {name}
              </span>
            ))}
          {children}
        </p>
      )}
    </section>
  )
}

function formatBucket(bucketMs: number): string {
  const hours = bucketMs / hourMs
  if (hours === 1) return 'hour'
  if (hours === 24) return 'day'
  return hours < 24 ? `${hours} hours` : `${hours / 24} days`
}
