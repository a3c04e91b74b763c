import { textTable } from '../../../../base/text/format/text-table.ts'
import type { PolicyComparison } from '../../../../jobs/compare-policies/comparison.ts'
import { comparisonTable, describeComparison } from '../../../../jobs/compare-policies/table.ts'

/** The comparison as a table, and how to read it. */
export function formatComparison(comparison: PolicyComparison): string[] {
  const { heading, rule, lines } = textTable(comparisonTable(comparison), 2)
  return [heading, rule, ...lines, '', ...describeComparison(comparison)]
}
