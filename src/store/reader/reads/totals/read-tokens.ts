import type { TokenSums } from '../../../../gateway/energy/estimate-energy.ts'
import { CompiledQuery } from '../../../database/kysely.ts'
import type { Database } from '../../../database/open-database.ts'
import type { UsageFilter } from '../../answers.ts'
import { nameConditions, type Sql, splitTime, usageSource, wholeHours } from '../usage-source.ts'

const sums = `sum(input_tokens) as inputTokens, sum(cached_input_tokens) as cachedInputTokens,
  sum(output_tokens) as outputTokens`

/**
 * Tokens of a time by what decided them, from the totals: a row for each day or hour, in the order of the tables' keys, so that
 * nothing is sorted. The first and the last hour are whole.
 */
export async function readTokens(db: Database, filter: UsageFilter): Promise<readonly TokenSums[]> {
  const rows: TokenSums[] = []
  for (const { unit, from, to } of splitTime(wholeHours(filter), true)) {
    const { sql, parameters } = selectSums(filter, unit, from, to)
    rows.push(...(await db.executeQuery<TokenSums>(CompiledQuery.raw(sql, [...parameters]))).rows)
  }
  return rows
}

function selectSums(filter: UsageFilter, unit: 'hour' | 'day', from: number, to: number): Sql {
  if (filter.tag === undefined) {
    const { sql, parameters } = nameConditions(filter)
    return {
      sql: `select model, policy, router, ${sums} from usage_${unit}s where ${unit} >= ? and ${unit} < ? and model <> ''${sql}
        group by ${unit}, model, policy, router`,
      parameters: [from, to, ...parameters],
    }
  }
  const ofTag = usageSource(filter, { unit, from, to })
  return {
    sql: `${ofTag.sql} select model, policy, router, ${sums} from usage where model <> '' group by model, policy, router`,
    parameters: ofTag.parameters,
  }
}
