import { CompiledQuery } from '../../database/kysely.ts'
import type { Database } from '../../database/open-database.ts'
import type { NamedSums, Usage, UsageBucket, UsageFilter, UsageSums } from '../answers.ts'
import { requestConditions } from './request-conditions.ts'
import { isOfModelOnly, type Sql, sumColumns, usageSource, wholeHours } from './usage-source.ts'

const hourMs = 3_600_000

/** Sums of a time by bucket, model, kind of work, policy and key. */
export async function readUsage(db: Database, filter: UsageFilter): Promise<Usage> {
  const source = usageSource(filter)
  const bucketHours = findBucketHours(filter)
  const run = async <Row>(rest: string): Promise<readonly Row[]> => {
    const query = CompiledQuery.raw(`${source.sql} ${rest}`, [...source.parameters])
    return (await db.executeQuery<Row>(query)).rows
  }
  const named = (column: string) =>
    run<NamedSums>(
      `select ${column} as name, ${sumColumns} from usage group by ${column} order by requests desc, name limit 200`,
    )
  const cells = await run<UsageSums & { bucket: number; model: string }>(
    `select hour / ${bucketHours} as bucket, model, ${sumColumns} from usage group by bucket, model order by bucket`,
  )
  return {
    total: addSums(cells),
    rescued: await countRescued(db, filter),
    buckets: toBuckets(cells, bucketHours),
    bucketMs: bucketHours * hourMs,
    models: await named('model'),
    tasks: await named('task'),
    policies: await named('policy'),
    keys: await named('key'),
  }
}

async function countRescued(db: Database, filter: UsageFilter): Promise<number> {
  const { from, to } = wholeHours(filter)
  const { sql, parameters } = isOfModelOnly(filter)
    ? {
        sql: `select sum(requests) as count from outcome_hours where hour >= ? and hour < ? and status < 400
          and fallback <> ''${filter.model === undefined ? '' : ' and model = ?'}`,
        parameters: [from, to, ...(filter.model === undefined ? [] : [filter.model])],
      }
    : countOf(requestConditions({ ...filter, fallback: true, status: 'ok' }))
  const { rows } = await db.executeQuery<{ count: number | null }>(CompiledQuery.raw(sql, [...parameters]))
  return rows[0]?.count ?? 0
}

function countOf({ sql, parameters }: Sql): Sql {
  return { sql: `select count(*) as count from requests where ${sql}`, parameters }
}

/** Hours of a bucket: at most some 60 buckets, and days at their bounds in UTC. */
function findBucketHours({ from, to }: UsageFilter): number {
  const hours = (to - from) / hourMs
  return [1, 3, 6, 24].find((each) => hours / each <= 60) ?? 24 * Math.ceil(hours / 24 / 60)
}

function toBuckets(
  cells: readonly (UsageSums & { readonly bucket: number; readonly model: string })[],
  bucketHours: number,
): UsageBucket[] {
  const groups = new Map<number, (typeof cells)[number][]>()
  for (const cell of cells) {
    const group = groups.get(cell.bucket)
    if (group === undefined) groups.set(cell.bucket, [cell])
    else group.push(cell)
  }
  return Array.from(groups, ([bucket, group]) => ({
    time: bucket * bucketHours * hourMs,
    models: Object.fromEntries(group.map(({ model, requests }) => [model, requests])),
    ...addSums(group),
  }))
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
