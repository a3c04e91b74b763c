import type { Database } from '../database/open-database.ts'
import { createRowWriter } from '../database/row-writer.ts'

const hourMs = 3_600_000
const sums = ['requests', 'errors', 'unpriced', 'input_tokens', 'output_tokens', 'cost_nanousd']
const writeTags = createRowWriter({
  table: 'tag_hours',
  columns: ['hour', 'tag', ...sums],
  key: ['hour', 'tag'],
  added: sums,
})

/** Adds the requests after one `seq` up to another to the totals of their tags. Here, because SQL has no common way into JSON. */
export async function addTags(db: Database, after: number, last: number): Promise<void> {
  const rows = await db
    .selectFrom('requests')
    .select(['time', 'tags', 'status', 'cost_nanousd', 'input_tokens', 'output_tokens'])
    .where('seq', '>', after)
    .where('seq', '<=', last)
    .where('tags', 'is not', null)
    .execute()
  const totals = new Map<string, (string | number)[]>()
  for (const row of rows) {
    const hour = Math.floor(row.time / hourMs)
    const added = [
      1,
      row.status >= 400 ? 1 : 0,
      row.cost_nanousd === null ? 1 : 0,
      row.input_tokens ?? 0,
      row.output_tokens ?? 0,
      row.cost_nanousd ?? 0,
    ]
    for (const tag of new Set(JSON.parse(row.tags ?? '[]') as string[])) {
      const id = `${hour} ${tag}`
      const before = totals.get(id)?.slice(2) ?? []
      totals.set(id, [hour, tag, ...added.map((value, index) => value + Number(before[index] ?? 0))])
    }
  }
  await writeTags(db, [...totals.values()])
}
