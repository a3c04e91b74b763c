import { nameKinds } from '../../../totals/statements.ts'
import type { UsageSums } from '../../answers.ts'
import type { NameKind } from '../usage-source.ts'

export type Sums = UsageSums & { readonly rescued: number }
export type NameTotals = ReturnType<typeof createNameTotals>

export const sumNames = [
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

const allSumNames = [...sumNames, 'rescued'] as const

function pickSums(row: Sums): Record<keyof Sums, number> {
  return Object.fromEntries(allSumNames.map((name) => [name, row[name]])) as Record<keyof Sums, number>
}

/** The sums of each name of a kind, which are added up. */
export function createNameTotals() {
  const totals = new Map(nameKinds.map((kind) => [kind, new Map<string, Record<keyof Sums, number>>()]))
  return {
    of: (kind: NameKind) => totals.get(kind)!,
    add(kind: NameKind, name: string, sums: Sums): void {
      const ofKind = totals.get(kind)!
      const before = ofKind.get(name)
      if (before === undefined) ofKind.set(name, pickSums(sums))
      else for (const each of allSumNames) before[each] += sums[each]
    },
  }
}
