import { createLengthRatio } from '../../../../gateway/savings/length-ratio.ts'
import type { LengthRatio } from '../../../../gateway/savings/savings-meter.ts'
import { findToleranceSteps } from '../../../../routing/calibration/tolerance/steps.ts'
import type { Model } from '../../../../routing/catalogue/model.ts'
import type { Database } from '../../../database/open-database.ts'
import type { EntryCandidate } from '../../../entries/entry.ts'
import { ownThresholdColumn } from '../../../entries/pace.ts'
import { readShadowLengths } from '../../../records/costs.ts'
import type { CurveQuery } from '../../answers/curve.ts'

/** Columns of `requests`. */
export const curveColumns = `session, model, side, strong_win_rate as winRate, ${ownThresholdColumn} as threshold, propensity,
  cost_nanousd as cost, input_tokens as input, cached_input_tokens as cached, cache_write_input_tokens as written,
  cache_write_1h_input_tokens as written1h, output_tokens as output`

export type CurveRow = {
  readonly session: string | null
  readonly model: string | null
  readonly side: string | null
  readonly winRate: number | null
  /** The policy's own. */
  readonly threshold: number | null
  readonly propensity: number | null
  readonly cost: number | null
  readonly input: number | null
  readonly cached: number | null
  readonly written: number | null
  readonly written1h: number | null
  readonly output: number | null
  /** JSON. Read for tolerances only. */
  readonly candidates?: string | null
}

/** Which model answers at which settings: the first one, and another one above each step. */
export type CurveChoices = {
  readonly kind: 'scored' | 'held' | 'unscored'
  /** The name of the model; null if it is not known. */
  readonly first: string | null
  /** By rising `at`: the model answers where the setting is above it. */
  readonly steps: readonly { readonly at: number; readonly model: string }[]
  /** The model that was decided for; what failed later is paid at each setting. */
  readonly decided: string | null
}

export type FindChoices = (row: CurveRow) => CurveChoices

const noSteps: CurveChoices['steps'] = []

/**
 * A pair's strong model answers where the threshold is at most the win rate. What its conversation or the pace of a budget gave to
 * a model, against the comparison with the policy's own threshold, stays there at each threshold; what was drawn at random does not.
 */
export function findPairChoices(
  { side, winRate, threshold, propensity, model }: CurveRow,
  [strong, weak]: readonly Model[],
): CurveChoices {
  const decided = side === 'strong' ? strong : side === 'weak' ? weak : undefined
  const name = decided?.name ?? model
  if (winRate === null || strong === undefined || weak === undefined)
    return { kind: 'unscored', first: name, steps: noSteps, decided: name }
  const isHeld =
    propensity === null && threshold !== null && winRate >= threshold !== (side === 'strong') && side !== null
  if (isHeld) return { kind: 'held', first: name, steps: noSteps, decided: name }
  return {
    kind: 'scored',
    first: strong.name,
    steps: [{ at: winRate, model: weak.name }],
    decided: name,
  }
}

/**
 * The cheapest candidate within each tolerance, by the scores and the expected dollars that were kept. `threshold` has the
 * tolerance if it was kept.
 */
export function findToleranceChoices({
  candidates,
  model,
}: Pick<CurveRow, 'candidates' | 'model'>): CurveChoices {
  const all = candidates == null ? [] : (JSON.parse(candidates) as readonly EntryCandidate[])
  const able = all.filter(({ excluded, score }) => excluded === null && score !== null)
  if (able.length === 0) return { kind: 'unscored', first: model, steps: noSteps, decided: model }
  const [best, ...steps] = findToleranceSteps(
    able.map(({ score }) => score!),
    able.map(({ usd }) => usd),
  )
  return {
    kind: 'scored',
    first: able[best!.candidate]!.model,
    // The loss itself is within the tolerance.
    steps: steps.map(({ from, candidate }) => ({ at: from - 2e-9, model: able[candidate]!.model })),
    decided: model,
  }
}

export async function readLengthRatio(db: Database, { from, models }: CurveQuery): Promise<LengthRatio> {
  return createLengthRatio(await readShadowLengths(db, from), models)
}
