import { formatFixed } from '../../../../base/text/format/format-number.ts'
import { textTable } from '../../../../base/text/format/text-table.ts'
import type { InspectResult } from '../../../../jobs/inspect/job.ts'
import type { Inspection } from '../../../../learning/datasets/inspect/inspection.ts'
import type { FileUse } from '../../../../learning/datasets/inspect/uses.ts'

const shownModels = 12
const shownProblems = 5

/** An inspection as one screen of text. */
export function formatInspection(file: string, inspection: InspectResult): string[] {
  return [
    ...summaryLines(file, inspection),
    ...layoutLines(inspection),
    ...modelLines(inspection),
    ...pairLines(inspection),
    ...useLines(inspection.uses),
    ...problemLines(inspection),
    ...conversionLines(inspection),
  ]
}

function noRows({ invalidRows }: Inspection): string {
  return invalidRows > 0 ? 'no row that can be read' : 'no row with a prompt or labels'
}

/** Names of layouts and forms that say the same. */
const plainLayouts: ReadonlySet<string> = new Set(['prompts', 'nested', 'battles', 'arena', 'unknown'])

function layoutLines({ layouts, log, proposal }: InspectResult): string[] {
  const names = [...new Set(layouts.map(({ layout }) => layout))].filter((name) => !plainLayouts.has(name))
  const lines: string[] = []
  if (names.length > 0) lines.push(`layout       ${names.join(', ')}, as docs/formats.md describes it`)
  if (log !== null && !names.includes(log)) lines.push(`as a log     ${log}`)
  if (proposal !== null) lines.push(`not read     ${proposal}`)
  return lines
}

function conversionLines({ conversion }: InspectResult): string[] {
  if (conversion === null) return []
  return [
    '',
    'This writes it as a log that every command reads:',
    `  ${conversion.command}`,
    conversion.advice,
  ]
}

function useLines(uses: readonly FileUse[]): string[] {
  const reading = uses.filter(({ reads }) => reads > 0)
  const reasons = new Map<string, string[]>()
  for (const { command, reads, why, leftOut } of uses) {
    if (reads > 0 || why === null) continue
    const reason = `${why}${formatLeftOut(leftOut, ' (', ')')}`
    reasons.set(reason, [...(reasons.get(reason) ?? []), command])
  }
  const widest = Math.max(0, ...reading.map(({ command }) => command.length))
  return [
    '',
    'What each command reads of it:',
    ...reading.map(
      ({ command, reads, unit, leftOut }) =>
        `  ${command.padEnd(widest)}  ${number(reads)} ${unit}${formatLeftOut(leftOut, '; left out: ', '')}`,
    ),
    ...[...reasons].map(([reason, commands]) => `  nothing for ${commands.join('; ')}: ${reason}`),
  ]
}

function formatLeftOut(leftOut: FileUse['leftOut'], before: string, after: string): string {
  const reasons = Object.entries(leftOut).map(([reason, amount]) => `${number(amount)} ${reason}`)
  return reasons.length === 0 ? '' : `${before}${reasons.join(', ')}${after}`
}

function summaryLines(file: string, inspection: Inspection): string[] {
  const { form, rows, prompts, comparisons, ties, shortPrompts } = inspection
  const lines = [
    `${file}: ${form === null ? noRows(inspection) : `${count(rows, 'row')} of ${form}`}`,
    `prompts      ${number(prompts.distinct)} distinct texts, ${number(prompts.distinctNormalized)} distinct prompts (case, spaces and punctuation aside)`,
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
    lines.push(...listed(firstOfEachReason(invalid.map(({ message }) => message)), invalidRows))
  }
  return lines.length === 0 ? [] : ['', ...lines]
}

/** Messages that differ in more than the place of the row. */
function firstOfEachReason(messages: readonly string[]): readonly string[] {
  const reasons = new Map<string, string>()
  for (const message of messages) {
    const reason = message.replace(/^.*? (?:line|row|item) \d+(?: item \d+)? /s, '')
    if (!reasons.has(reason)) reasons.set(reason, message)
  }
  return [...reasons.values()]
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
  return `${formatFixed(100 * share, 1)} %`
}
