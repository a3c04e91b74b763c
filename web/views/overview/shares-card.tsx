import { StackedBars } from '../../../src/charts/stacked-bars.tsx'
import type { Usage } from '../../../src/store/reader/answers.ts'
import { findModelColours } from '../../charts/model-colours.ts'
import { useWidth } from '../../charts/use-width.ts'
import type { Range } from '../../filters/range.ts'
import { escapeInvisible } from '../../ui/escape-invisible.ts'
import { formatCount, formatTime } from '../../ui/format.ts'
import { NameTable } from './name-table.tsx'

/** Beyond so many the rest is one series. */
const mostSeries = 6
const colourOfRest = 'series-7'

/** Which models answered: over time, and in total. */
export function SharesCard({
  usage,
  range,
  knownModels,
}: {
  usage: Usage
  range: Range
  knownModels: readonly string[]
}) {
  const [element, width] = useWidth<HTMLDivElement>(640)
  // In the order of their names, as in the view of sessions.
  const names = usage.models
    .slice(0, mostSeries)
    .map(({ name }) => name)
    .sort()
  const hasRest = usage.models.length > mostSeries
  const bars = usage.buckets.map(({ time, requests, models }) => {
    const values = names.map((name) => models[name] ?? 0)
    const rest = requests - values.reduce((sum, each) => sum + each, 0)
    return { time, values: hasRest ? [...values, rest] : values }
  })
  const colourOf = findModelColours(knownModels, names)
  const titles = [...names.map(describeModel), ...(hasRest ? ['other models'] : [])]
  return (
    <section class="card">
      <h2>Requests by model</h2>
      <div class="split">
        <div ref={element}>
          <StackedBars
            bars={bars}
            series={titles.map((title) => escapeInvisible(title))}
            classNames={[...names.map(colourOf), ...(hasRest ? [colourOfRest] : [])]}
            from={range.from}
            to={range.to}
            bucketMs={usage.bucketMs}
            title={`Requests over time by model: ${usage.models
              .slice(0, mostSeries)
              .map(({ name, requests }) => `${escapeInvisible(describeModel(name))} ${requests}`)
              .join(', ')}`}
            formatValue={formatCount}
            areCounts
            formatTime={formatTime}
            width={width}
            height={width < 480 ? 130 : 180}
          />
        </div>
        <div>
          <NameTable
            title="Model"
            parameter="model"
            without="no model was called"
            rows={usage.models}
            decoration={(place) => {
              const name = usage.models[place]?.name ?? ''
              return <span class={`swatch ${names.includes(name) ? colourOf(name) : colourOfRest}`} />
            }}
          />
        </div>
      </div>
    </section>
  )
}

function describeModel(name: string): string {
  return name === '' ? 'no model was called' : name
}
