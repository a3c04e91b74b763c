import type { Turn, TurnCosts } from './session-costs.ts'

/** What a session has cost. Dollars leave out what is not known. */
export type SessionTotals = {
  readonly usd: number
  /** Turns whose dollars are not known. */
  readonly unpriced: number
  readonly inputTokens: number
  /** Of `inputTokens`, those that were read from caches. */
  readonly cachedTokens: number
  readonly switches: number
  /** What caches cost that were cold because of a switch. */
  readonly switchUsd: number
  /** Switches whose dollars are not known. */
  readonly unpricedSwitches: number
  /** What routing has saved of the turns that can be compared; negative if it cost more. */
  readonly saved: SessionSaving
}

export type SessionSaving = {
  /** Turns that are compared with the baseline. */
  readonly counted: number
  readonly savedUsd: number
  readonly baselineUsd: number
  /** The models that they are compared with. */
  readonly baselines: readonly string[]
}

/** @param costs of these turns, as `findTurnCosts` gives them. */
export function sumTurnCosts(turns: readonly Turn[], costs: readonly TurnCosts[]): SessionTotals {
  const total = { usd: 0, unpriced: 0, inputTokens: 0, cachedTokens: 0 }
  for (const { usd, tokens } of turns) {
    if (usd === null) total.unpriced++
    else total.usd += usd
    total.inputTokens += tokens?.input ?? 0
    total.cachedTokens += tokens?.cachedInput ?? 0
  }
  const switches = costs.flatMap((each) => (each.switch === null ? [] : [each.switch]))
  const counted = costs.flatMap(({ saving }) => (saving.kind === 'counted' ? [saving] : []))
  const baselineUsd = counted.reduce((sum, each) => sum + each.baselineUsd, 0)
  return {
    ...total,
    switches: switches.length,
    switchUsd: switches.reduce((sum, { coldUsd }) => sum + (coldUsd ?? 0), 0),
    unpricedSwitches: switches.filter(({ coldUsd }) => coldUsd === null).length,
    saved: {
      counted: counted.length,
      savedUsd: baselineUsd - counted.reduce((sum, { usd }) => sum + usd, 0),
      baselineUsd,
      baselines: [...new Set(counted.map(({ baseline }) => baseline))],
    },
  }
}
