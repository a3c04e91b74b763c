import type { TokenSums } from '../../../../gateway/energy/estimate-energy.ts'
import { CompiledQuery } from '../../../database/kysely.ts'
import type { Database } from '../../../database/open-database.ts'
import type { UsageFilter } from '../../answers.ts'
import { usageSource } from '../usage-source.ts'

/** Tokens of a time by what decided them, from the totals. The first and the last hour are whole. */
export async function readTokens(db: Database, filter: UsageFilter): Promise<readonly TokenSums[]> {
  const { sql, parameters } = usageSource(filter, true)
  const query = CompiledQuery.raw(
    `${sql} select model, policy, router, sum(input_tokens) as inputTokens,
      sum(cached_input_tokens) as cachedInputTokens, sum(output_tokens) as outputTokens
      from usage where model <> '' group by model, policy, router`,
    [...parameters],
  )
  return (await db.executeQuery<TokenSums>(query)).rows
}
