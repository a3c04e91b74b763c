import { isAbove } from '../../../../base/math/decimals.ts'
import type { ModelPair } from '../../../../routing/catalogue/model.ts'
import type { LabelledRequest } from '../../labelled-request.ts'
import type { HeldOutSession, RoutedOutcome } from '../../promotion/decide-promotion.ts'

/** A row that neither router was trained on, with the win rates of both and what each model's answer is worth. */
export type HeldOutRow = {
  readonly id: string
  readonly session: string
  readonly candidate: number
  /** The router in service sends it to the strong model. */
  readonly inServiceStrong: boolean
  readonly strong: RoutedOutcome
  readonly weak: RoutedOutcome
  readonly weakLoses: boolean
}

/** @param lossMargin see `CycleOptions`. */
export function toHeldOutRow(
  { id, session, scores, usd }: LabelledRequest,
  { strong, weak }: ModelPair,
  winRates: { readonly candidate: number; readonly inServiceStrong: boolean },
  lossMargin: number,
): HeldOutRow {
  const outcomeOf = (model: string) => ({ quality: scores[model]!, usd: usd[model]! })
  return {
    id,
    session,
    ...winRates,
    strong: outcomeOf(strong),
    weak: outcomeOf(weak),
    weakLoses: isAbove(scores[strong]!, scores[weak]! + lossMargin),
  }
}

/** Each session as both routers would have answered it: mean quality and summed dollars. */
export function compareSessions(rows: readonly HeldOutRow[], threshold: number): readonly HeldOutSession[] {
  const sessions = new Map<string, { readonly rows: HeldOutRow[] }>()
  for (const row of rows) {
    const known = sessions.get(row.session)
    if (known === undefined) sessions.set(row.session, { rows: [row] })
    else known.rows.push(row)
  }
  return [...sessions.values()].map(({ rows: ofSession }) => ({
    candidate: sessionOutcome(ofSession, ({ candidate }) => candidate >= threshold),
    inService: sessionOutcome(ofSession, ({ inServiceStrong }) => inServiceStrong),
  }))
}

function sessionOutcome(rows: readonly HeldOutRow[], isStrong: (row: HeldOutRow) => boolean): RoutedOutcome {
  let quality = 0
  let usd = 0
  for (const row of rows) {
    const outcome = isStrong(row) ? row.strong : row.weak
    quality += outcome.quality
    usd += outcome.usd
  }
  return { quality: quality / rows.length, usd }
}
