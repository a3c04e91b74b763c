import { mapInOrder } from '../../../base/concurrency/limiter.ts'
import { DataError } from '../../../errors.ts'
import type { ModelPair } from '../../../routing/catalogue/model.ts'
import type { AnsweredPrompt } from '../../rows/answered-prompts.ts'
import type { Checked, Checker } from '../checkers/checker.ts'
import type { Grade, GradingJudge, PairJudgement, PairwiseJudge } from './judge.ts'

/** Two models' answers to one prompt, compared. */
export type JudgedPair = {
  readonly row: AnsweredPrompt
  readonly modelA: string
  readonly modelB: string
  readonly judgement: PairJudgement
}

/** Each model's answer to one prompt, graded. */
export type GradedRow = { readonly row: AnsweredPrompt; readonly grades: Readonly<Record<string, Grade>> }

/** Each model's answer to one prompt, checked. */
export type CheckedRow = { readonly row: AnsweredPrompt; readonly checks: Readonly<Record<string, Checked>> }

export type LabelOptions = {
  /** Only these two models; without it every model, and every two of them. */
  readonly pair?: ModelPair
  /** Prompts in work at a time. Default: 16. The endpoint limits the number of open calls. */
  readonly atOnce?: number
  readonly signal?: AbortSignal
}

type Rows = AsyncIterable<AnsweredPrompt> | Iterable<AnsweredPrompt>

const promptsAtOnce = 16

/**
 * Compares every two of a row's answers, in the order of the rows; models in alphabetical order, or the pair with its
 * strong model as A. A row without answers of both models is left out.
 */
export async function* judgePairs(
  rows: Rows,
  judge: PairwiseJudge,
  { pair, atOnce = promptsAtOnce, signal }: LabelOptions = {},
): AsyncGenerator<JudgedPair> {
  const judgeRow = (row: AnsweredPrompt, stop: AbortSignal) =>
    Promise.all(
      pairsOf(modelsOf(row, pair)).map(async ([modelA, modelB]): Promise<JudgedPair> => {
        const { prompt, reference } = row
        const answerA = row.answers[modelA] ?? ''
        const answerB = row.answers[modelB] ?? ''
        const question = { prompt, answerA, answerB, ...(reference !== undefined && { reference }) }
        return { row, modelA, modelB, judgement: await judge.compare(question, stop) }
      }),
    )
  for await (const judged of mapInOrder(rows, atOnce, judgeRow, signal)) yield* judged
}

/** Grades every answer of every row, in order. */
export function gradeAnswers(
  rows: Rows,
  judge: GradingJudge,
  { pair, atOnce = promptsAtOnce, signal }: LabelOptions = {},
): AsyncGenerator<GradedRow> {
  const gradeRow = async (row: AnsweredPrompt, stop: AbortSignal): Promise<GradedRow> => {
    const { prompt, reference } = row
    const grades = await Promise.all(
      modelsOf(row, pair).map(async (model) => {
        const question = {
          prompt,
          answer: row.answers[model] ?? '',
          ...(reference !== undefined && { reference }),
        }
        return [model, await judge.grade(question, stop)] as const
      }),
    )
    return { row, grades: Object.fromEntries(grades) }
  }
  return mapInOrder(rows, atOnce, gradeRow, signal)
}

/**
 * Checks every answer of every row against the row's reference, in order.
 *
 * Throws `DataError`, naming the row: `missing-reference`, `invalid-reference`.
 */
export async function* checkAnswers(
  rows: Rows,
  checker: Checker,
  { pair }: Pick<LabelOptions, 'pair'> = {},
): AsyncGenerator<CheckedRow> {
  for await (const row of rows) {
    const { reference, place } = row
    if (reference === undefined)
      throw new DataError(
        'missing-reference',
        `${place} has no "reference" to check its answers against. Add one, or have the row judged.`,
      )
    const checks = modelsOf(row, pair).map(
      (model) => [model, checkAt(place, () => checker(row.answers[model] ?? '', reference))] as const,
    )
    yield { row, checks: Object.fromEntries(checks) }
  }
}

function checkAt(place: string, check: () => Checked): Checked {
  try {
    return check()
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause
    throw new DataError(cause.code, `${place}: ${cause.message}`, { cause })
  }
}

function modelsOf({ answers }: AnsweredPrompt, pair: ModelPair | undefined): string[] {
  if (pair === undefined) return Object.keys(answers).sort()
  return [pair.strong, pair.weak].filter((model) => Object.hasOwn(answers, model))
}

function pairsOf(models: readonly string[]): (readonly [string, string])[] {
  return models.flatMap((modelA, index) => models.slice(index + 1).map((modelB) => [modelA, modelB] as const))
}
