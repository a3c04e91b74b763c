import type { Insertable } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { RequestEntry } from '../entries/entry.ts'

export type RequestRow = Insertable<Tables['requests']>

const dayMs = 86_400_000

/** The columns of a request's row, in the order of `toRequestValues`. */
export const requestColumns = [
  'id',
  'upstream_id',
  'day',
  'time',
  'protocol',
  'path',
  'status',
  'stream',
  'model',
  'upstream',
  'task',
  'policy',
  'router',
  'threshold',
  'strong_win_rate',
  'side',
  'fallback',
  'over_budget',
  'attempts',
  'input_tokens',
  'cached_input_tokens',
  'cache_write_input_tokens',
  'cache_write_1h_input_tokens',
  'output_tokens',
  'events',
  'cost_nanousd',
  'charged_nanousd',
  'overhead_us',
  'queued_us',
  'first_byte_us',
  'total_us',
  'session',
  'key',
  'tags',
  'calls',
  'candidates',
  'propensity',
  'features',
  'text_offset',
  'text_bytes',
  'text_line',
  'experiment',
  'arm',
  'signal',
  'signal_of',
] as const satisfies readonly (keyof RequestRow)[]

/** Where a text was written: a block of the file of its day, and a line in it. */
export type TextPlace = { readonly offset: number; readonly bytes: number; readonly line: number }

export function toRequestValues(entry: RequestEntry, text: TextPlace | null): readonly unknown[] {
  const { tokens, ms, call, otherCalls, tags, candidates } = entry
  const hasMoreCalls = otherCalls.length > 0
  return [
    entry.id,
    entry.upstreamId,
    toDay(entry.time),
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
    tags.length > 0 ? JSON.stringify(tags) : null,
    hasMoreCalls ? JSON.stringify(call === null ? otherCalls : [call, ...otherCalls]) : null,
    candidates === null ? null : JSON.stringify(candidates),
    candidates?.find(({ model }) => model === entry.model)?.propensity ?? null,
    entry.features,
    text?.offset ?? null,
    text?.bytes ?? null,
    text?.line ?? null,
    entry.experiment?.id ?? null,
    entry.experiment?.arm ?? null,
    entry.signal?.kind ?? null,
    entry.signal?.requestId ?? null,
  ]
}

/** The day of UTC since 1970. */
export function toDay(time: number): number {
  return Math.floor(time / dayMs)
}

/** Integer nano-dollars. */
export function toNanoUsd(usd: number): number
export function toNanoUsd(usd: number | null): number | null
export function toNanoUsd(usd: number | null): number | null {
  return usd === null ? null : Math.round(usd * 1e9)
}

function toMicroseconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000)
}
