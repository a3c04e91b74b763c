import { rankDrift } from '../../learning/labels/traffic/drift-ranks.ts'
import { selectForLabels } from '../../learning/labels/traffic/selection.ts'
import { decodeFeatures } from '../../routing/embedding/builtin/features.ts'
import type { Database } from '../../store/database/open-database.ts'
import { putUp } from '../../store/records/label-queue.ts'
import {
  findSeqBefore,
  readLabelledFeatures,
  readPosition,
  readSelectable,
  type SelectableRow,
  writePosition,
} from '../../store/records/selectable.ts'

export type PutUpOptions = {
  /** Requests that are put up a day, on average, at most. */
  readonly perDay: number
  /** See `SelectionOptions`. */
  readonly base: number
  readonly active: number
  readonly seed: number
  /** See `SelectionOptions`. */
  readonly driftFirst?: boolean
  /** Milliseconds since 1970. */
  readonly now: number
}

export type PutUpResult = { readonly examined: number; readonly putUp: number }

const job = 'label-queue'
const rowsOfBatch = 2000
const mostReference = 500
const dayMs = 86_400_000

/**
 * Puts requests up for a person to label, out of those that were kept since the last time; the first time, since a day ago. Each
 * batch may put up its part of a day, so a busy hour has more than a quiet one.
 *
 * A request that named a model, or that only one model could answer, is not examined.
 */
export async function putUpRequests(db: Database, options: PutUpOptions): Promise<PutUpResult> {
  const reference = await readReference(db)
  const known = await readPosition(db, job)
  let position = known?.seq ?? (await findSeqBefore(db, options.now - dayMs))
  let time = known?.time ?? null
  const total = { examined: 0, putUp: 0 }
  for (;;) {
    const rows = await readSelectable(db, position, rowsOfBatch)
    const last = rows.at(-1)
    if (last === undefined) return total
    const since = time ?? rows[0]!.time
    const eligible = rows.filter(isEligible)
    const chosen = select(eligible, reference, options, (last.time - since) / dayMs)
    await db.transaction().execute(async (trx) => {
      total.putUp += await putUp(trx, chosen)
      await writePosition(trx, job, last.seq)
    })
    total.examined += eligible.length
    position = last.seq
    time = last.time
  }
}

function isEligible({ status, candidates }: SelectableRow): boolean {
  return status === 200 && candidates !== null && candidates.filter(isPossible).length > 1
}

function isPossible({ excluded }: { readonly excluded: string | null }): boolean {
  return excluded === null
}

function select(
  rows: readonly SelectableRow[],
  reference: readonly Float32Array[],
  { perDay, base, active, seed, driftFirst = false }: PutUpOptions,
  days: number,
) {
  const drift = rankDrift(
    reference,
    rows.map(({ features }) => (features === null ? null : decodeFeatures(features))),
  )
  const selectable = rows.map((row, index) => ({
    id: row.id,
    strongWinRate: row.strongWinRate,
    threshold: row.threshold,
    drift: drift[index] ?? null,
    usdAtStake: findUsdAtStake(row),
  }))
  // Requests of one moment are a batch of no length: one of them may be put up.
  const budget = Math.max(perDay * days, Math.min(1, perDay))
  return selectForLabels(selectable, { base, active, budget, seed: `labels ${seed}`, driftFirst }).flatMap(
    ({ isPutUp, reason, worth, propensity }, index) => {
      const { id: requestId, time } = rows[index]!
      return isPutUp ? [{ requestId, time, reason, worth, propensity }] : []
    },
  )
}

/** Null if a price is not known. */
function findUsdAtStake({ candidates }: SelectableRow): number | null {
  const dollars: number[] = []
  for (const { usd, excluded } of candidates ?? []) {
    if (excluded !== null) continue
    if (usd === null) return null
    dollars.push(usd)
  }
  return dollars.length < 2 ? null : Math.max(...dollars) - Math.min(...dollars)
}

async function readReference(db: Database): Promise<readonly Float32Array[]> {
  const texts = await readLabelledFeatures(db, mostReference)
  return texts.flatMap((text) => decodeFeatures(text) ?? [])
}
