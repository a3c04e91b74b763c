import { useEffect, useRef, useState } from 'preact/hooks'
import type { RequestSummary } from '../../../../src/store/reader/answers.ts'
import { watchRequests } from '../../../api/watch-requests.ts'

export type Live = {
  /** The newest first. */
  readonly requests: readonly RequestSummary[]
  readonly state: 'off' | 'connecting' | 'watching' | 'broken'
  /** Requests that came too fast to be shown. */
  readonly missed: number
}

const mostRequests = 200
const nothing = { requests: [], missed: 0 }

/**
 * Requests as they finish, while `isOn` and the page is seen.
 *
 * @param reread reads the list below again: requests have finished while the connection was broken or the page was hidden.
 */
export function useLive(
  isOn: boolean,
  isWanted: (request: RequestSummary) => boolean,
  reread: () => void,
): Live {
  const [live, setLive] = useState<Live>({ ...nothing, state: 'off' })
  const latest = useRef({ isWanted, reread })
  latest.current = { isWanted, reread }
  useEffect(() => {
    if (!isOn) {
      setLive({ ...nothing, state: 'off' })
      return
    }
    setLive({ ...nothing, state: 'connecting' })
    return watchRequests({
      onOpen(isLate) {
        setLive((before) => (isLate ? { ...nothing, state: 'watching' } : { ...before, state: 'watching' }))
        if (isLate) latest.current.reread()
      },
      onBroken: () => setLive((before) => ({ ...before, state: 'broken' })),
      onRequest(request) {
        if (latest.current.isWanted(request))
          setLive((before) => ({ ...before, requests: [request, ...before.requests].slice(0, mostRequests) }))
      },
      onMissed: (count) => setLive((before) => ({ ...before, missed: before.missed + count })),
    })
  }, [isOn])
  return live
}
