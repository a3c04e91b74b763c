import { formatFixed } from '../../../src/base/text/format/format-number.ts'
import type { PlannedShare } from '../../../src/server/admin/actions/lock-actions.ts'
import { formatShare, formatUsd } from '../../ui/format.ts'

type Ends = readonly [number, number] | null

type FigureProps = {
  readonly value: string
  /** Its interval. */
  readonly around?: string | null
  /** What belongs to it. */
  readonly note?: string | null
}

/** A figure with its interval below it. */
export function Figure({ value, around = null, note = null }: FigureProps) {
  return (
    <>
      {value}
      {[around, note].map(
        (line, index) =>
          line !== null && (
            <span key={index} class="small quiet around">
              {line}
            </span>
          ),
      )}
    </>
  )
}

/** `+$0.93`, `−$1.43` */
export function formatChange(usd: number): string {
  return usd > 0 ? `+${formatUsd(usd)}` : formatUsd(usd)
}

/** `1.40 to 1.78`, `−0.34 to 0.12` */
export function formatUsdEnds(ends: Ends): string | null {
  return formatEnds(ends, (usd) => formatUsd(usd).replace(/\u2060?\$/, ''))
}

/** `14 to 26 %` */
export function formatShareEnds(ends: Ends): string | null {
  const text = formatEnds(ends, (share) => formatShare(share).replace(' %', ''))
  return text && `${text} %`
}

/** `0.914 to 0.958` */
export function formatDecimalEnds(ends: Ends): string | null {
  return formatEnds(ends, formatDecimal)
}

/** `0.912`, `−0.006` */
export function formatDecimal(value: number | null): string {
  return value === null ? '–' : formatFixed(value, 3)
}

/** `5.9 points`: hundredths of a score. */
export function formatPoints(score: number): string {
  return `${formatHundredths(score)} points`
}

/** `3.9 to 8.2` */
export function formatPointEnds(ends: Ends): string | null {
  return formatEnds(ends, formatHundredths)
}

/** `set for 40 %`, `34 % on its labels` */
export function formatPlanned(planned: PlannedShare | null): string | null {
  if (planned === null) return null
  const share = formatShare(planned.share)
  return planned.by === 'calibration' ? `set for ${share}` : `${share} on its labels`
}

function formatEnds(ends: Ends, format: (end: number) => string): string | null {
  return ends && `${format(ends[0])} to ${format(ends[1])}`
}

function formatHundredths(score: number): string {
  return formatFixed(100 * score, 1)
}
