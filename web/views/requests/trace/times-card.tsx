import type { RequestTrace, TraceCall } from '../../../../src/store/reader/answers.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatMs } from '../../../ui/format.ts'
import { sortCalls } from './failure/describe-call.ts'

type Stretch = { readonly title: string; readonly from: number; readonly to: number; readonly series: number }

/** Where the time went: the queue, the gateway, and each call until its first byte and its end. */
export function TimesCard({ request }: { request: RequestTrace }) {
  const { queuedMs, overheadMs, totalMs, calls } = request
  const queued = queuedMs ?? 0
  const stretches: Stretch[] = []
  if (queuedMs !== null) stretches.push({ title: 'in the queue', from: 0, to: queuedMs, series: 7 })
  if (overheadMs !== null)
    stretches.push({ title: 'gateway', from: queued, to: queued + overheadMs, series: 2 })
  const findEnd = (call: TraceCall) => (call === calls[0] ? totalMs : null)
  return (
    <section class="card">
      <h2>
        <span>Times</span> <span>{formatMs(totalMs)}</span>
      </h2>
      <ul class="waterfall">
        {stretches.map((stretch) => (
          <li key={stretch.title}>
            <span>{stretch.title}</span>
            <Bar stretches={[stretch]} totalMs={totalMs} />
            <span class="number">{formatMs(stretch.to - stretch.from)}</span>
          </li>
        ))}
        {sortCalls(calls).map((call) => (
          <li key={`${call.model} ${call.sentMs}`}>
            <span>
              <ForeignText text={call.model} most={24} />
              {call.isRefused && <span class="tag">refused</span>}
              {call.isAborted && <span class="tag">given up</span>}
            </span>
            <Bar stretches={toStretches(call, findEnd(call))} totalMs={totalMs} />
            <span class="number">{describeTimes(call, findEnd(call))}</span>
          </li>
        ))}
      </ul>
      <p class="small quiet">
        {calls.length === 0
          ? 'No call was made.'
          : `Light, then full: until the first byte → until the end of the reply, since the call was sent.${calls.length > 1 ? ' Of a call whose answer was not used, the end was not recorded.' : ''}`}
      </p>
    </section>
  )
}

/** `180 ms → 900 ms`: the first byte and the end, since the call was sent. */
function describeTimes({ sentMs, firstByteMs }: TraceCall, endMs: number | null): string {
  const times = [firstByteMs, endMs].filter((each) => each !== null)
  return times.map((each) => formatMs(Math.max(0, each - sentMs))).join(' → ') || 'no reply'
}

/** @param endMs of a call whose end is known. */
function toStretches({ sentMs, firstByteMs }: TraceCall, endMs: number | null): readonly Stretch[] {
  const first = firstByteMs ?? endMs ?? sentMs
  return [
    { title: `until the first byte: ${formatMs(first - sentMs)}`, from: sentMs, to: first, series: 0 },
    ...(endMs !== null && firstByteMs !== null
      ? [{ title: `reply: ${formatMs(endMs - first)}`, from: first, to: endMs, series: 0 }]
      : []),
  ]
}

function Bar({ stretches, totalMs }: { stretches: readonly Stretch[]; totalMs: number }) {
  const toX = (ms: number) => (totalMs === 0 ? 0 : (Math.min(ms, totalMs) / totalMs) * 300)
  return (
    <svg viewBox="0 0 300 10" preserveAspectRatio="none" aria-hidden="true">
      {stretches.map(({ title, from, to, series }, index) => (
        <rect
          key={title}
          class={`bar series-${series} ${index === 0 && stretches.length > 1 ? 'light' : ''}`}
          x={toX(from)}
          width={Math.max(1, toX(to) - toX(from))}
          height="10"
        >
          <title>{title}</title>
        </rect>
      ))}
    </svg>
  )
}
