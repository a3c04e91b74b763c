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
  readonly shared: Row
  /** By model, if rows have such a column. */
  readonly tokens: Map<string, unknown>
  readonly scores: Map<string, { sum: number; count: number }>
  readonly answers: Map<string, string>
}

/** Several scores of one model on a prompt are averaged, and its first answer is kept. */
export function createPromptResults(): PromptResults {
  const prompts = new Map<string, Collected>()
  return {
    add({ line, place }, { prompt, model, score, answer, shared }) {
      let collected = prompts.get(prompt)
      if (collected === undefined) {
        collected = { line, place, shared, tokens: new Map(), scores: new Map(), answers: new Map() }
        prompts.set(prompt, collected)
      }
      if (isObject(shared.tokens))
        for (const [name, tokens] of Object.entries(shared.tokens))
          if (!collected.tokens.has(name)) collected.tokens.set(name, tokens)
      const before = collected.scores.get(model) ?? { sum: 0, count: 0 }
      if (score !== null) collected.scores.set(model, { sum: before.sum + score, count: before.count + 1 })
      if (answer !== undefined && !collected.answers.has(model)) collected.answers.set(model, answer)
    },
    *rows() {
      for (const [prompt, { line, place, shared, tokens, scores, answers }] of prompts)
        yield {
          line,
          place,
          value: {
            ...shared,
            prompt,
            scores: Object.fromEntries([...scores].map(([model, { sum, count }]) => [model, sum / count])),
            ...(tokens.size > 0 && { tokens: Object.fromEntries(tokens) }),
            ...(answers.size > 0 && { answers: Object.fromEntries(answers) }),
          },
        }
    },
  }
}
