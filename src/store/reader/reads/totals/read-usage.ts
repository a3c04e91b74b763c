import { CompiledQuery } from '../../../database/kysely.ts'
import type { Database } from '../../../database/open-database.ts'
import { nameKinds } from '../../../totals/statements.ts'
import type { NamedSums, Usage, UsageBucket, UsageFilter, UsageSums } from '../../answers.ts'
import {
  type NameKind,
  nameSource,
  type Part,
  type Sql,
  splitTime,
  sumColumns,
  usageSource,
  wholeHours,
} from '../usage-source.ts'
import { createNameTotals, type NameTotals, type Sums, sumNames } from './name-totals.ts'

const hourMs = 3_600_000

/** Sums of a time by bucket, model, kind of work, policy and key. */
export async function readUsage(db: Database, filter: UsageFilter): Promise<Usage> {
  const bucketHours = findBucketHours(filter)
  const isDaily = bucketHours % 24 === 0
  const cells: Cell[] = []
  const totals = createNameTotals()
  for (const part of splitTime(wholeHours(filter), true)) {
    const ofPart = await readNames(db, filter, part)
    for (const kind of nameKinds) for (const [name, sums] of ofPart.of(kind)) totals.add(kind, name, sums)
    // Hours beside whole days are of one day, so the sums of its models are its cells.
    if (isDaily && part.unit === 'hour')
      for (const [model, sums] of ofPart.of('model')) cells.push({ hour: part.from, model, ...sums })
    else cells.push(...(await readCells(db, filter, isDaily ? part : toHours(part))))
  }
  const byName = (kind: NameKind): NamedSums[] =>
    Array.from(totals.of(kind), ([name, { rescued: _, ...sums }]) => ({ name, ...sums }))
      .toSorted((a, b) => b.requests - a.requests || (a.name < b.name ? -1 : 1))
      .slice(0, mostNames)
  return {
    total: addSums(cells),
    rescued: cells.reduce((sum, { rescued }) => sum + rescued, 0),
    buckets: toBuckets(cells, bucketHours),
    bucketMs: bucketHours * hourMs,
    models: byName('model'),
    tasks: byName('task'),
    policies: byName('policy'),
    keys: byName('key'),
  }
}

/** The sums of a model in an hour, or in the day that begins with it. */
type Cell = Sums & { readonly hour: number; readonly model: string }
const mostNames = 200
const allSums = `sum(rescued) as rescued, ${sumColumns}`

function toHours({ unit, from, to }: Part): Part {
  return unit === 'hour' ? { unit, from, to } : { unit: 'hour', from: from * 24, to: to * 24 }
}

/** In the order of time. */
async function readCells(db: Database, filter: UsageFilter, part: Part): Promise<readonly Cell[]> {
  const ofModels = nameSource(filter, ['model'], part)
  // By the hour, which is the order of the index, so that SQLite sorts nothing.
  return ofModels === null
    ? run(
        db,
        usageSource(filter, part),
        `select hour, model, ${allSums} from usage group by hour, model order by hour`,
      )
    : run(db, ofModels, `select hour, name as model, ${allSums} from usage group by hour, name order by hour`)
}

/** The sums of each name. Those that no totals have are added up here from the combinations of names, which are read once. */
async function readNames(db: Database, filter: UsageFilter, part: Part): Promise<NameTotals> {
  const totals = createNameTotals()
  const ofNames = nameSource(filter, nameKinds, part)
  if (ofNames !== null) {
    const rows = await run<Sums & { readonly kind: NameKind; readonly name: string }>(
      db,
      ofNames,
      `select kind, name, ${allSums} from usage group by kind, name`,
    )
    for (const row of rows) totals.add(row.kind, row.name, row)
    return totals
  }
  const rows = await run<Sums & Readonly<Record<NameKind, string>>>(
    db,
    usageSource(filter, part),
    `select model, policy, key, task, ${allSums} from usage group by model, policy, key, task`,
  )
  for (const row of rows) for (const kind of nameKinds) totals.add(kind, row[kind], row)
  return totals
}

async function run<Row>(db: Database, source: Sql, rest: string): Promise<readonly Row[]> {
  const query = CompiledQuery.raw(`${source.sql} ${rest}`, [...source.parameters])
  return (await db.executeQuery<Row>(query)).rows
}

/** Hours of a bucket: at most some 60 buckets, and days at their bounds in UTC. Of a tag there are totals of days only. */
function findBucketHours({ from, to, tag }: UsageFilter): number {
  const hours = (to - from) / hourMs
  return (
    (tag === undefined ? [1, 3, 24] : hours <= 48 ? [1] : [24]).find((each) => hours / each <= 60) ??
    24 * Math.ceil(hours / 24 / 60)
  )
}

function toBuckets(cells: readonly Cell[], bucketHours: number): UsageBucket[] {
  const groups = new Map<number, Cell[]>()
  for (const cell of cells) {
    const bucket = Math.floor(cell.hour / bucketHours)
    const group = groups.get(bucket)
    if (group === undefined) groups.set(bucket, [cell])
    else group.push(cell)
  }
  return Array.from(groups, ([bucket, group]) => ({
    time: bucket * bucketHours * hourMs,
    models: countModels(group),
    rescued: group.reduce((sum, { rescued }) => sum + rescued, 0),
    ...addSums(group),
  }))
}

function countModels(cells: readonly Cell[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { model, requests } of cells) counts.set(model, (counts.get(model) ?? 0) + requests)
  return Object.fromEntries(counts)
}

function addSums(rows: readonly UsageSums[]): UsageSums {
  const sums = Object.fromEntries(sumNames.map((name) => [name, 0])) as Record<keyof UsageSums, number>
  for (const row of rows) for (const name of sumNames) sums[name] += row[name]
  return sums
}
