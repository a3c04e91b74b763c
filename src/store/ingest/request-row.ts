import type { RequestEntry } from '../entries/entry.ts'
import type { ParsedRequest } from '../entries/parse-entry.ts'
import { formatCalls, toDay, toMicroseconds, toNanoUsd } from '../entries/request-columns.ts'
import { formatSessionDecision } from '../entries/session-decision.ts'

/** A request of an export, of a request log, or of a journal that an earlier version wrote. */
export function toParsedRequest(entry: RequestEntry): ParsedRequest {
  const { tokens, ms, tags, candidates } = entry
  const values = [
    entry.id,
    entry.upstreamId,
    entry.time,
    entry.protocol,
    entry.path,
    entry.status,
    entry.stream ? 1 : 0,
    entry.model,
    entry.upstream,
    entry.task,
    entry.policy,
    entry.router,
    entry.threshold,
    entry.strongWinRate,
    entry.side,
    entry.fallback,
    entry.overBudget,
    entry.attempts,
    tokens?.input ?? null,
    tokens?.cachedInput ?? null,
    tokens?.cacheWriteInput ?? null,
    tokens?.cacheWrite1hInput ?? null,
    tokens?.output ?? null,
    entry.events,
    toNanoUsd(entry.usd),
    toNanoUsd(entry.chargedUsd),
    toMicroseconds(ms.overhead),
    toMicroseconds(ms.queued),
    toMicroseconds(ms.firstByte),
    toMicroseconds(ms.total),
    entry.session,
    entry.key,
    candidates?.find(({ model }) => model === entry.model)?.propensity ?? null,
    entry.features ?? null,
    entry.experiment?.id ?? null,
    entry.experiment?.arm ?? null,
    entry.signal?.kind ?? null,
    entry.signal?.requestId ?? null,
    formatSessionDecision(entry.sessionDecision ?? null),
    toNanoUsd(entry.sessionDecision?.switchUsd ?? null),
    entry.effort ?? null,
    entry.pace == null ? null : JSON.stringify(entry.pace),
    entry.error ?? null,
    toDay(entry.time),
    candidates === null ? null : JSON.stringify(candidates),
    formatCalls(entry),
    tags.length > 0 ? JSON.stringify(tags) : null,
    null,
    null,
    null,
  ]
  return {
    kind: 'parsed-request',
    values,
    text: entry.text === null ? null : JSON.stringify(entry.text),
  }
}
