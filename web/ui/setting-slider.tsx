import { useEffect, useState } from 'preact/hooks'
import { ForeignText } from './foreign-text.tsx'

type SettingSliderProps = {
  /** Of the slider; the number beside it has `-number` after it. */
  readonly id: string
  readonly measure: 'threshold' | 'tolerance'
  readonly value: number
  /** The right end. The left one is 0. */
  readonly most: number
  /** Who answers at each end; null: nobody knows. */
  readonly ends: readonly [left: string | null, right: string | null]
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
  const { id, measure, value, most, ends, valueText, onMove, onType = onMove } = props
  const [problem, setProblem] = useState<string | null>(null)
  // What is being typed, which no other change of the page may replace.
  const [text, setText] = useState<string | null>(null)
  useEffect(() => {
    setProblem(null)
    setText(null)
  }, [value])
  const title = titles[measure]
  const type = (given: string) => {
    const typed = given.trim() === '' ? Number.NaN : Number(given)
    const isOf = typed >= 0 && (measure === 'tolerance' || typed <= 1)
    setProblem(isOf ? null : `A ${measure} is a number from 0${measure === 'threshold' ? ' to 1' : ' on'}.`)
    if (!isOf) return
    if (typed === value) setText(null)
    else onType(typed)
  }
  return (
    <div class="setting-slider">
      <p class="setting-head">
        <label for={id}>{title}</label>
        <input
          id={`${id}-number`}
          type="number"
          step="any"
          min={0}
          {...(measure === 'threshold' && { max: 1 })}
          value={text ?? formatSetting(value)}
          aria-label={`${title}, exactly`}
          onInput={(event) => setText(event.currentTarget.value)}
          onChange={(event) => type(event.currentTarget.value)}
        />
      </p>
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
      {problem !== null && (
        <p class="small bad" role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}

/** `0.42`, `0.41537`: as it is, without the noise of binary fractions. */
export function formatSetting(setting: number): string {
  return setting.toFixed(12).replace(/\.?0+$/, '')
}
