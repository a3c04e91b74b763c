import { findJsonExcess } from '../../base/text/json/nesting.ts'
import type { KeptBody, RequestRecord } from '../../gateway/request-record.ts'

/**
 * A record as one line of JSON, with its line feed.
 *
 * `request` and `response` are there only if the record carries their text: a JSON body as it is, digits and duplicate
 * keys included; the text of an event stream, or of a body that is not JSON, as a string; a body that was cut as
 * `{"truncated": true, "bytes": <length of all of it>, "text": <its beginning>}`; an empty one as null.
 */
export function formatLine(record: RequestRecord): string {
  const { ms, text } = record
  const line = JSON.stringify({
    time: new Date(record.time).toISOString(),
    id: record.id,
    protocol: record.protocol,
    path: record.path,
    status: record.status,
    stream: record.stream,
    model: record.model,
    upstream: record.upstream,
    task: record.task,
    policy: record.policy,
    router: record.router,
    threshold: record.threshold,
    strongWinRate: record.strongWinRate,
    pace: record.pace,
    fallback: record.fallback,
    overBudget: record.overBudget,
    error: record.error,
    attempts: record.attempts,
    tokens: record.tokens,
    events: record.events,
    usd: record.usd,
    ms: {
      overhead: roundToMicroseconds(ms.overhead),
      queued: roundToMicroseconds(ms.queued),
      firstByte: roundToMicroseconds(ms.firstByte),
      total: roundToMicroseconds(ms.total),
    },
    session: record.session,
    key: record.key,
    tags: record.tags,
  })
  if (text === null) return `${line}\n`
  const bodies = `"request":${formatBody(text.request)},"response":${formatBody(text.response)}`
  return `${line.slice(0, -1)},${bodies}}\n`
}

function formatBody({ bytes, totalBytes }: KeptBody): string {
  if (totalBytes === 0) return 'null'
  const text = bytes.toString('utf8')
  if (bytes.length < totalBytes) return JSON.stringify({ truncated: true, bytes: totalBytes, text })
  // JSON has line feeds only between tokens, and a space is equivalent there.
  const mayBeJson = findJsonExcess(bytes, jsonLimits) === null
  return mayBeJson && isJson(text) ? text.replace(/[\r\n]/g, ' ').trim() : JSON.stringify(text)
}

/** A body beyond them is written as a string: parsing it would hold up other requests. */
const jsonLimits = { maxDepth: 512, maxParts: 100_000 }

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function roundToMicroseconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000) / 1000
}
