import type { RequestSummary } from '../../src/store/reader/answers.ts'

export type RequestWatch = {
  onRequest(request: RequestSummary): void
  /** So many requests came too fast to be told. */
  onMissed?(count: number): void
  onOpen?(): void
  /** The browser connects again by itself. */
  onBroken?(): void
}

/** Tells of requests as they finish. @returns a function that ends it. */
export function watchRequests({ onRequest, onMissed, onOpen, onBroken }: RequestWatch): () => void {
  const source = new EventSource('/admin/api/live')
  source.onopen = () => onOpen?.()
  source.onerror = () => onBroken?.()
  source.addEventListener('request', (event) => onRequest(JSON.parse(event.data) as RequestSummary))
  source.addEventListener('missed', (event) => onMissed?.(Number(event.data)))
  return () => source.close()
}
