import { formatSetting } from '../../../src/base/text/format/format-setting.ts'
import { ForeignText } from '../foreign-text.tsx'
import { useTypedSetting } from './use-typed-setting.ts'

type SettingSliderProps = {
  /** Of the slider; the number beside it has `-number` after it. */
  readonly id: string
  readonly measure: 'threshold' | 'tolerance'
  readonly value: number
  /** The right end. The left one is 0. */
  readonly most: number
  /** Who answers at each end; null: nobody knows. */
  readonly ends: readonly [left: string | null, right: string | null]
  /** Settings that must not read the same as the value. */
  readonly others?: readonly number[]
  /** What the value means, for those who do not see the page. */
  readonly valueText?: string
  /** Is called while the slider moves, and with what is typed. */
  readonly onMove: (value: number) => void
  /** Is called with a number exactly as it is typed. Default: `onMove`. */
  readonly onType?: (value: number) => void
}

const titles = { threshold: 'Threshold', tolerance: 'Tolerance' } as const

/** A threshold from 0 to 1, or a tolerance from 0 on, to be moved or typed: the same scale and words in each view. */
export function SettingSlider(props: SettingSliderProps) {
  const { id, measure, value, most, ends, others, valueText, onMove, onType = onMove } = props
  const fieldId = `${id}-number`
  const { field, problem } = useTypedSetting({
    ...{ id: fieldId, measure, value, onType },
    ...(others !== undefined && { others }),
  })
  const title = titles[measure]
  return (
    <div class="setting-slider">
      <p class="setting-head">
        <label for={id}>{title}</label>
        <input {...field} aria-label={`${title} as a number`} />
      </p>
      {problem !== null && (
        <p id={`${fieldId}-problem`} class="small bad setting-problem" role="alert">
          {problem}
        </p>
      )}
      <input
        id={id}
        class="slider"
        type="range"
        min={0}
        max={most}
        step={most / 1000}
        value={value}
        {...(valueText !== undefined && { 'aria-valuetext': valueText })}
        onInput={(event) => onMove(Number(event.currentTarget.value))}
      />
      <p class="slider-ends small quiet">
        {ends.map((end, index) => (
          <span key={index}>
            {index === 0 ? '0' : formatSetting(most)}
            {end !== null && (
              <>
                : <ForeignText text={end} most={24} />
              </>
            )}
          </span>
        ))}
      </p>
    </div>
  )
}
