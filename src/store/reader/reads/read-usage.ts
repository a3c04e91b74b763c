import { CompiledQuery } from '../../database/kysely.ts'
import type { Database } from '../../database/open-database.ts'
import type { NamedSums, Usage, UsageBucket, UsageFilter, UsageSums } from '../answers.ts'
import { type Sql, splitTime, sumColumns, usageSource, wholeHours } from './usage-source.ts'

const hourMs = 3_600_000

/** Sums of a time by bucket, model, kind of work, policy and key. */
export async function readUsage(db: Database, filter: UsageFilter): Promise<Usage> {
  const bucketHours = findBucketHours(filter)
  const buckets = usageSource(filter, bucketHours % 24 === 0, true)
  // By the hour, which is the order of the index, so that SQLite sorts nothing.
  const cells = await run<Cell>(
    db,
    buckets,
    `select hour, model, sum(rescued) as rescued, ${sumColumns} from usage group by hour, model order by hour`,
  )
  const byName = await readNames(db, filter)
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
type Cell = UsageSums & { readonly hour: number; readonly model: string; readonly rescued: number }

type NameKind = 'model' | 'task' | 'policy' | 'key'
const mostNames = 200

/**
 * The sums of each name. Those of all requests are in a table of their own for whole days; others are added up here from the
 * combinations of names, which are read once.
 */
async function readNames(db: Database, filter: UsageFilter): Promise<(kind: NameKind) => NamedSums[]> {
  const { model, policy, key, tag } = filter
  const isFiltered = [model, policy, key, tag].some((each) => each !== undefined)
  const parts = splitTime(wholeHours(filter), true)
  const found = { model: new Map(), task: new Map(), policy: new Map(), key: new Map() } as Readonly<
    Record<NameKind, Map<string, Record<keyof UsageSums, number>>>
  >
  const add = (kind: NameKind, name: string, sums: UsageSums) => {
    const before = found[kind].get(name)
    if (before === undefined) found[kind].set(name, { ...sums })
    else for (const each of sumNames) before[each] += sums[each]
  }
  for (const { unit, from, to } of parts) {
    const unitMs = unit === 'day' ? 24 * hourMs : hourMs
    if (unit === 'day' && !isFiltered) {
      const source = { sql: '', parameters: [from, to] }
      const rows = await run<UsageSums & { kind: NameKind; name: string }>(
        db,
        source,
        `select kind, name, ${sumColumns} from name_days where day >= ? and day < ? group by kind, name`,
      )
      for (const { kind, name, ...sums } of rows) add(kind, name, sums)
      continue
    }
    const source = usageSource({ ...filter, from: from * unitMs, to: to * unitMs }, unit === 'day')
    const rows = await run<UsageSums & Record<NameKind, string>>(
      db,
      source,
      `select model, policy, key, task, ${sumColumns} from usage group by model, policy, key, task`,
    )
    for (const { model: ofModel, policy: ofPolicy, key: ofKey, task, ...sums } of rows) {
      add('model', ofModel, sums)
      add('policy', ofPolicy, sums)
      add('key', ofKey, sums)
      add('task', task, sums)
    }
  }
  return (kind) =>
    Array.from(found[kind], ([name, sums]) => ({ name, ...sums }))
      .toSorted((a, b) => b.requests - a.requests || (a.name < b.name ? -1 : 1))
      .slice(0, mostNames)
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

const sumNames = [
  'requests',
  'errors',
  'fallbacks',
  'unpriced',
  'inputTokens',
  'cachedInputTokens',
  'outputTokens',
  'usd',
  'overheadMs',
] as const satisfies readonly (keyof UsageSums)[]

function addSums(rows: readonly UsageSums[]): UsageSums {
  const sums = Object.fromEntries(sumNames.map((name) => [name, 0])) as Record<keyof UsageSums, number>
  for (const row of rows) for (const name of sumNames) sums[name] += row[name]
  return sums
}
