import type { StoreUsage, UsageRow } from './usage-row.ts'

/** The usage of a store beside the one that an upstream states. */
export type Reconciliation = {
  /** Whether all tokens, and all dollars that are stated, are equal. */
  readonly agrees: boolean
  readonly rows: readonly ReconciledRow[]
  /** Models of the store on the same days that the upstream states nothing of: those of another upstream. */
  readonly otherModels: readonly string[]
}

export type ReconciledRow = {
  readonly day: string
  readonly model: string
  readonly stated: Totals
  readonly store: Totals
  /** Stated less store; of dollars null if none are stated. */
  readonly difference: Totals
  readonly unreportedCalls: number
  readonly estimatedCalls: number
  readonly shadowCalls: number
}

type Totals = {
  readonly inputTokens: number
  readonly cachedTokens: number
  readonly outputTokens: number
  readonly nanoUsd: number | null
}

/** Compares them by day and model. Rows of the same day and model are added. */
export function reconcile(stated: readonly UsageRow[], store: readonly StoreUsage[]): Reconciliation {
  const days = new Set(stated.map(({ day }) => day))
  const names = new Map(stated.map(({ model }) => [withoutDate(model), withoutDate(model)]))
  const kept = store.filter(({ day }) => days.has(day))
  const known = kept.filter(({ model }) => names.has(withoutDate(model)))
  const keys = new Map<string, { day: string; model: string }>()
  for (const { day, model } of [...stated, ...known])
    keys.set(`${day} ${withoutDate(model)}`, { day, model: withoutDate(model) })
  const rows = [...keys.values()]
    .sort((a, b) => (a.day === b.day ? (a.model < b.model ? -1 : 1) : a.day < b.day ? -1 : 1))
    .map(({ day, model }) => {
      const isOwn = (row: UsageRow) => row.day === day && withoutDate(row.model) === model
      return toRow(day, model, stated.filter(isOwn), known.filter(isOwn))
    })
  return {
    agrees: rows.every(({ difference }) =>
      Object.values(difference).every((value) => value === null || value === 0),
    ),
    rows,
    otherModels: [...new Set(kept.filter((row) => !known.includes(row)).map(({ model }) => model))].sort(),
  }
}

function toRow(
  day: string,
  model: string,
  theirs: readonly UsageRow[],
  ours: readonly StoreUsage[],
): ReconciledRow {
  const isStated = theirs.some(({ nanoUsd }) => nanoUsd !== null)
  const stated = { ...addUp(theirs), nanoUsd: isStated ? sum(theirs, ({ nanoUsd }) => nanoUsd ?? 0) : null }
  const store = { ...addUp(ours), nanoUsd: sum(ours, ({ nanoUsd }) => nanoUsd) }
  return {
    day,
    model,
    stated,
    store,
    difference: {
      inputTokens: stated.inputTokens - store.inputTokens,
      cachedTokens: stated.cachedTokens - store.cachedTokens,
      outputTokens: stated.outputTokens - store.outputTokens,
      nanoUsd: stated.nanoUsd === null ? null : stated.nanoUsd - store.nanoUsd,
    },
    unreportedCalls: sum(ours, ({ unreportedCalls }) => unreportedCalls),
    estimatedCalls: sum(ours, ({ estimatedCalls }) => estimatedCalls),
    shadowCalls: sum(ours, ({ shadowCalls }) => shadowCalls),
  }
}

function addUp(rows: readonly UsageRow[]): Omit<Totals, 'nanoUsd'> {
  return {
    inputTokens: sum(rows, ({ inputTokens }) => inputTokens),
    cachedTokens: sum(rows, ({ cachedTokens }) => cachedTokens),
    outputTokens: sum(rows, ({ outputTokens }) => outputTokens),
  }
}

function sum<Row>(rows: readonly Row[], read: (row: Row) => number): number {
  return rows.reduce((total, row) => total + read(row), 0)
}

/** An upstream states `gpt-5-2025-08-07` for a request of `gpt-5`. */
function withoutDate(model: string): string {
  return model.replace(/-(?:\d{4}-\d{2}-\d{2}|\d{8})$/, '')
}
