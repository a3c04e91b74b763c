import type { Database } from '../../database/open-database.ts'
import { createRowWriter } from '../../database/row-writer.ts'
import { columnAt as at, type RequestValues } from '../../entries/request-columns.ts'
import { addToHistogram, formatHistogram, type Histogram, mergeHistogram } from './latency.ts'

/** Sums of requests by hour: what a batch adds to the tables of totals. Each is under the joined key of its row. */
export type Totals = {
  readonly usage: Map<string, Sums>
  readonly outcomes: Map<string, Sums>
  readonly tags: Map<string, Sums>
  readonly latency: Map<string, Latency>
}

type Sums = { readonly key: readonly (string | number)[]; readonly sums: number[] }
type Latency = {
  readonly hour: number
  readonly model: string
  readonly firstByte: Histogram
  readonly total: Histogram
}

const usageKey = ['hour', 'model', 'policy', 'router', 'key', 'task'] as const
const usageSums = [
  ...['requests', 'errors', 'fallbacks', 'unpriced', 'input_tokens', 'cached_input_tokens', 'output_tokens'],
  ...['cost_nanousd', 'overhead_us', 'total_us'],
]
const outcomeKey = ['hour', 'model', 'status', 'fallback'] as const
const tagKey = ['hour', 'tag'] as const
const tagSums = ['requests', 'errors', 'unpriced', 'input_tokens', 'output_tokens', 'cost_nanousd']
const hourMs = 3_600_000
const separator = '\n'

const writeUsage = createWriter('usage_hours', usageKey, usageSums)
const writeOutcomes = createWriter('outcome_hours', outcomeKey, ['requests'])
const writeTags = createWriter('tag_hours', tagKey, tagSums)
const writeLatency = createRowWriter({
  table: 'latency_hours',
  columns: ['hour', 'model', 'first_byte', 'total'],
  key: ['hour', 'model'],
  replaced: ['first_byte', 'total'],
})

function createWriter(
  table: 'usage_hours' | 'outcome_hours' | 'tag_hours',
  key: readonly string[],
  added: readonly string[],
) {
  return createRowWriter({ table, columns: [...key, ...added], key, added })
}

export function createTotals(): Totals {
  return { usage: new Map(), outcomes: new Map(), tags: new Map(), latency: new Map() }
}

/** @param sign -1 takes a request out again. */
export function addToTotals(totals: Totals, values: RequestValues, sign: 1 | -1): void {
  const hour = Math.floor((values[at.time] as number) / hourMs)
  const model = (values[at.model] as string | null) ?? ''
  const status = values[at.status] as number
  const fallback = (values[at.fallback] as string | null) ?? ''
  const cost = values[at.cost_nanousd] as number | null
  const totalUs = values[at.total_us] as number
  const errors = status >= 400 ? sign : 0
  const unpriced = cost === null ? sign : 0
  const inputTokens = sign * ((values[at.input_tokens] as number | null) ?? 0)
  const outputTokens = sign * ((values[at.output_tokens] as number | null) ?? 0)
  const nanoUsd = sign * (cost ?? 0)
  const policy = (values[at.policy] as string | null) ?? ''
  const router = (values[at.router] as string | null) ?? ''
  const key = (values[at.key] as string | null) ?? ''
  const task = (values[at.task] as string | null) ?? ''
  const ofUsage = `${hour}${separator}${model}${separator}${policy}${separator}${router}${separator}${key}${separator}${task}`
  const usage =
    totals.usage.get(ofUsage)?.sums ??
    begin(totals.usage, ofUsage, [hour, model, policy, router, key, task], usageSums.length)
  usage[0]! += sign
  usage[1]! += errors
  usage[2]! += fallback === '' ? 0 : sign
  usage[3]! += unpriced
  usage[4]! += inputTokens
  usage[5]! += sign * ((values[at.cached_input_tokens] as number | null) ?? 0)
  usage[6]! += outputTokens
  usage[7]! += nanoUsd
  usage[8]! += sign * ((values[at.overhead_us] as number | null) ?? 0)
  usage[9]! += sign * totalUs
  const ofOutcome = `${hour}${separator}${model}${separator}${status}${separator}${fallback}`
  const outcome =
    totals.outcomes.get(ofOutcome)?.sums ??
    begin(totals.outcomes, ofOutcome, [hour, model, status, fallback], 1)
  outcome[0]! += sign
  const tags = values[at.tags] as string | null
  if (tags !== null)
    for (const tag of new Set(JSON.parse(tags) as string[])) {
      const ofTag = `${hour}${separator}${tag}`
      const sums = totals.tags.get(ofTag)?.sums ?? begin(totals.tags, ofTag, [hour, tag], tagSums.length)
      const added = [sign, errors, unpriced, inputTokens, outputTokens, nanoUsd]
      for (let index = 0; index < added.length; index++) sums[index]! += added[index]!
    }
  if (status < 400) addLatency(totals, hour, model, values, sign)
}

/** Of requests that were answered. */
function addLatency(
  { latency }: Totals,
  hour: number,
  model: string,
  values: RequestValues,
  sign: 1 | -1,
): void {
  const key = `${hour}${separator}${model}`
  let found = latency.get(key)
  if (found === undefined) {
    found = { hour, model, firstByte: new Map(), total: new Map() }
    latency.set(key, found)
  }
  const firstByteUs = values[at.first_byte_us] as number | null
  if (firstByteUs !== null) addToHistogram(found.firstByte, firstByteUs, sign)
  addToHistogram(found.total, values[at.total_us] as number, sign)
}

function begin(
  all: Map<string, Sums>,
  joined: string,
  key: readonly (string | number)[],
  length: number,
): number[] {
  const sums = new Array<number>(length).fill(0)
  all.set(joined, { key, sums })
  return sums
}

/** Adds them to the tables. Call it in the transaction that inserts the requests. */
export async function writeTotals(db: Database, totals: Totals): Promise<void> {
  await writeUsage(db, toRows(totals.usage))
  await writeOutcomes(db, toRows(totals.outcomes))
  await writeTags(db, toRows(totals.tags))
  for (const { hour, model, firstByte, total } of totals.latency.values()) {
    const before = await db
      .selectFrom('latency_hours')
      .select(['first_byte', 'total'])
      .where('hour', '=', hour)
      .where('model', '=', model)
      .executeTakeFirst()
    if (before === undefined) continue
    mergeHistogram(firstByte, before.first_byte)
    mergeHistogram(total, before.total)
  }
  const rows = [...totals.latency.values()].map(({ hour, model, firstByte, total }) => [
    hour,
    model,
    formatHistogram(firstByte),
    formatHistogram(total),
  ])
  await writeLatency(db, rows)
}

function toRows(all: ReadonlyMap<string, Sums>): readonly (string | number)[][] {
  return [...all.values()].map(({ key, sums }) => [...key, ...sums])
}
