import { useEffect, useRef } from 'preact/hooks'
import { StackedBars } from '../../../src/charts/stacked-bars.tsx'
import type { LabelFiguresAnswer, LabelQueueAnswer } from '../../../src/server/admin/api/label/routes.ts'
import { useResource } from '../../api/use-resource.ts'
import { useWidth } from '../../charts/use-width.ts'
import { formatCount, formatShare, formatTime } from '../../ui/format.ts'
import { Loaded } from '../../ui/states.tsx'
import { ProgressCard } from './progress-card.tsx'

const dayMs = 86_400_000

/** What the labels have come to. @param labelled since the page was opened. */
export function FiguresCards({ queue, labelled }: { queue: LabelQueueAnswer; labelled: number }) {
  const figures = useResource<LabelFiguresAnswer>('/label/figures')
  const { retry } = figures
  const counted = useRef(labelled)
  useEffect(() => {
    if (counted.current !== labelled) retry()
    counted.current = labelled
  }, [labelled, retry])
  return (
    <div class="grid wide">
      <ProgressCard labelled={labelled} />
      <section class="card">
        <h2>
          <span>Labels by persons and shadow calls, last 30 days</span>
          <span>
            {formatCount(queue.counts.answered)} answered, {formatCount(queue.counts.skipped)} skipped in all
          </span>
        </h2>
        <Loaded resource={figures} what="The labels cannot be counted">
          {(data) => <Figures figures={data} />}
        </Loaded>
      </section>
    </div>
  )
}

function Figures({ figures }: { figures: LabelFiguresAnswer }) {
  const { since, days, sources, sides } = figures
  const [frame, width] = useWidth<HTMLDivElement>(480)
  const count = (of: string) => sources.find(({ source }) => source === of)?.labels ?? 0
  const chosen = sides.left + sides.right
  return (
    <div ref={frame} class="stack">
      {days.length === 0 ? (
        <p class="quiet">
          No label by a person or a shadow call yet: a person gives one on this page, and a judge gives one
          for a shadow call. Labels from the feedback of clients are not in this chart; “Until the next
          certificate” counts them too.
        </p>
      ) : (
        <StackedBars
          title="Labels by day"
          series={['persons', 'shadow calls']}
          bars={days.map(({ day, person, shadow }) => ({ time: day * dayMs, values: [person, shadow] }))}
          from={since}
          to={since + 30 * dayMs}
          bucketMs={dayMs}
          formatValue={(value) => (Number.isInteger(value) ? formatCount(value) : '')}
          formatTime={formatTime}
          width={width}
          height={120}
        />
      )}
      <p class="legend">
        <span>
          <span class="swatch series-0" />
          {formatCount(count('person'))} by persons
        </span>
        <span>
          <span class="swatch series-1" />
          {formatCount(count('shadow'))} by shadow calls
        </span>
      </p>
      {sides.leftInterval !== null && (
        <p class="small quiet">
          The left answer was chosen in {formatCount(sides.left)} of {formatCount(chosen)} comparisons:{' '}
          {formatShare(sides.left / chosen)} (95 % interval: {formatShare(sides.leftInterval[0])} to{' '}
          {formatShare(sides.leftInterval[1])}). The sides are drawn at random, so an interval that does not
          include 50 % shows that the reader prefers one side.
        </p>
      )}
    </div>
  )
}
