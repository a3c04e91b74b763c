import { useEffect, useState } from 'preact/hooks'
import { SettingSlider } from '../ui/setting/setting-slider.tsx'
import { ScoreSentence, scoreMeaning } from './score-sentence.tsx'

type ThresholdLineProps = {
  readonly winRate: number
  readonly threshold: number
  /** Is called a moment after the threshold was moved. Absent: it cannot be. */
  readonly onThreshold?: ((threshold: number) => void) | undefined
  readonly strong: string | null
  readonly weak: string | null
}

const restMs = 200

/** The strong model's win rate on a line from 0 to 1, and the threshold, which can be dragged. */
export function ThresholdLine({ winRate, threshold, onThreshold, strong, weak }: ThresholdLineProps) {
  const [moved, setMoved] = useState<number | null>(null)
  useEffect(() => setMoved(null), [threshold])
  useEffect(() => {
    if (moved === null || moved === threshold) return
    const timer = setTimeout(() => onThreshold?.(moved), restMs)
    return () => clearTimeout(timer)
  }, [moved])
  const shown = moved ?? threshold
  const isStrong = winRate >= shown
  return (
    <div class="threshold">
      <svg viewBox="0 0 300 14" preserveAspectRatio="none" class="meter series-0" aria-hidden="true">
        <rect class="track" width="300" height="14" rx="2" />
        <rect class={`bar ${isStrong ? '' : 'series-1'}`} width={winRate * 300} height="14" rx="2" />
        <rect class="mark" x={shown * 300 - 1} width="2" height="14" />
      </svg>
      {onThreshold !== undefined && (
        <SettingSlider
          id="threshold"
          measure="threshold"
          value={shown}
          most={1}
          ends={[strong, weak]}
          onMove={setMoved}
        />
      )}
      <p>
        <ScoreSentence winRate={winRate} threshold={shown} strong={strong} weak={weak} />
      </p>
      <p class="small quiet">
        {scoreMeaning} It flips{' '}
        {isStrong
          ? `with a threshold above ${winRate.toFixed(3)}`
          : `with a threshold of ${winRate.toFixed(3)} or less`}
        .
      </p>
    </div>
  )
}
