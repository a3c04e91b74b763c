import type { RequestSummary } from '../../src/store/reader/answers.ts'

export type RequestWatch = {
  onRequest(request: RequestSummary): void
  /** So many requests came too fast to be told. */
  onMissed?(count: number): void
  /** @param isLate whether it was tried or open before, so that requests may have finished meanwhile. */
  onOpen?(isLate: boolean): void
  /** It is tried again. */
  onBroken?(): void
}

const againAfterMs = 5000

/** Tells of requests as they finish, while the page is seen. @returns a function that ends it. */
export function watchRequests({ onRequest, onMissed, onOpen, onBroken }: RequestWatch): () => void {
  let source: EventSource | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let isLate = false

  function open(): void {
    const opened = new EventSource('/admin/api/live')
    source = opened
    opened.onopen = () => {
      onOpen?.(isLate)
      isLate = true
    }
    opened.onerror = () => {
      isLate = true
      onBroken?.()
      // The browser connects again by itself, unless the server refused: so many pages watch already.
      if (opened.readyState === EventSource.CLOSED) timer = setTimeout(open, againAfterMs)
    }
    opened.addEventListener('request', (event) => onRequest(JSON.parse(event.data) as RequestSummary))
    opened.addEventListener('missed', (event) => onMissed?.(Number(event.data)))
  }

  function close(): void {
    clearTimeout(timer)
    source?.close()
    source = null
  }

  // A hidden tab would keep one of the few connections that a browser has, and one of the places that the server has.
  function follow(): void {
    if (document.hidden) close()
    else if (source === null) open()
  }

  follow()
  document.addEventListener('visibilitychange', follow)
  return () => {
    document.removeEventListener('visibilitychange', follow)
    close()
  }
}
