import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { requestJson } from './request.ts'

/** Something that the page reads from the API. `data` stays while it is read again. */
export type Resource<Data> = {
  readonly data: Data | null
  readonly error: Error | null
  readonly isLoading: boolean
  /** Whether `data` is the answer to another question, while the one to this question is read. */
  readonly isStale: boolean
  /** Reads again at once, and cancels a reading that runs: it may not know what was changed since it began. */
  retry(): void
  /** Reads again as soon as no reading runs, so that one that takes long ends, however often it is called. */
  readAgain(): void
}

/**
 * Reads `path` and again if it changes; the reading before is then cancelled.
 *
 * @param path null reads nothing.
 * @param everyMs reads again after so long, while the page is seen.
 */
export function useResource<Data>(path: string | null, everyMs: number | null = null): Resource<Data> {
  const [state, setState] = useState<Answered<Data>>(nothing)
  const [round, setRound] = useState(0)
  const retry = useCallback(() => setRound((before) => before + 1), [])
  const isReading = useRef(false)
  const isWantedAgain = useRef(false)
  const readAgain = useCallback(() => {
    if (isReading.current) isWantedAgain.current = true
    else retry()
  }, [retry])
  // The request is on its way before the browser paints.
  useLayoutEffect(() => {
    isReading.current = path !== null
    isWantedAgain.current = false
    if (path === null) {
      setState({ ...nothing, isLoading: false })
      return
    }
    const control = new AbortController()
    // The same state draws nothing again.
    setState((before) =>
      before.isLoading && before.error === null ? before : { ...before, error: null, isLoading: true },
    )
    const end = (toAnswered: (before: Answered<Data>) => Answered<Data>) => {
      if (control.signal.aborted) return
      isReading.current = false
      setState(toAnswered)
      if (isWantedAgain.current) retry()
    }
    requestJson<Data>(path, { signal: control.signal }).then(
      (data) => end(() => ({ data, path, error: null, isLoading: false })),
      (error: Error) => end((before) => ({ ...before, error, isLoading: false })),
    )
    const timer =
      everyMs === null ? undefined : setTimeout(() => (document.hidden ? undefined : retry()), everyMs)
    const onSeen = () => (document.hidden || everyMs === null ? undefined : retry())
    document.addEventListener('visibilitychange', onSeen)
    return () => {
      control.abort()
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onSeen)
    }
  }, [path, round, everyMs, retry])
  const { path: answered, ...rest } = state
  return { ...rest, isStale: state.data !== null && answered !== path, retry, readAgain }
}

/** @property path that `data` answers. */
type Answered<Data> = Omit<Resource<Data>, 'retry' | 'readAgain' | 'isStale'> & {
  readonly path: string | null
}

const nothing = { data: null, path: null, error: null, isLoading: true }
