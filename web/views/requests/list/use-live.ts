import { useEffect, useState } from 'preact/hooks'
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

/** Requests as they finish, while `isOn`. A connection that breaks is made again by the browser. */
export function useLive(isOn: boolean, isWanted: (request: RequestSummary) => boolean): Live {
  const [live, setLive] = useState<Live>({ ...nothing, state: 'off' })
  useEffect(() => {
    if (!isOn) {
      setLive({ ...nothing, state: 'off' })
      return
    }
    setLive({ ...nothing, state: 'connecting' })
    return watchRequests({
      onOpen: () => setLive((before) => ({ ...before, state: 'watching' })),
      onBroken: () => setLive((before) => ({ ...before, state: 'broken' })),
      onRequest(request) {
        if (isWanted(request))
          setLive((before) => ({ ...before, requests: [request, ...before.requests].slice(0, mostRequests) }))
      },
      onMissed: (count) => setLive((before) => ({ ...before, missed: before.missed + count })),
    })
  }, [isOn])
  return live
}
