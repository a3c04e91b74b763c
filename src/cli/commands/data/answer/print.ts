import type { AnswerResult } from '../../../../jobs/answer/job.ts'
import type { AnswerReport } from '../../../../learning/labels/answers/answer-report.ts'
import { formatUsage } from '../judge/print.ts'

/** One line for each model, and what it cost. */
export function formatAnswers({ report, usage }: Pick<AnswerResult, 'report' | 'usage'>): string[] {
  return report.models.flatMap(({ model, answered, kept, empty, refused, overBudget }) => {
    const counts = [
      `${answered} answered`,
      ...(kept > 0 ? [`${kept} answered already`] : []),
      ...(empty > 0 ? [`${empty} empty`] : []),
      ...(refused > 0 ? [`${refused} refused by the endpoint`] : []),
      ...(overBudget > 0 ? [`${overBudget} not asked because of the cost cap`] : []),
    ]
    const used = usage[model]
    return [
      `${model}: ${counts.join(', ')}`,
      ...(used === undefined ? [] : formatUsage(used, model).map((line) => `  ${line}`)),
    ]
  })
}

/** Warnings about answers that ended at the limit of their length. */
export function formatCutAnswers({ models }: AnswerReport, maxTokens: number): string[] {
  return models
    .filter(({ cut, empty }) => cut + empty > 0)
    .map(({ model, cut, empty }) =>
      cut > 0
        ? `${cut} answers of ${model} were cut at the longest length (--max-tokens ${maxTokens}); a judge takes them for worse than they are`
        : `${empty} replies of ${model} have no text and are left out; a reasoning model may need a larger --max-tokens`,
    )
}
