import type { Row } from '../../formats/row.ts'
import type { CheckedRow, GradedRow, JudgedPair } from './label-rows.ts'

/** The row of a battle file, with the other columns of the prompt's row; undefined if there is no verdict. */
export function battleRow({ row, modelA, modelB, judgement }: JudgedPair): Row | undefined {
  if (judgement.kind !== 'judged') return undefined
  const winner = { a: 'model_a', b: 'model_b', tie: 'tie' }[judgement.winner]
  return { prompt: row.prompt, model_a: modelA, model_b: modelB, winner, ...row.others }
}

/** The row of an outcome file, 1 to 10 by model; a model without a grade is left out. Undefined if none has a grade. */
export function gradeRow({ row, grades }: GradedRow): Row | undefined {
  const scores = Object.entries(grades).flatMap(([model, grade]) =>
    grade.kind === 'graded' ? [[model, grade.score] as const] : [],
  )
  return outcomeRow(row, scores)
}

/**
 * The row of an outcome file, 0 or 1 by model. Undefined if it has no model.
 *
 * @param unparsable the score of an answer that could not be read: none, or 0 as if it were wrong.
 */
export function checkRow({ row, checks }: CheckedRow, unparsable: 'drop' | 'wrong'): Row | undefined {
  const scores = Object.entries(checks).flatMap(([model, { score }]) => {
    if (score !== null) return [[model, score] as const]
    return unparsable === 'wrong' ? [[model, 0] as const] : []
  })
  return outcomeRow(row, scores)
}

function outcomeRow(
  { prompt, others }: GradedRow['row'],
  scores: readonly (readonly [string, number])[],
): Row | undefined {
  return scores.length === 0 ? undefined : { prompt, scores: Object.fromEntries(scores), ...others }
}
