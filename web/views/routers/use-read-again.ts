import { useEffect, useRef } from 'preact/hooks'

/** Reads again when the state changes, and not at first. */
export function useReadAgain(state: string, read: () => void): void {
  const known = useRef(state)
  useEffect(() => {
    if (known.current === state) return
    known.current = state
    read()
  }, [state])
}
