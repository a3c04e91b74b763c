import type { RecordedCall } from '../../gateway/request-record.ts'
import type { StoreUsage } from '../../gateway/savings/invoice/usage-row.ts'
import type { Database } from '../database/open-database.ts'

const dayMs = 86_400_000
const rowsOfPage = 2000

/**
 * What the calls of a span of days have used, by day and upstream model.
 *
 * @param days the first and the last, as numbers of days since 1970.
 * @param upstreamOf the upstream's name of a configured model.
 */
export async function readUsage(
  db: Database,
  [first, last]: readonly [first: number, last: number],
  upstreamOf: (model: string) => string,
): Promise<readonly StoreUsage[]> {
  const found = new Map<string, Mutable>()
  const of = (day: number, model: string): Mutable => {
    const key = `${day} ${model}`
    const usage = found.get(key) ?? { ...none, day: new Date(day * dayMs).toISOString().slice(0, 10), model }
    found.set(key, usage)
    return usage
  }
  await addSingleCalls(db, first, last, of, upstreamOf)
  await addFurtherCalls(db, first, last, of, upstreamOf)
  await addShadowCalls(db, first, last, of, upstreamOf)
  return [...found.values()]
}

type Mutable = { -readonly [Key in keyof StoreUsage]: StoreUsage[Key] }
type Of = (day: number, model: string) => Mutable

const none = {
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  nanoUsd: 0,
  calls: 0,
  unreportedCalls: 0,
  estimatedCalls: 0,
  shadowCalls: 0,
}

/** Requests of one call: the columns are those of the call. */
async function addSingleCalls(
  db: Database,
  first: number,
  last: number,
  of: Of,
  upstreamOf: (model: string) => string,
): Promise<void> {
  const rows = await db
    .selectFrom('requests')
    .select(['day', 'model', 'upstream'])
    .select(({ fn, eb, val }) => [
      fn.countAll<number>().as('calls'),
      fn.sum<number>(fn.coalesce('input_tokens', val(0))).as('input'),
      fn.sum<number>(fn.coalesce('cached_input_tokens', val(0))).as('cached'),
      fn.sum<number>(fn.coalesce('output_tokens', val(0))).as('output'),
      fn.sum<number>(fn.coalesce('cost_nanousd', val(0))).as('cost'),
      fn
        .sum<number>(
          eb
            .case()
            // An upstream that refuses, or that cannot be reached, charges nothing.
            .when(
              eb.and([
                eb('input_tokens', 'is', null),
                eb.or([eb('status', '<', 400), eb('status', '=', 499), eb('status', '=', 502)]),
                eb.or([eb('first_byte_us', 'is not', null), eb('status', '=', 499)]),
              ]),
            )
            .then(1)
            .else(0)
            .end(),
        )
        .as('unreported'),
    ])
    .where('day', '>=', first)
    .where('day', '<=', last)
    .where('attempts', '>', 0)
    .where('calls', 'is', null)
    .where('model', 'is not', null)
    .groupBy(['day', 'model', 'upstream'])
    .execute()
  for (const row of rows) {
    const usage = of(row.day, row.upstream ?? upstreamOf(row.model!))
    usage.calls += Number(row.calls)
    usage.inputTokens += Number(row.input)
    usage.cachedTokens += Number(row.cached)
    usage.outputTokens += Number(row.output)
    usage.nanoUsd += Number(row.cost)
    usage.unreportedCalls += Number(row.unreported)
  }
}

/** Requests that list their calls: a cascade, a fallback, a hedge, a retry, one that failed. */
async function addFurtherCalls(
  db: Database,
  first: number,
  last: number,
  of: Of,
  upstreamOf: (model: string) => string,
): Promise<void> {
  let seq = 0
  for (;;) {
    const rows = await db
      .selectFrom('requests')
      .select(['seq', 'day', 'calls'])
      .where('seq', '>', seq)
      .where('day', '>=', first)
      .where('day', '<=', last)
      .where('calls', 'is not', null)
      .orderBy('seq')
      .limit(rowsOfPage)
      .execute()
    for (const { day, calls } of rows)
      for (const call of JSON.parse(calls!) as readonly RecordedCall[])
        if (!call.isRefused) addCall(of(day, upstreamOf(call.model)), call)
    if (rows.length < rowsOfPage) return
    seq = rows.at(-1)!.seq
  }
}

function addCall(usage: Mutable, { tokens, usd, isAborted, firstByteMs }: RecordedCall): void {
  usage.calls++
  usage.nanoUsd += usd === null ? 0 : Math.round(usd * 1e9)
  if (tokens === null) {
    if (firstByteMs !== null || isAborted) usage.unreportedCalls++
    return
  }
  if (isAborted) usage.estimatedCalls++
  usage.inputTokens += tokens.input
  usage.cachedTokens += tokens.cachedInput
  usage.outputTokens += tokens.output
}

async function addShadowCalls(
  db: Database,
  first: number,
  last: number,
  of: Of,
  upstreamOf: (model: string) => string,
): Promise<void> {
  const rows = await db
    .selectFrom('shadow_pairs')
    .select(['day', 'other_model', 'judge', 'cost_nanousd', 'judge_cost_nanousd'])
    .where('day', '>=', first)
    .where('day', '<=', last)
    .execute()
  for (const row of rows) {
    if (row.cost_nanousd !== null) addShadow(of(row.day, upstreamOf(row.other_model)), row.cost_nanousd)
    if (row.judge !== null && row.judge_cost_nanousd !== null && row.judge_cost_nanousd > 0)
      addShadow(of(row.day, upstreamOf(row.judge)), row.judge_cost_nanousd)
  }
}

function addShadow(usage: Mutable, nanoUsd: number): void {
  usage.nanoUsd += nanoUsd
  usage.shadowCalls++
}
