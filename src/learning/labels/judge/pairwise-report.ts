import { wilsonInterval } from '../../../base/math/statistics/proportion.ts'
import { sampleWinner } from './judge.ts'
import type { JudgedPair } from './label-rows.ts'
import { type LengthControl, lengthControlledPreference, type MeasuredPreference } from './length-control.ts'

type Interval = readonly [low: number, high: number]

/** A share with its 95 % interval (Wilson); null if the total is 0. */
export type Share = { readonly share: number; readonly interval: Interval; readonly of: number } | null

/** What came of comparing pairs. */
export type PairwiseReport = {
  /** Pairs of answers; those with a result, and why the others have none. */
  readonly pairs: number
  readonly judged: number
  readonly ties: number
  /** The ties between equal answers, which were not judged. */
  readonly identical: number
  readonly unparsable: number
  readonly refused: number
  /** The endpoint's message for the first pair that it refused; null if it refused none. */
  readonly firstRefusal: string | null
  readonly overBudget: number
  /** Samples without a readable verdict, in pairs that were asked. */
  readonly unparsableSamples: number
  /** Samples whose two orders agree on the winner, or on a tie. */
  readonly orderAgreement: Share
  /**
   * Verdicts for the answer shown first, among verdicts other than ties. Every pair is shown in both orders, so a judge
   * without position bias gives ½ for any answers. The samples of a pair count as one verdict per order.
   */
  readonly positionBias: Share
  /** Pairs in which the same place won both times: the position decided. */
  readonly decidedByPosition: { readonly first: number; readonly second: number }
  /**
   * Winners that were the longer answer, among pairs with a winner and a difference in length. Includes the effect of
   * merit.
   */
  readonly longerWins: Share
  readonly models: readonly ModelPairReport[]
}

export type ModelPairReport = {
  readonly modelA: string
  readonly modelB: string
  readonly judged: number
  readonly winsA: number
  readonly winsB: number
  readonly ties: number
  /** A's wins and half the ties; the interval is Wilson's. */
  readonly winRateA: number
  readonly winRateInterval: Interval
  /** A's win rate at equal length; null if the comparisons do not determine it. */
  readonly lengthControlled: LengthControl | null
}

/** Counts judged pairs as they arrive, and creates the report. */
export type PairwiseTally = { add(judged: JudgedPair): void; report(): PairwiseReport }

type ModelPairCounts = {
  readonly modelA: string
  readonly modelB: string
  winsA: number
  winsB: number
  ties: number
  readonly preferences: MeasuredPreference[]
}

export function createPairwiseTally(): PairwiseTally {
  const counts = { pairs: 0, judged: 0, ties: 0, identical: 0, unparsable: 0, refused: 0, overBudget: 0 }
  let firstRefusal: string | null = null
  const orders = { samples: 0, agreeing: 0, unparsable: 0 }
  const position = { first: 0, decided: 0 }
  const decidedByPosition = { first: 0, second: 0 }
  const longer = { wins: 0, of: 0 }
  const models = new Map<string, ModelPairCounts>()

  function add({ row, modelA, modelB, judgement }: JudgedPair): void {
    counts.pairs++
    if (judgement.kind === 'unparsable') counts.unparsable++
    else if (judgement.kind === 'refused') {
      counts.refused++
      firstRefusal ??= judgement.reason
    } else if (judgement.kind === 'over-budget') counts.overBudget++
    if (judgement.kind !== 'judged' && judgement.kind !== 'unparsable') return
    addOrders(judgement.samples)
    if (judgement.kind === 'unparsable') return
    counts.judged++
    if (judgement.samples.length === 0) counts.identical++
    const lengthDifference = (row.answers[modelA] ?? '').length - (row.answers[modelB] ?? '').length
    addWinner(judgement.winner, modelA, modelB, lengthDifference)
  }

  function addOrders(samples: Extract<JudgedPair['judgement'], { kind: 'judged' }>['samples']): void {
    for (const sample of samples) {
      const winner = sampleWinner(sample)
      if (winner === undefined) {
        orders.unparsable++
        continue
      }
      orders.samples++
      const { aFirst, bFirst } = sample
      if (winner !== 'tie' || (aFirst === 'tie' && bFirst === 'tie')) orders.agreeing++
      const weight = 1 / samples.length
      for (const verdict of [aFirst, bFirst]) {
        if (verdict === 'tie') continue
        position.decided += weight
        if (verdict === 'first') position.first += weight
      }
      if (aFirst === bFirst && aFirst !== 'tie' && aFirst !== null) decidedByPosition[aFirst]++
    }
  }

  function addWinner(winner: 'a' | 'b' | 'tie', modelA: string, modelB: string, difference: number): void {
    const key = JSON.stringify([modelA, modelB])
    const pair = models.get(key) ?? { modelA, modelB, winsA: 0, winsB: 0, ties: 0, preferences: [] }
    models.set(key, pair)
    if (winner === 'a') pair.winsA++
    else if (winner === 'b') pair.winsB++
    else {
      pair.ties++
      counts.ties++
    }
    if (winner !== 'tie' && difference !== 0) {
      longer.of++
      if (winner === (difference > 0 ? 'a' : 'b')) longer.wins++
    }
    const winA = winner === 'a' ? 1 : winner === 'b' ? 0 : 0.5
    pair.preferences.push({ winA, lengthDifference: difference })
  }

  return {
    add,
    report: () => ({
      ...counts,
      firstRefusal,
      unparsableSamples: orders.unparsable,
      orderAgreement: shareOf(orders.agreeing, orders.samples),
      positionBias: shareOf(position.first, position.decided),
      decidedByPosition: { ...decidedByPosition },
      longerWins: shareOf(longer.wins, longer.of),
      models: [...models.values()].map(modelPairReport),
    }),
  }
}

function modelPairReport({
  modelA,
  modelB,
  winsA,
  winsB,
  ties,
  preferences,
}: ModelPairCounts): ModelPairReport {
  const judged = winsA + winsB + ties
  return {
    modelA,
    modelB,
    judged,
    winsA,
    winsB,
    ties,
    winRateA: (winsA + ties / 2) / judged,
    winRateInterval: wilsonInterval(winsA + ties / 2, judged),
    lengthControlled: lengthControlledPreference(preferences) ?? null,
  }
}

function shareOf(some: number, all: number): Share {
  return all === 0 ? null : { share: some / all, interval: wilsonInterval(some, all), of: all }
}
