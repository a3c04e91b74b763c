import { parseRow, type Row } from '../row.ts'
import { isObject } from './cells/score-cells.ts'
import type { ModelResult } from './layout.ts'

/**
 * The results in a row of outcomes, one for each model. The columns besides prompt, scores and answers describe the
 * prompt.
 *
 * @returns undefined if the row is no outcomes, or has a score that is neither a number nor true or false.
 */
export function resultsOfOutcomes(value: unknown): readonly ModelResult[] | undefined {
  if (!isObject(value)) return undefined
  const { prompt, scores, answers, ...shared } = parseRow(value, 'row')
  if (typeof prompt !== 'string' || !isObject(scores)) return undefined
  const results: ModelResult[] = []
  for (const [model, score] of Object.entries(scores)) {
    if (typeof score !== 'number' && typeof score !== 'boolean') return undefined
    const answer = answerOf(answers, model)
    results.push({
      prompt,
      model,
      score: Number(score),
      ...(answer !== undefined && { answer }),
      shared,
    })
  }
  return results
}

function answerOf(answers: unknown, model: string): string | undefined {
  const answer = isObject(answers) ? (answers satisfies Row)[model] : undefined
  return typeof answer === 'string' ? answer : undefined
}
