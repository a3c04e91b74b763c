import type { RequestSummary } from '../../../../src/store/reader/answers.ts'

/** Whether a request that has just finished is one of those that are asked for. Its tags are not known here. */
export function isWanted(parameters: URLSearchParams, request: RequestSummary): boolean {
  for (const name of ['model', 'policy', 'task', 'key', 'session'] as const) {
    const wanted = parameters.get(name)
    if (wanted !== null && wanted !== (request[name] ?? '')) return false
  }
  const status = parameters.get('status')
  if (status === 'ok' && request.status >= 400) return false
  if (status === 'error' && request.status < 400) return false
  if (/^\d+$/.test(status ?? '') && request.status !== Number(status)) return false
  if (parameters.get('fallback') === 'true' && request.fallback === null) return false
  return request.id.startsWith(parameters.get('id') ?? '')
}
