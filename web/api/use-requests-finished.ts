import { useEffect, useRef, useState } from 'preact/hooks'
import type { RequestSummary } from '../../src/store/reader/answers.ts'
import { watchRequests } from './watch-requests.ts'

/** Requests that finish together are one reason to read again. */
const togetherMs = 300

/**
 * Calls `reread` soon after a request has finished that it concerns, while the page is seen.
 *
 * @param reread `readAgain` of a resource: it does not cancel a reading that runs, which would never end under steady traffic.
 * @param atMostEveryMs the time between two calls, which requests that follow one another wait for.
 * @returns false while the server does not tell of requests; that is tried again.
 */
export function useRequestsFinished(
  concerns: (request: RequestSummary) => boolean,
  reread: () => void,
  atMostEveryMs: number,
): boolean {
  const [isLive, setLive] = useState(true)
  const latest = useRef({ concerns, reread })
  latest.current = { concerns, reread }
  useEffect(() => {
    let calledAt = Number.NEGATIVE_INFINITY
    let timer: ReturnType<typeof setTimeout> | undefined
    const call = () => {
      timer = undefined
      calledAt = performance.now()
      latest.current.reread()
    }
    const wake = () => {
      timer ??= setTimeout(call, Math.max(togetherMs, calledAt + atMostEveryMs - performance.now()))
    }
    const stop = watchRequests({
      onRequest: (request) => latest.current.concerns(request) && wake(),
      onMissed: wake,
      onOpen(isLate) {
        setLive(true)
        if (isLate) wake()
      },
      onBroken: () => setLive(false),
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [atMostEveryMs])
  return isLive
}
