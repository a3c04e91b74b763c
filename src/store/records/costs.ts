import type { CostedRequest } from '../../gateway/savings/costed-request.ts'
import type { Database } from '../database/open-database.ts'

const rowsOfPage = 5000

/** Requests of a time, of a key and of a tag. The empty name stands for none. */
export type CostedFilter = {
  readonly to?: number | undefined
  readonly key?: string | undefined
  readonly tag?: string | undefined
}

/** What requests have cost, in the order in which they were kept, a page in memory at a time. @param since milliseconds since 1970. */
export async function* readCostedRequests(
  db: Database,
  since: number,
  { to, key, tag }: CostedFilter = {},
): AsyncGenerator<readonly CostedRequest[]> {
  let last = 0
  for (;;) {
    const rows = await db
      .selectFrom('requests')
      .$if(to !== undefined, (query) => query.where('time', '<', to!))
      .$if(key !== undefined, (query) =>
        query.where('key', key === '' ? 'is' : '=', key === '' ? null : key!),
      )
      .$if(tag !== undefined, (query) =>
        query.where(({ fn, val }) => fn<number>('instr', ['tags', val(JSON.stringify(tag))]), '>', 0),
      )
      .select(['seq', 'time', 'session', 'policy', 'router', 'model', 'status', 'cost_nanousd'])
      .select(['first_byte_us', 'input_tokens', 'cached_input_tokens', 'output_tokens'])
      .select(['cache_write_input_tokens', 'cache_write_1h_input_tokens'])
      .where('seq', '>', last)
      .where('time', '>=', since)
      .orderBy('seq')
      .limit(rowsOfPage)
      .execute()
    if (rows.length > 0)
      yield rows.map((row) => ({
        time: row.time,
        session: row.session,
        policy: row.policy,
        router: row.router,
        model: row.model,
        status: row.status,
        tokens:
          row.input_tokens === null
            ? null
            : {
                input: row.input_tokens,
                cachedInput: row.cached_input_tokens ?? 0,
                cacheWriteInput: row.cache_write_input_tokens ?? 0,
                cacheWrite1hInput: row.cache_write_1h_input_tokens ?? 0,
                output: row.output_tokens ?? 0,
              },
        usd: row.cost_nanousd === null ? null : row.cost_nanousd / 1e9,
        hasHead: row.first_byte_us !== null,
      }))
    if (rows.length < rowsOfPage) return
    last = rows.at(-1)!.seq
  }
}

/** Answers of two models to the same requests: shadow calls. Sums over the pairs whose dollars are known. */
export type ShadowLengths = {
  readonly model: string
  readonly otherModel: string
  readonly pairs: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Of the other model's calls. */
  readonly otherUsd: number
}

/** @param since milliseconds since 1970. */
export async function readShadowLengths(db: Database, since: number): Promise<readonly ShadowLengths[]> {
  const rows = await db
    .selectFrom('shadow_pairs')
    .innerJoin('requests', 'requests.id', 'shadow_pairs.request_id')
    .select(['shadow_pairs.model as model', 'shadow_pairs.other_model as other'])
    .select(({ fn }) => [
      fn.countAll<number>().as('pairs'),
      fn.sum<number>('requests.input_tokens').as('input'),
      fn.sum<number>('requests.output_tokens').as('output'),
      fn.sum<number>('shadow_pairs.cost_nanousd').as('cost'),
    ])
    .where('shadow_pairs.time', '>=', since)
    .where('shadow_pairs.cost_nanousd', 'is not', null)
    .where('requests.output_tokens', 'is not', null)
    .whereRef('requests.model', '=', 'shadow_pairs.model')
    .groupBy(['shadow_pairs.model', 'shadow_pairs.other_model'])
    .execute()
  return rows.map(({ model, other, pairs, input, output, cost }) => ({
    model,
    otherModel: other,
    pairs: Number(pairs),
    inputTokens: Number(input),
    outputTokens: Number(output),
    otherUsd: Number(cost) / 1e9,
  }))
}
