import { dot } from '../../src/base/math/linear/vectors.ts'
import { createRandom } from '../../src/base/math/random.ts'
import { type RocArea, rocArea } from '../../src/base/math/statistics/roc-area.ts'
import { fitLogistic } from './logistic.ts'

/** A prompt's vector with the side that it needs. */
export type LabelledVector = {
  readonly vector: Float32Array
  readonly label: 0 | 1
  readonly language: string
}

export const foldCount = 5

/** For each row, its score by a fit without its fold. */
export function leftOutScores(rows: readonly LabelledVector[], l2: number, seed: number): number[] {
  const folds = drawFolds(rows.length, seed)
  const scores = new Array<number>(rows.length).fill(0)
  for (let fold = 0; fold < foldCount; fold++) {
    const weights = fitOn(
      rows.filter((_, row) => folds[row] !== fold),
      l2,
    )
    for (const [row, { vector }] of rows.entries())
      if (folds[row] === fold) scores[row] = dot(weights, vector)
  }
  return scores
}

/** For each language, how a fit without it ranks its prompts. */
export function leftOutLanguages(rows: readonly LabelledVector[], l2: number): ReadonlyMap<string, RocArea> {
  const languages = [...new Set(rows.map(({ language }) => language))].sort()
  return new Map(
    languages.map((left) => {
      const weights = fitOn(
        rows.filter(({ language }) => language !== left),
        l2,
      )
      const tested = rows.filter(({ language }) => language === left)
      return [
        left,
        areaOf(
          tested,
          tested.map(({ vector }) => dot(weights, vector)),
        ),
      ]
    }),
  )
}

export function fitOn(rows: readonly LabelledVector[], l2: number): Float64Array {
  return fitLogistic({
    vectors: rows.map(({ vector }) => vector),
    labels: rows.map(({ label }) => label),
    l2,
  })
}

/** How well scores rank the prompts that need the strong model above the others. */
export function areaOf(rows: readonly LabelledVector[], scores: readonly number[]): RocArea {
  const area = rocArea(
    scores,
    rows.map(({ label }) => label === 1),
  )
  if (area === undefined) throw new Error('at least two prompts of each side are needed')
  return area
}

function drawFolds(count: number, seed: number): readonly number[] {
  const random = createRandom(seed)
  const order = Array.from({ length: count }, (_, row) => row)
  for (let at = count - 1; at > 0; at--) {
    const other = random.nextInt(at + 1)
    ;[order[at], order[other]] = [order[other]!, order[at]!]
  }
  const folds = new Array<number>(count).fill(0)
  for (const [place, row] of order.entries()) folds[row] = place % foldCount
  return folds
}
