import { normalQuantile95, wilsonInterval } from '../../../base/math/statistics/proportion.ts'
import type { AnsweredPrompt } from '../../rows/answered-prompts.ts'
import type { CheckedRow, GradedRow } from './label-rows.ts'

type Interval = readonly [low: number, high: number]

/** What came of grading or checking answers. */
export type ScoreReport = {
  readonly rows: number
  readonly models: readonly ModelScoreReport[]
  /** The endpoint's message for the first answer that it refused; null if it refused none. */
  readonly firstRefusal: string | null
  /**
   * Relation of score and length among the answers to one prompt: the correlation of both after subtracting the
   * prompt's means; null if nothing differs. Includes the effect of merit.
   */
  readonly lengthCorrelation: {
    readonly correlation: number
    /** 95 %, by Fisher's transformation, a prompt taking one degree of freedom; null below four that are left. */
    readonly interval: Interval | null
  } | null
}

export type ModelScoreReport = {
  readonly model: string
  readonly scored: number
  /** Null if nothing was scored. */
  readonly mean: number | null
  /**
   * 95 %: of grades mean ± 1.96 · standard deviation / √n, null below two; of checks, which are 0 or 1, Wilson's.
   */
  readonly meanInterval: Interval | null
  readonly unparsable: number
  readonly refused: number
  readonly overBudget: number
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Counts = Mutable<Pick<ModelScoreReport, 'unparsable' | 'refused' | 'overBudget'>> & {
  readonly scores: number[]
  readonly isShare: boolean
}

/** Counts graded or checked rows as they arrive, and creates the report. */
export type ScoreTally = { add(row: GradedRow | CheckedRow): void; report(): ScoreReport }

export function createScoreTally(): ScoreTally {
  const models = new Map<string, Counts>()
  const products = { lengths: 0, scores: 0, both: 0, freedom: 0 }
  let rows = 0
  let firstRefusal: string | null = null

  function countsOf(model: string, isShare: boolean): Counts {
    const counts = models.get(model) ?? { scores: [], isShare, unparsable: 0, refused: 0, overBudget: 0 }
    models.set(model, counts)
    return counts
  }

  function add(scored: GradedRow | CheckedRow): void {
    rows++
    const answers: ScoredAnswer[] = []
    const results = Object.entries('grades' in scored ? scored.grades : scored.checks)
    for (const [model, result] of results) {
      const counts = countsOf(model, 'checks' in scored)
      if (result.kind === 'unparsable') counts.unparsable++
      else if (result.kind === 'refused') {
        counts.refused++
        firstRefusal ??= result.reason
      } else if (result.kind === 'over-budget') counts.overBudget++
      else {
        counts.scores.push(result.score)
        answers.push({ score: result.score, length: lengthOf(scored.row, model) })
      }
    }
    addProducts(answers)
  }

  function addProducts(answers: readonly ScoredAnswer[]): void {
    if (answers.length < 2) return
    const meanScore = mean(answers.map(({ score }) => score))
    const meanLength = mean(answers.map(({ length }) => length))
    for (const { score, length } of answers) {
      products.lengths += (length - meanLength) ** 2
      products.scores += (score - meanScore) ** 2
      products.both += (length - meanLength) * (score - meanScore)
    }
    products.freedom += answers.length - 1
  }

  return {
    add,
    report: () => ({
      rows,
      models: [...models].map(([model, { scores, isShare, ...counts }]) => ({
        model,
        ...meanOf(scores, isShare),
        ...counts,
      })),
      firstRefusal,
      lengthCorrelation: correlationOf(products),
    }),
  }
}

type ScoredAnswer = { readonly score: number; readonly length: number }

function lengthOf({ answers }: AnsweredPrompt, model: string): number {
  return (answers[model] ?? '').length
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function meanOf(
  scores: readonly number[],
  isShare: boolean,
): Pick<ModelScoreReport, 'scored' | 'mean' | 'meanInterval'> {
  if (scores.length === 0) return { scored: 0, mean: null, meanInterval: null }
  const middle = mean(scores)
  if (isShare) {
    const right = scores.reduce((sum, score) => sum + score, 0)
    return { scored: scores.length, mean: middle, meanInterval: wilsonInterval(right, scores.length) }
  }
  if (scores.length === 1) return { scored: 1, mean: middle, meanInterval: null }
  const squares = scores.reduce((sum, score) => sum + (score - middle) ** 2, 0)
  const error = normalQuantile95 * Math.sqrt(squares / (scores.length - 1) / scores.length)
  return { scored: scores.length, mean: middle, meanInterval: [middle - error, middle + error] }
}

function correlationOf({
  lengths,
  scores,
  both,
  freedom,
}: {
  readonly lengths: number
  readonly scores: number
  readonly both: number
  readonly freedom: number
}): ScoreReport['lengthCorrelation'] {
  if (lengths === 0 || scores === 0) return null
  const correlation = Math.max(-1, Math.min(1, both / Math.sqrt(lengths * scores)))
  // n − 3 of Fisher's formula, where n − 1 degrees of freedom are left.
  if (freedom < 4 || Math.abs(correlation) === 1) return { correlation, interval: null }
  const error = normalQuantile95 / Math.sqrt(freedom - 2)
  const middle = Math.atanh(correlation)
  return { correlation, interval: [Math.tanh(middle - error), Math.tanh(middle + error)] }
}
