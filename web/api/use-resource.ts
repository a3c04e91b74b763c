import { useCallback, useLayoutEffect, useState } from 'preact/hooks'
import { requestJson } from './request.ts'

/** Something that the page reads from the API. `data` stays while it is read again. */
export type Resource<Data> = {
  readonly data: Data | null
  readonly error: Error | null
  readonly isLoading: boolean
  /** Whether `data` is the answer to another question, while the one to this question is read. */
  readonly isStale: boolean
  retry(): void
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
  // The request is on its way before the browser paints.
  useLayoutEffect(() => {
    if (path === null) {
      setState({ ...nothing, isLoading: false })
      return
    }
    const control = new AbortController()
    setState((before) => ({ ...before, error: null, isLoading: true }))
    requestJson<Data>(path, { signal: control.signal }).then(
      (data) => setState({ data, path, error: null, isLoading: false }),
      (error: Error) => {
        if (!control.signal.aborted) setState((before) => ({ ...before, error, isLoading: false }))
      },
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
  return { ...rest, isStale: state.data !== null && answered !== path, retry }
}

/** @property path that `data` answers. */
type Answered<Data> = Omit<Resource<Data>, 'retry' | 'isStale'> & { readonly path: string | null }

const nothing = { data: null, path: null, error: null, isLoading: true }
