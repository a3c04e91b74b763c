import type { ModelPair } from '../../../../routing/catalogue/model.ts'
import { type FeedbackTrust, isTrustedKey } from '../../feedback-trust.ts'
import type { LabelledRequest } from '../../labelled-request.ts'
import type { LeftOut } from '../cycle-result.ts'
import { hashShare } from './hash-share.ts'

/** Of the rows that decide, the feedback of one key is at most this, if there is feedback of at least `fewestLimitedKeys`. */
const mostOfOneKey = 1 / 3
const fewestLimitedKeys = 3

export type DecidingOptions = FeedbackTrust & {
  readonly pair: ModelPair
  readonly seed: number
  /** Rows without the dollars of both models decide, too. Default: false. */
  readonly withoutUsd?: boolean
}

/**
 * The rows that may calibrate, compare and certify: of a trusted source, with the outcomes and dollars of both models, thinned to a
 * uniform sample, and with no key's feedback above a third of all (`rowsAboveKeyShare`).
 *
 * A row that was drawn for a label with probability p is kept with probability p_min/p, p_min being the least of all rows; volunteered
 * feedback counts as drawn uniformly. The draw depends on the seed and the row's id alone.
 */
export function decidingRows(
  rows: readonly LabelledRequest[],
  { pair, seed, withoutUsd = false, ...trust }: DecidingOptions,
  leaveOut: (row: LabelledRequest, why: LeftOut) => void,
): readonly LabelledRequest[] {
  const keep = (why: LeftOut, holds: (row: LabelledRequest) => boolean) => (row: LabelledRequest) => {
    if (holds(row)) return true
    leaveOut(row, why)
    return false
  }
  const able = rows
    .filter(keep('untrusted', (row) => isTrusted(row, trust)))
    .filter(keep('one-outcome', ({ scores }) => hasBoth(scores, pair)))
    .filter(keep('unpriced', ({ usd }) => withoutUsd || hasBoth(usd, pair)))
  const least = able.reduce((smallest, { propensity }) => Math.min(smallest, propensity ?? 1), 1)
  const uniform = able.filter(
    keep(
      'thinned',
      ({ id, propensity }) => propensity === null || hashShare(seed, 'thin', id) < least / propensity,
    ),
  )
  const excess = rowsAboveKeyShare(uniform, seed)
  return uniform.filter(keep('key-share', (row) => !excess.has(row)))
}

function isTrusted({ source, key }: LabelledRequest, trust: FeedbackTrust): boolean {
  if (source === 'shadow' || source === 'person') return true
  return source === 'feedback' && isTrustedKey(key, trust)
}

function hasBoth(values: Readonly<Record<string, number>>, { strong, weak }: ModelPair): boolean {
  return Number.isFinite(values[strong]) && Number.isFinite(values[weak])
}

/**
 * The rows by which a key's feedback exceeds a third of all that decides. There is no limit for one or two keys: a third each would
 * leave nothing, and to trust them is their operator's decision. What a judge or a person said of a key's requests does not come from
 * the key.
 */
function rowsAboveKeyShare(rows: readonly LabelledRequest[], seed: number): ReadonlySet<LabelledRequest> {
  const ofKeys = new Map<string, LabelledRequest[]>()
  let others = 0
  for (const row of rows) {
    if (row.source !== 'feedback' || row.key === null) others++
    else ofKeys.set(row.key, [...(ofKeys.get(row.key) ?? []), row])
  }
  const excess = new Set<LabelledRequest>()
  if (ofKeys.size < fewestLimitedKeys) return excess
  const most = largestAllowed(
    [...ofKeys.values()].map(({ length }) => length),
    others,
  )
  for (const ofKey of ofKeys.values()) {
    const drawn = ofKey
      .map((row) => ({ row, place: hashShare(seed, 'key-share', row.id) }))
      .sort((one, other) => one.place - other.place)
    for (const { row } of drawn.slice(most)) excess.add(row)
  }
  return excess
}

/** The largest count m with m ≤ (others + Σ min(count, m)) / 3. */
function largestAllowed(counts: readonly number[], others: number): number {
  let most = Math.max(...counts)
  for (;;) {
    const total = counts.reduce((sum, count) => sum + Math.min(count, most), others)
    const allowed = Math.floor(mostOfOneKey * total + 1e-9)
    if (most <= allowed) return most
    most = allowed
  }
}
