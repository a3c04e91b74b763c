import type { RequestObserver, RequestRecord } from '../../../gateway/request-record.ts'
import type { RequestSummary } from '../../../store/reader/answers.ts'

/** Tells those who watch of each finished request. */
export type LiveTail = {
  readonly observe: RequestObserver
  /**
   * @param onRequest gets the request as JSON. It must return at once.
   * @returns a function that ends it; null if too many watch already.
   */
  watch(onRequest: (json: string) => void): (() => void) | null
}

const mostWatchers = 16

/** Costs nothing while nobody watches. */
export function createLiveTail(): LiveTail {
  const watchers = new Set<(json: string) => void>()
  return {
    observe(record) {
      if (watchers.size === 0) return
      const json = JSON.stringify(toSummary(record))
      for (const watcher of watchers) watcher(json)
    },
    watch(onRequest) {
      if (watchers.size >= mostWatchers) return null
      // Of its own, so that the same function may watch twice.
      const watcher = (json: string) => onRequest(json)
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
  }
}

function toSummary(record: RequestRecord): RequestSummary {
  return {
    id: record.id,
    time: record.time,
    path: record.path,
    status: record.status,
    stream: record.stream,
    model: record.model,
    task: record.task,
    policy: record.policy,
    router: record.router,
    threshold: record.threshold,
    strongWinRate: record.strongWinRate,
    fallback: record.fallback,
    attempts: record.attempts,
    inputTokens: record.tokens?.input ?? null,
    outputTokens: record.tokens?.output ?? null,
    usd: record.usd,
    totalMs: record.ms.total,
    session: record.session,
    key: record.key,
    experiment: record.experiment?.id ?? null,
    hasText: record.text !== null,
  }
}
