import { seriesClass } from './series-class.ts'

/** A part of a whole as a thin bar. @param share from 0 to 1. */
export function Meter({ share, series = 0 }: { share: number; series?: number }) {
  return (
    <svg
      class={`meter ${seriesClass(series)}`}
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect class="track" width="100" height="6" rx="1" />
      <rect class="bar" width={Math.max(0, Math.min(1, share)) * 100} height="6" rx="1" />
    </svg>
  )
}
