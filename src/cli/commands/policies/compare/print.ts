import { type TextTable, textTable } from '../../../../base/text/format/text-table.ts'
import type { PolicyComparison } from '../../../../jobs/compare-policies/comparison.ts'
import {
  baselineTable,
  comparisonTable,
  describeComparison,
  describeShares,
} from '../../../../jobs/compare-policies/table.ts'

/** Dollars and losses, who answers, and with labels the same shares by chance. */
export function formatComparison(comparison: PolicyComparison): string[] {
  return [
    ...linesOf(comparisonTable(comparison)),
    '',
    ...describeComparison(comparison),
    '',
    'Who answers:',
    ...describeShares(comparison).map((line) => `  ${line}`),
    ...(comparison.labels === null
      ? []
      : [
          '',
          'The same shares of the models, but at random, or with the shortest prompts to the cheapest model:',
          '',
          ...linesOf(baselineTable(comparison)),
        ]),
  ]
}

function linesOf(table: TextTable): string[] {
  const { heading, rule, lines } = textTable(table, 2)
  return [heading, rule, ...lines]
}
