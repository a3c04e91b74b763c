import type { PlacedRow } from '../raw-rows.ts'
import type { Row } from '../row.ts'
import { isObject } from './cells/score-cells.ts'
import type { ModelResult } from './layout.ts'

/** Puts the results of each prompt together that stand in several rows or files. Holds them in memory. */
export type PromptResults = {
  add(row: Pick<PlacedRow, 'line' | 'place'>, result: ModelResult): void
  /** One row of outcomes for each prompt, in the order in which the prompts came, with the place of its first row. */
  rows(): Generator<PlacedRow>
}

type Collected = {
  readonly line: number
  readonly place: string
  shared: Row
  readonly scores: Map<string, { sum: number; count: number }>
  readonly answers: Map<string, string>
}

/** The first row's columns hold. `tokens` are by model, so those of another model are added. */
function joinColumns(first: Row, next: Row): Row {
  if (!isObject(next.tokens)) return first
  return { ...first, tokens: isObject(first.tokens) ? { ...next.tokens, ...first.tokens } : next.tokens }
}

/** Several scores of one model on a prompt are averaged, and its first answer is kept. */
export function createPromptResults(): PromptResults {
  const prompts = new Map<string, Collected>()
  return {
    add({ line, place }, { prompt, model, score, answer, shared }) {
      let collected = prompts.get(prompt)
      if (collected === undefined) {
        collected = { line, place, shared, scores: new Map(), answers: new Map() }
        prompts.set(prompt, collected)
      } else collected.shared = joinColumns(collected.shared, shared)
      const before = collected.scores.get(model) ?? { sum: 0, count: 0 }
      if (score !== null) collected.scores.set(model, { sum: before.sum + score, count: before.count + 1 })
      if (answer !== undefined && !collected.answers.has(model)) collected.answers.set(model, answer)
    },
    *rows() {
      for (const [prompt, { line, place, shared, scores, answers }] of prompts)
        yield {
          line,
          place,
          value: {
            ...shared,
            prompt,
            scores: Object.fromEntries([...scores].map(([model, { sum, count }]) => [model, sum / count])),
            ...(answers.size > 0 && { answers: Object.fromEntries(answers) }),
          },
        }
    },
  }
}
