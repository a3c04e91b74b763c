import { LineChart } from '../../../../src/charts/line-chart/line-chart.tsx'
import { seriesClass } from '../../../../src/charts/series-class.ts'
import type { ExperimentEvidence } from '../../../../src/server/admin/actions/experiment-actions.ts'
import { useWidth } from '../../../charts/use-width.ts'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatScore, formatTime, formatUsd } from '../../../ui/format.ts'
import { MessageText } from '../../../ui/message-text.tsx'

/** What the sessions of an experiment have shown by and by: the treatment less the control, with intervals. */
export function EvidenceChart({ evidence }: { evidence: ExperimentEvidence }) {
  const { id, sessions, needed, verdict, why, history } = evidence
  return (
    <div class="evidence">
      <h3>
        <ForeignText text={id} most={60} /> <span class="tag">{verdict.replaceAll('-', ' ')}</span>
      </h3>
      <p>
        {formatCount(sessions.treatment)}
        {needed === null ? '' : ` of ${formatCount(needed)}`} sessions with the treatment,{' '}
        {formatCount(sessions.control)} with the control. <MessageText text={why} most={400} />
      </p>
      {history.length === 0 ? (
        <p class="quiet">A session counts an hour after it began, if its dollars are known; none does yet.</p>
      ) : (
        <>
          <div class="grid wide">
            <Outcome
              id={id}
              history={history}
              outcome="usd"
              label="dollars of a session"
              format={formatUsd}
            />
            <Outcome
              id={id}
              history={history}
              outcome="quality"
              label="quality, 0 to 1"
              format={formatScore}
            />
          </div>
          <p class="small quiet">
            The treatment less the control. Each interval holds at all times together, so looking often costs
            nothing.
          </p>
        </>
      )}
    </div>
  )
}

type OutcomeProps = {
  readonly id: string
  readonly history: ExperimentEvidence['history']
  readonly outcome: 'usd' | 'quality'
  readonly label: string
  format(value: number): string
}

function Outcome({ id, history, outcome, label, format }: OutcomeProps) {
  const [element, width] = useWidth<HTMLDivElement>(460)
  const points = history.flatMap(({ time, differences }) => {
    const { value, interval } = differences[outcome]
    return value === null ? [] : [{ x: time, y: value, low: interval[0], high: interval[1] }]
  })
  const last = points.at(-1)
  if (last === undefined)
    return <p class="quiet">No session with a label: nothing is known of the {label}.</p>
  const says = `${format(last.y)} (${format(last.low)} to ${format(last.high)})`
  // The first intervals are as wide as all that is possible, and would hide the others.
  const wide = points.slice(Math.floor(points.length / 6))
  const reach = Math.max(...wide.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]))
  return (
    <div ref={element}>
      <p>
        Difference of {label}: <strong>{says}</strong>
      </p>
      <LineChart
        width={width}
        height={180}
        title={`Difference of ${label} of ${escapeInvisible(id)} over time, now ${says}`}
        series={[{ name: label, className: seriesClass(0), points: wide }]}
        xAxis={{ label: '', format: formatTime, domain: [wide[0]?.x ?? last.x - 1, last.x] }}
        yAxis={{ label, format, domain: [-reach, reach] }}
      />
    </div>
  )
}
