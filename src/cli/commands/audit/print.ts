import { toDisplayText } from '../../../base/text/display.ts'
import { formatCount, formatPercent, formatUsd } from '../../../base/text/format/format-number.ts'
import { type TextTable, textTable } from '../../../base/text/format/text-table.ts'
import type { AuditResult } from '../../../jobs/audit/job.ts'
import type { AuditReport } from '../../../learning/audit/audit-report.ts'
import {
  answerLabels,
  assumptions,
  dimensionLabels,
  keptOutLine,
  modelTable,
  paidLine,
  pairLine,
  requestsLine,
  riskLine,
  simpleLine,
  thresholdTable,
} from '../../../learning/audit/reports/report-text.ts'
import type { ThresholdLine } from '../../../learning/audit/savings/threshold-lines.ts'
import { longestSampledPrompt } from '../../../learning/audit/verdict/label-sample.ts'
import type { Colors } from '../../terminal/terminal.ts'

const width = 100
const labelWidth = 10
const shownModels = 4
const shownSegments = 6

/** An audit on one screen of 100 columns. */
export function formatAudit(report: AuditReport, colors: Colors): string[] {
  const { verdict } = report
  const facts: [string, string | undefined][] = [
    ['log', requestsLine(report)],
    ['left out', keptOutLine(report)],
    ['paid', paidLine(report)],
    ['pair', pairLine(report)],
    ['simple', simpleLine(report)],
    ['risk', riskLine(report)],
  ]
  return [
    `${colors.bold(answerLabels[verdict.answer])}  ${colors.dim(sourceLine(report))}`,
    ...wrapped(verdict.summary, width),
    '',
    ...facts.flatMap(([label, text]) => (text === undefined ? [] : labelled(label, text, colors))),
    '',
    ...tableLines(modelTable(report, shownModels), colors),
    '',
    ...(report.routed.requests === 0
      ? []
      : [...tableLines(thresholdTable(report, shownThresholds(report)), colors), '']),
    ...segmentLines(report, colors),
    ...exampleLines(report, colors),
    ...nextLines(report).flatMap((line) => labelled('next', line, colors)),
  ]
}

/** The assumptions of the numbers. They go to stderr because stdout is for the numbers. */
export function formatAssumptions(report: AuditReport): string[] {
  return assumptions(report).flatMap((sentence) => wrapped(`· ${sentence}`, width, 2))
}

/** What the sample stands for, because a promise that is made with its labels holds for these requests only. */
export function formatSample({ prompts, requests, tooLong }: NonNullable<AuditResult['sampled']>): string[] {
  return [
    `The sample has ${prompts} prompts that stand for ${requests} requests of the log ("requests" in each row). Keep that column with the labels.`,
    ...(tooLong === 0
      ? []
      : [
          `${tooLong} requests with longer prompts than ${longestSampledPrompt} characters cannot be drawn; the labels say nothing about these.`,
        ]),
  ]
}

function sourceLine({ files, format, router, period }: AuditReport): string {
  const [file = ''] = files
  const name = files.length === 1 ? toDisplayText(file, 60) : `${files.length} files`
  const days = period === null ? 'no times' : `${period.from.slice(0, 10)} to ${period.to.slice(0, 10)}`
  return `${name} · ${format} · ${days} · router ${router}`
}

/** Leaves out shares that send no request to the weak model, unless they have a mark. */
function shownThresholds({ thresholds }: AuditReport): readonly ThresholdLine[] {
  return thresholds.filter(({ weakRequests, mark }) => weakRequests > 0 || mark !== null)
}

function segmentLines({ segments, routed }: AuditReport, colors: Colors): string[] {
  if (segments.length === 0) return []
  const lines = segments.slice(0, shownSegments).flatMap((table) => {
    const values = table.segments
      .slice(0, 4)
      .map(({ value, share, simpleShare, savedUsd }) => {
        const name = toDisplayText(value, 24)
        const saved = routed.requests === 0 ? '' : `, ${formatUsd(savedUsd)}`
        return `${name} ${formatPercent(share)} (${formatPercent(simpleShare)} simple${saved})`
      })
      .join(' · ')
    const more = table.segments.length > 4 ? ` · ${formatCount(table.segments.length - 4)} more` : ''
    return labelled(shortName(dimensionLabels[table.dimension]), `${values}${more}`, colors)
  })
  return [
    colors.dim('by segment: share of the requests (simple among them; saved at the marked threshold)'),
    ...lines,
    '',
  ]
}

function shortName(dimension: string): string {
  return dimension.split(' ')[0]!
}

function exampleLines({ examples }: AuditReport, colors: Colors): string[] {
  if (examples === undefined) return []
  const linesOf = (label: string, prompts: typeof examples.simplest) => [
    colors.dim(label),
    ...prompts.map(
      ({ prompt, strongWinRate }) => `  ${strongWinRate.toFixed(3)}  ${toDisplayText(prompt, width - 12)}`,
    ),
  ]
  return [
    ...linesOf('simplest prompts', examples.simplest),
    ...linesOf('hardest prompts', examples.hardest),
    '',
  ]
}

function nextLines({ verdict, router, chosen, files }: AuditReport): string[] {
  const [file = 'logs.jsonl'] = files
  switch (verdict.answer) {
    case 'yes':
      return [
        `routellm serve, and ask for the model router-${router}-${chosen.threshold}. docs/adopting.md has the eight steps.`,
      ]
    case 'measure-first':
      return [
        `routellm audit ${toDisplayText(file, 40)} --sample-to-label to-label.jsonl writes 300 prompts to label; then --labels. docs/adopting.md has the eight steps.`,
      ]
    case 'no':
      return ['docs/adopting.md says how the verdict is reached, and what could change it.']
    case 'unknown':
      return [
        '--prices prices.json, or npm install @pydantic/genai-prices; --strong-model and --weak-model name the pair.',
      ]
  }
}

function tableLines(table: TextTable, colors: Colors): string[] {
  const { heading, rule, lines } = textTable(table)
  return [colors.dim(heading), colors.dim(rule), ...lines]
}

function labelled(label: string, text: string, colors: Colors): string[] {
  const [first = '', ...others] = wrapped(text, width - labelWidth)
  const indent = ' '.repeat(labelWidth)
  return [`${colors.bold(label.padEnd(labelWidth))}${first}`, ...others.map((line) => `${indent}${line}`)]
}

/** Breaks at spaces; a word that is longer than a line gets a separate line. */
function wrapped(text: string, columns: number, indent = 0): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = `${' '.repeat(indent)}${word}`
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
