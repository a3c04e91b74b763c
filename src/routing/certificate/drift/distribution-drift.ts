import type { Random } from '../../../base/math/random.ts'
import {
  createUniformityTest,
  type UniformityState,
} from '../../../base/math/sequential/jumper-martingale.ts'
import {
  checkDriftOptions,
  type DriftAlarm,
  type DriftDetector,
  type DriftOptions,
  refuse,
} from './drift-detector.ts'

export type DistributionDriftOptions = DriftOptions & {
  /**
   * Values, 0 to 1, of the sessions that the certificate was made of: win rates, or similarities to the training prompts. One
   * list for each stratum; at least 50 values each.
   */
  readonly reference: readonly (readonly number[])[]
  /**
   * Alarm only if recent sessions are shown to be at least this far from the reference (Kolmogorov's distance, 0 to 1): by what
   * both samples may be off with 95 % confidence, 1.36 √(1/recent + 1/reference), more than this. Default: .1.
   */
  readonly leastDistance?: number
  /** Breaks ties. Its seed has no influence on the false alarm rate. */
  readonly random: Random
}

export type DistributionDriftState = {
  readonly test: UniformityState
  readonly mostEvidence: number
  /** Cells of the values since the reference, by stratum. */
  readonly seen: readonly Readonly<Record<number, number>>[]
  /** Ranks of the last 1,000 values among the reference of their stratum. */
  readonly recent: readonly number[]
  readonly alarm: DriftAlarm | null
}

const cells = 1024
/** The 95 % quantile of Kolmogorov's distribution. */
const kolmogorovQuantile = 1.358
const fewestReferences = 50
const recentValues = 1000
/** The distance is measured so often once there is evidence: it sorts the recent values. */
const valuesBetweenDistances = 10
/** Fewer recent values than this have no distance to speak of. */
const fewestRecentValues = 100

/**
 * Whether values are distributed as the reference's: each new value's rank among all before it in its stratum, ties broken at
 * random, is uniform and independent of the others if they are exchangeable (conformal p-values; Vovk, Gammerman and Shafer,
 * Algorithmic Learning in a Random World, 2005, theorem 8.1), so evidence against uniform ranks is evidence of drift, and
 * the false alarm rate is exact for any distribution and any size of the reference (`createUniformityTest`).
 *
 * *Assumes* that sessions are independent of each other. Traffic that goes with the hour needs the hour as stratum. Days that
 * differ at random make the evidence alone cry in most months; `leastDistance` is what keeps small differences quiet.
 */
export function createDistributionDrift(
  options: DistributionDriftOptions,
  state?: DistributionDriftState,
): DriftDetector<DistributionDriftState> {
  checkDriftOptions(options)
  const { falseAlarmRate, planned, reference, leastDistance = 0.1, random } = options
  const references = reference.map((values, stratum) => countReference(values, stratum))
  const referenceValues = reference.reduce((sum, values) => sum + values.length, 0)
  const counts = references.map((each, stratum) => addSeen(each, state?.seen[stratum] ?? {}))
  const test = createUniformityTest(planned, state?.test)
  const recent = state === undefined ? [] : [...state.recent]
  let mostEvidence = state?.mostEvidence ?? 1
  let alarm = state?.alarm ?? null

  return {
    add(value, stratum = 0) {
      const cell = cellOf(value)
      const counted = counts[stratum]
      if (counted === undefined)
        refuse(`the reference has no stratum ${stratum}; it has 0 to ${counts.length - 1}`)
      const uniform = random.next()
      mostEvidence = Math.max(mostEvidence, test.add(rankOf(cell, counted, uniform)))
      counted[cell]!++
      recent.push(rankOf(cell, references[stratum]!, uniform))
      if (recent.length > recentValues) recent.shift()
      if (alarm !== null || mostEvidence * falseAlarmRate < 1 || recent.length < fewestRecentValues) return
      const { count } = test.state()
      if (count % valuesBetweenDistances !== 0) return
      const distance = distanceOf(recent)
      const margin = kolmogorovQuantile * Math.sqrt(1 / recent.length + 1 / referenceValues)
      if (distance - margin >= leastDistance) alarm = { values: count, evidence: mostEvidence, distance }
    },
    alarm: () => alarm,
    state: () => ({
      test: test.state(),
      mostEvidence,
      seen: counts.map((each, stratum) => seenSince(each, references[stratum]!)),
      recent: [...recent],
      alarm,
    }),
  }
}

function countReference(values: readonly number[], stratum: number): Uint32Array {
  if (values.length < fewestReferences)
    refuse(`stratum ${stratum} of the reference has ${values.length} values; it needs ${fewestReferences}`)
  const counts = new Uint32Array(cells)
  for (const value of values) counts[cellOf(value)]!++
  return counts
}

function cellOf(value: number): number {
  if (!(value >= 0 && value <= 1)) refuse(`a value is ${value}, which must be from 0 to 1`)
  return Math.min(cells - 1, Math.floor(value * cells))
}

/** Uniform in [0, 1] if the value is exchangeable with those counted; the smaller, the larger the value. */
function rankOf(cell: number, counts: Uint32Array, uniform: number): number {
  let [all, greater] = [0, 0]
  for (let place = 0; place < cells; place++) {
    all += counts[place]!
    if (place > cell) greater += counts[place]!
  }
  return (greater + uniform * (counts[cell]! + 1)) / (all + 1)
}

/** Kolmogorov's distance of ranks from the uniform distribution: that of the values from the reference of their stratum. */
function distanceOf(ranks: readonly number[]): number {
  const sorted = Float64Array.from(ranks).sort()
  let largest = 0
  for (const [place, rank] of sorted.entries())
    largest = Math.max(largest, rank - place / sorted.length, (place + 1) / sorted.length - rank)
  return largest
}

function addSeen(reference: Uint32Array, seen: Readonly<Record<number, number>>): Uint32Array {
  const counts = reference.slice()
  for (const [cell, count] of Object.entries(seen)) counts[Number(cell)]! += count
  return counts
}

function seenSince(counts: Uint32Array, reference: Uint32Array): Record<number, number> {
  const seen: Record<number, number> = {}
  for (const [cell, count] of counts.entries())
    if (count > reference[cell]!) seen[cell] = count - reference[cell]!
  return seen
}
