import { textTable } from '../../../../base/text/format/text-table.ts'
import type { Inspection } from '../../../../learning/datasets/inspect/inspection.ts'

const shownModels = 12
const shownProblems = 5

/** An inspection as one screen of text. */
export function formatInspection(file: string, inspection: Inspection): string[] {
  return [
    ...summaryLines(file, inspection),
    ...modelLines(inspection),
    ...pairLines(inspection),
    ...problemLines(inspection),
  ]
}

function summaryLines(file: string, inspection: Inspection): string[] {
  const { form, rows, prompts, comparisons, ties, shortPrompts } = inspection
  const lines = [
    `${file}: ${form === null ? 'no row that can be read' : `${count(rows, 'row')} of ${form}`}`,
    `prompts      ${number(prompts.distinct)} different, ${number(prompts.distinctNormalized)} but for case, spaces and punctuation`,
  ]
  if (prompts.characters !== null) {
    const { least, median, p95, most } = prompts.characters
    lines.push(
      `characters   ${number(least)} to ${number(most)}, half up to ${number(median)}, 95 % up to ${number(p95)}`,
    )
  }
  if (comparisons > 0)
    lines.push(`comparisons  ${number(comparisons)} of two models, ${percent(ties / comparisons)} ties`)
  if (shortPrompts > 0)
    lines.push(`not used     ${count(shortPrompts, 'row')} with a prompt under 16 characters`)
  return lines
}

function modelLines({ models, form }: Inspection): string[] {
  if (models.length === 0) return []
  const { heading, rule, lines } = textTable({
    headings: ['model', 'rows', form === 'outcomes' ? 'mean score' : 'mean win (tie 0.5)'],
    rows: models
      .slice(0, shownModels)
      .map(({ model, rows, meanScore }) => [model, number(rows), String(Number(meanScore.toPrecision(4)))]),
  })
  const more = models.length - shownModels
  return ['', heading, rule, ...lines, ...(more > 0 ? [`and ${count(more, 'model')} more`] : [])]
}

function pairLines({ pair }: Inspection): string[] {
  if (pair === null) return []
  const { strong, weak, rows, strongWins, ties, weakWins } = pair
  return [
    '',
    `A pair with much to route: --strong-model ${strong} --weak-model ${weak}`,
    `  ${count(rows, 'comparison')}: strong wins ${percent(strongWins / rows)}, tie ${percent(ties / rows)}, weak wins ${percent(weakWins / rows)}`,
  ]
}

function problemLines(inspection: Inspection): string[] {
  const { invalidRows, invalid, repeatedIds, conflictingIds, conflicts } = inspection
  const lines: string[] = []
  if (repeatedIds > 0) lines.push(`${count(repeatedIds, 'row')} repeat a row with the same id and contents`)
  if (conflictingIds > 0) {
    lines.push(`${count(conflictingIds, 'row')} have the id of a row that says something else:`)
    lines.push(
      ...listed(
        conflicts.map(({ id, place, firstLine }) => `${place}: ${id}, as row ${firstLine}`),
        conflictingIds,
      ),
    )
  }
  if (invalidRows > 0) {
    lines.push(`${count(invalidRows, 'row')} cannot be read:`)
    lines.push(
      ...listed(
        invalid.map(({ message }) => message),
        invalidRows,
      ),
    )
  }
  return lines.length === 0 ? [] : ['', ...lines]
}

function listed(problems: readonly string[], total: number): string[] {
  const shown = problems.slice(0, shownProblems).map((problem) => `  ${problem}`)
  return total > shown.length ? [...shown, `  and ${number(total - shown.length)} more`] : shown
}

function count(amount: number, what: string): string {
  return `${number(amount)} ${what}${amount === 1 ? '' : 's'}`
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
