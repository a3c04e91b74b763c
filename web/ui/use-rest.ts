import { useEffect, useRef } from 'preact/hooks'

/** A letter follows the one before sooner. */
const restMs = 400

type Rest = {
  /** Calls back after a while, unless it is called again or cancelled before. */
  readonly after: (done: () => void) => void
  readonly cancel: () => void
}

/** Waits until typing rests. */
export function useRest(): Rest {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const cancel = () => clearTimeout(timer.current)
  useEffect(() => cancel, [])
  return {
    after(done) {
      cancel()
      timer.current = setTimeout(done, restMs)
    },
    cancel,
  }
}
