import type { Insertable } from 'kysely'
import type { RequestRecord } from '../../gateway/request-record.ts'
import type { Tables } from '../database/tables.ts'

type RequestColumn = keyof Insertable<Tables['requests']>

/**
 * The values of a request's row, in the order of `requestColumns`. They stay an array from the journal to the database: an
 * object for each request would take several times as long.
 */
export type RequestValues = (string | number | null)[]

/** What the journal's line has as one array. Their order is part of the format. */
const lineColumns = [
  'id',
  'upstream_id',
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
  'propensity',
  'features',
  'experiment',
  'arm',
  'signal',
  'signal_of',
  'session_decision',
  'switch_nanousd',
  'effort',
  'pace',
  'error',
] as const satisfies readonly RequestColumn[]

export const lineLength = lineColumns.length
/** Of lines that were written before there were these columns, and those after them. */
export const earlierLineLengths = (['session_decision', 'pace', 'error'] as const).map((column) =>
  lineColumns.indexOf(column),
)

/** All columns of a row but `seq`. */
export const requestColumns = [
  ...lineColumns,
  'day',
  'candidates',
  'calls',
  'tags',
  'text_offset',
  'text_bytes',
  'text_line',
] as const satisfies readonly RequestColumn[]

/** Where each column is among the values. */
export const columnAt = Object.fromEntries(requestColumns.map((name, index) => [name, index])) as Readonly<
  Record<(typeof requestColumns)[number], number>
>

/** The JSON of all calls; null if the values say all of them: no more than one was made, and it answered. */
export function formatCalls({
  call,
  otherCalls,
  status,
}: Pick<RequestRecord, 'call' | 'otherCalls' | 'status'>): string | null {
  if (otherCalls.length === 0 && (call === null || (status < 400 && !call.isRefused))) return null
  return JSON.stringify(call === null ? otherCalls : [call, ...otherCalls])
}

const dayMs = 86_400_000

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

export function toMicroseconds(ms: number): number
export function toMicroseconds(ms: number | null): number | null
export function toMicroseconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000)
}
