import type { Database } from '../database/open-database.ts'
import { createRowWriter } from '../database/row-writer.ts'
import { nameKinds } from './statements.ts'
import { isUnpriced } from './unpriced.ts'

const dayMs = 86_400_000
const names = ['tag', 'model', 'policy', 'router', 'key', 'task'] as const
const sums = [
  ...['requests', 'errors', 'fallbacks', 'unpriced', 'input_tokens', 'cached_input_tokens', 'output_tokens'],
  ...['cost_nanousd', 'overhead_us', 'total_us', 'rescued'],
]
const writeTags = createRowWriter({
  table: 'tag_days',
  columns: ['day', ...names, ...sums],
  key: ['day', ...names],
  added: sums,
})
const nameKey = ['tag', 'day', 'kind', 'name']
const writeNames = createRowWriter({
  table: 'tag_name_days',
  columns: [...nameKey, ...sums],
  key: nameKey,
  added: sums,
})

/** Adds the requests after one `seq` up to another to the totals of their tags. Here, because SQL has no common way into JSON. */
export async function addTags(db: Database, after: number, last: number): Promise<void> {
  const rows = await db
    .selectFrom('requests')
    .select(['time', 'tags', 'status', 'fallback', 'model', 'policy', 'router', 'key', 'task'])
    .select([
      'cost_nanousd',
      'input_tokens',
      'cached_input_tokens',
      'output_tokens',
      'overhead_us',
      'first_byte_us',
      'total_us',
    ])
    .where('seq', '>', after)
    .where('seq', '<=', last)
    .where('tags', 'is not', null)
    .execute()
  const ofTags = createTotals()
  const ofNames = createTotals()
  for (const row of rows) {
    const ofRow = [row.model, row.policy, row.router, row.key, row.task].map((name) => name ?? '')
    const added = [
      1,
      Number(row.status >= 400),
      Number(row.fallback !== null),
      Number(isUnpriced(row)),
      row.input_tokens ?? 0,
      row.cached_input_tokens ?? 0,
      row.output_tokens ?? 0,
      row.cost_nanousd ?? 0,
      row.overhead_us ?? 0,
      row.total_us,
      Number(row.fallback !== null && row.status < 400),
    ]
    const day = Math.floor(row.time / dayMs)
    for (const tag of new Set(JSON.parse(row.tags ?? '[]') as string[])) {
      ofTags.add([day, tag, ...ofRow], added)
      for (const kind of nameKinds) ofNames.add([tag, day, kind, row[kind] ?? ''], added)
    }
  }
  await writeTags(db, ofTags.rows())
  await writeNames(db, ofNames.rows())
}

/** Rows of sums, each key once. */
function createTotals() {
  const totals = new Map<string, { readonly key: readonly unknown[]; readonly sums: number[] }>()
  return {
    add(key: readonly unknown[], added: readonly number[]): void {
      const id = JSON.stringify(key)
      const total = totals.get(id)
      if (total === undefined) totals.set(id, { key, sums: [...added] })
      else for (const [index, value] of added.entries()) total.sums[index]! += value
    },
    rows: () => Array.from(totals.values(), (total) => [...total.key, ...total.sums]),
  }
}
