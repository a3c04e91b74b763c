import type { AnsweredRow } from './answer-rows.ts'

/** What came of the prompts of one model. The counts are of prompts. */
export type ModelAnswers = {
  readonly model: string
  readonly answered: number
  /** Of these, answers that ended at the limit of their length. */
  readonly cut: number
  /** The row had an answer of this model. */
  readonly kept: number
  /** Replies without text; not written. */
  readonly empty: number
  readonly refused: number
  /** Not asked because of the cost cap. */
  readonly overBudget: number
}

export type AnswerReport = {
  readonly rows: number
  readonly models: readonly ModelAnswers[]
  /** The endpoint's message about the first question that it refused. */
  readonly firstRefusal: string | null
}

type Counts = { -readonly [Field in Exclude<keyof ModelAnswers, 'model'>]: number }

/** Counts answers while they arrive. @param models in the order of the report. */
export function createAnswerTally(models: readonly string[]): {
  add(row: AnsweredRow): void
  report(): AnswerReport
} {
  const counts = new Map<string, Counts>(
    models.map((model) => [model, { answered: 0, cut: 0, kept: 0, empty: 0, refused: 0, overBudget: 0 }]),
  )
  let rows = 0
  let firstRefusal: string | null = null
  return {
    add({ outcomes }) {
      rows++
      for (const { model, outcome } of outcomes) {
        const count = counts.get(model)
        if (count === undefined) continue
        switch (outcome.kind) {
          case 'kept':
            count.kept++
            break
          case 'refused':
            count.refused++
            firstRefusal ??= outcome.reason
            break
          case 'over-budget':
            count.overBudget++
            break
          case 'answered':
            if (outcome.text.trim() === '') count.empty++
            else {
              count.answered++
              if (outcome.isCut) count.cut++
            }
        }
      }
    },
    report: () => ({
      rows,
      models: [...counts].map(([model, count]) => ({ model, ...count })),
      firstRefusal,
    }),
  }
}
