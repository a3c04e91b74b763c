import { changeQuery } from '../app/location.ts'
import { formatDay, type Range, ranges } from './range.ts'

/** Chooses the time: 24 h, 7 d, 30 d, or two days. */
export function RangePicker({ range }: { range: Range }) {
  const isCustom = range.name === 'custom'
  const last = range.to - 1
  const set = (from: string, to: string) => changeQuery({ range: null, from, to })
  return (
    <div class="controls">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row of buttons everywhere */}
      <div class="segments" role="group" aria-label="Time">
        {ranges.map(({ name, title }) => (
          <button
            key={name}
            type="button"
            aria-pressed={range.name === name}
            onClick={() => changeQuery({ range: name, from: null, to: null })}
          >
            {title}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={isCustom}
          onClick={() => set(formatDay(range.from), formatDay(last))}
        >
          Custom
        </button>
      </div>
      {isCustom && (
        <>
          <input
            type="date"
            aria-label="First day"
            value={formatDay(range.from)}
            max={formatDay(last)}
            onChange={(event) => set(event.currentTarget.value, formatDay(last))}
          />
          <input
            type="date"
            aria-label="Last day"
            value={formatDay(last)}
            min={formatDay(range.from)}
            onChange={(event) => set(formatDay(range.from), event.currentTarget.value)}
          />
        </>
      )}
    </div>
  )
}
