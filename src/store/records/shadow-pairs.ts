import type { Database } from '../database/open-database.ts'

/** What shadow calls have shown and cost. */
export type ShadowSummary = {
  readonly pairs: number
  /** By verdict: `model`, `other`, `tie`. */
  readonly verdicts: Readonly<Record<string, number>>
  /** By problem, of the pairs without a verdict. */
  readonly problems: Readonly<Record<string, number>>
  /** Dollars of the other models' calls and of the judge's, as far as they are known. */
  readonly otherUsd: number
  readonly judgeUsd: number
  /** Pairs of which a cost is not known. */
  readonly unpriced: number
}

/** @param since milliseconds since 1970. */
export async function summariseShadowPairs(db: Database, since: number): Promise<ShadowSummary> {
  const rows = await db
    .selectFrom('shadow_pairs')
    .select(({ fn, eb, val }) => [
      'verdict',
      'problem',
      fn.countAll<number>().as('pairs'),
      fn.sum<number>(fn.coalesce('cost_nanousd', val(0))).as('other'),
      fn.sum<number>(fn.coalesce('judge_cost_nanousd', val(0))).as('judge'),
      fn
        .sum<number>(
          eb
            .case()
            .when(eb.or([eb('cost_nanousd', 'is', null), eb('judge_cost_nanousd', 'is', null)]))
            .then(1)
            .else(0)
            .end(),
        )
        .as('unpriced'),
    ])
    .where('time', '>=', since)
    .groupBy(['verdict', 'problem'])
    .execute()
  const verdicts: Record<string, number> = {}
  const problems: Record<string, number> = {}
  const total = { pairs: 0, otherUsd: 0, judgeUsd: 0, unpriced: 0 }
  for (const { verdict, problem, pairs, other, judge, unpriced } of rows) {
    if (verdict !== null) verdicts[verdict] = (verdicts[verdict] ?? 0) + Number(pairs)
    else if (problem !== null) problems[problem] = (problems[problem] ?? 0) + Number(pairs)
    total.pairs += Number(pairs)
    total.otherUsd += Number(other) / 1e9
    total.judgeUsd += Number(judge) / 1e9
    total.unpriced += Number(unpriced)
  }
  return { verdicts, problems, ...total }
}

/** What the two models of a request cost, in dollars; a cost that is not known is absent. */
export async function readShadowUsd(
  db: Database,
  requestIds: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>> {
  const found = new Map<string, Record<string, number>>()
  for (let at = 0; at < requestIds.length; at += idsOfStatement) {
    const rows = await db
      .selectFrom('shadow_pairs')
      .select(['request_id', 'model', 'other_model', 'model_cost_nanousd', 'cost_nanousd'])
      .where('request_id', 'in', requestIds.slice(at, at + idsOfStatement))
      .execute()
    for (const row of rows) {
      const usd: Record<string, number> = {}
      if (row.model_cost_nanousd !== null) usd[row.model] = row.model_cost_nanousd / 1e9
      if (row.cost_nanousd !== null) usd[row.other_model] = row.cost_nanousd / 1e9
      found.set(row.request_id, usd)
    }
  }
  return found
}

const idsOfStatement = 500
