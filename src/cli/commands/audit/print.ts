import { toDisplayText } from '../../../base/text/display.ts'
import { toCommandLineText } from '../../../base/text/format/command-line-text.ts'
import { formatCount, formatPercent, formatUsd } from '../../../base/text/format/format-number.ts'
import { type TextTable, textTable } from '../../../base/text/format/text-table.ts'
import { wrapLine } from '../../../base/text/format/wrap-line.ts'
import type { AuditResult } from '../../../jobs/audit/job.ts'
import type { AuditReport } from '../../../learning/audit/audit-report.ts'
import {
  answerLabels,
  assumptions,
  briefThresholdTable,
  dimensionLabels,
  keptOutLine,
  mainAssumptions,
  modelTable,
  paidLine,
  pairLine,
  requestsLine,
  riskLine,
  simpleLine,
} from '../../../learning/audit/reports/report-text.ts'
import type { ThresholdLine } from '../../../learning/audit/savings/threshold-lines.ts'
import { longestSampledPrompt } from '../../../learning/audit/verdict/label-sample.ts'
import type { VerdictRuleName } from '../../../learning/audit/verdict/verdict.ts'
import type { Colors } from '../../terminal/terminal.ts'

const labelWidth = 10
const shownModels = 6
const shownSegments = 8
/** A line is at most so long on a wider terminal. */
const longestLine = 100
/** The width if it is not known. */
const usualWidth = 80

export type AuditPrinting = {
  readonly colors: Colors
  /** Characters of a line of the terminal. null if it is not known. */
  readonly width: number | null
  /** With the models, every threshold and the segments. */
  readonly isVerbose: boolean
  /** The logs and options of the same audit, as the command names them. */
  readonly again: readonly string[]
  /** The router and the configuration, as the command names them. */
  readonly asked: { readonly router: string; readonly config?: string }
}

/** An audit: the verdict first, on one screen of 80 columns unless it is verbose. */
export function formatAudit(report: AuditReport, printing: AuditPrinting): string[] {
  const { colors, isVerbose } = printing
  const { verdict } = report
  const width = lineWidth(printing)
  const facts: [string, string | undefined][] = [
    ['log', requestsLine(report)],
    ['left out', keptOutLine(report)],
    ['paid', paidLine(report)],
    ['models', pairLine(report)],
    ['simple', simpleLine(report)],
    ['risk', riskLine(report)],
  ]
  const layout = { colors, width }
  return [
    `${colors.bold(answerLabels[verdict.answer])}  ${colors.dim(sourceLine(report))}`,
    ...wrapped(verdict.summary, width),
    '',
    ...facts.flatMap(([label, text]) => (text === undefined ? [] : labelled(label, text, layout))),
    '',
    ...(isVerbose ? [...tableLines(modelTable(report, shownModels), layout), ''] : []),
    ...thresholdSection(report, layout, isVerbose),
    ...(isVerbose ? segmentLines(report, layout) : []),
    ...exampleLines(report, layout),
    ...nextLines(report, printing),
  ]
}

function lineWidth({ width }: Pick<AuditPrinting, 'width'>): number {
  return Math.min(longestLine, width ?? usualWidth)
}

type Layout = Pick<AuditPrinting, 'colors'> & { readonly width: number }

/** The assumptions of the numbers. They go to stderr because stdout is for the numbers. */
export function formatAssumptions(report: AuditReport, printing: AuditPrinting): string[] {
  const sentences = printing.isVerbose
    ? assumptions(report)
    : [
        ...mainAssumptions(report),
        '--verbose shows the models, more thresholds, the segments and all assumptions.',
      ]
  return sentences.flatMap((sentence) => wrapped(`· ${sentence}`, lineWidth(printing), 2))
}

/** What the sample stands for, because a promise that is made with its labels holds for these requests only. */
export function formatSample(
  { prompts, requests, tooLong }: NonNullable<AuditResult['sampled']>,
  pair: AuditReport['pair'],
  { again, sampleToLabel = 'to-label.jsonl' }: Pick<AuditPrinting, 'again'> & { sampleToLabel?: string },
): string[] {
  return [
    `The sample has ${prompts} prompts that stand for ${requests} requests of the log ("requests" in each row). Keep that column with the labels.`,
    ...(tooLong === 0
      ? []
      : [
          `${tooLong} requests with longer prompts than ${longestSampledPrompt} characters cannot be drawn; the labels say nothing about these.`,
        ]),
    ...(pair === null ? [] : labelSteps(pair, again, sampleToLabel)),
  ]
}

/** The commands that make labels of the sample. The models are named as in the log, so its answers are not paid for again. */
function labelSteps(
  { strong, weak }: NonNullable<AuditReport['pair']>,
  again: readonly string[],
  sample: string,
): string[] {
  const step = (...words: string[]) => `  ${toCommandLineText(['routellm', ...words])}`
  const judge = ['--judge', 'gpt-4.1-mini', '--strong-model', strong, '--weak-model', weak]
  return [
    'Next, the answers that the log does not have, the labels, and the risk:',
    step(
      ...['data', 'answer', '--model', strong, weak, '--max-cost', '5'],
      ...['--input', sample, '--output', 'answers.jsonl'],
    ),
    step(
      ...['data', 'judge', ...judge, '--max-cost', '5'],
      ...['--input', 'answers.jsonl', '--output', 'labels.jsonl'],
    ),
    step('audit', ...again, '--labels', 'labels.jsonl'),
    'A rule (data judge --checker) is better than a judge where the prompts have a right answer: docs/labels.md.',
  ]
}

function sourceLine({ files, format, router, period }: AuditReport): string {
  const [file = ''] = files
  const name = files.length === 1 ? toDisplayText(file, 60) : `${files.length} files`
  const days = period === null ? 'no times' : `${period.from.slice(0, 10)} to ${period.to.slice(0, 10)}`
  return `${name} · ${format} · ${days} · router ${router}`
}

function thresholdSection(report: AuditReport, layout: Layout, isVerbose: boolean): string[] {
  if (report.routed.requests === 0) return []
  const { width, colors } = layout
  return [
    ...wrapped('Saved if requests that the router scores below a threshold go to the weak model:', width).map(
      (line) => colors.dim(line),
    ),
    ...tableLines(briefThresholdTable(report, shownThresholds(report, isVerbose)), layout),
    '',
  ]
}

/**
 * The marked thresholds and, unless verbose, three others. Leaves out shares that send no request to the weak model,
 * unless they have a mark.
 */
function shownThresholds({ thresholds }: AuditReport, isVerbose: boolean): readonly ThresholdLine[] {
  const lines = thresholds.filter(({ weakRequests, mark }) => weakRequests > 0 || mark !== null)
  if (isVerbose) return lines
  const plain = lines.filter(({ mark }) => mark === null)
  const kept = new Set([plain[0], plain[Math.floor(plain.length / 2)], plain.at(-1)])
  return lines.filter((line) => line.mark !== null || kept.has(line))
}

function segmentLines({ segments, routed }: AuditReport, layout: Layout): string[] {
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
    return labelled(shortName(dimensionLabels[table.dimension]), `${values}${more}`, layout)
  })
  const heading = 'By segment: share of the requests (simple among them; saved at the marked threshold)'
  return [...wrapped(heading, layout.width).map((line) => layout.colors.dim(line)), ...lines, '']
}

function shortName(dimension: string): string {
  return dimension.split(' ')[0]!
}

function exampleLines({ examples }: AuditReport, { colors, width }: Layout): string[] {
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

/** What to do next. Commands can be pasted. */
function nextLines(report: AuditReport, printing: AuditPrinting): string[] {
  const { verdict, chosen, risk } = report
  const { colors, again, asked } = printing
  const router = report.winRateSource === 'logged' ? report.router : asked.router
  const config = asked.config === undefined ? [] : ['--config', asked.config]
  const width = lineWidth(printing)
  const sentences = (text: string) => wrapped(text, width - 2).map((line) => `  ${line}`)
  const pasted = (words: readonly string[]) => wrapLine(`  ${toCommandLineText(words)}`, width)
  const sample = pasted(['routellm', 'audit', ...again, '--sample-to-label', 'to-label.jsonl'])
  const head = colors.bold('Next')
  switch (verdict.answer) {
    case 'yes':
      return [
        head,
        ...pasted([
          ...['routellm', 'route', 'One of your prompts', '--router', router],
          '--threshold',
          `${chosen.threshold}`,
          ...config,
        ]),
        ...sentences(
          `Then serve it and ask for the model router-${report.router}-${chosen.threshold}, first for a small part of the traffic: docs/adopting.md, step 6.`,
        ),
      ]
    case 'measure-first':
      return [
        head,
        ...sample,
        ...sentences(
          'It draws requests to label. Label them (docs/adopting.md, step 2) and run this audit again with --labels labels.jsonl.',
        ),
      ]
    case 'no':
      return risk.kind === 'measured' &&
        verdict.rules.every(({ rule, outcome }) => outcome !== 'against' || isOfLabels(rule))
        ? [
            head,
            ...sample,
            ...sentences(
              'More labels, or a router that is trained on them, may change the verdict: docs/adopting.md, steps 2 and 4.',
            ),
          ]
        : [
            head,
            ...sentences(
              'Nothing to do. docs/adopting.md says how the verdict is reached and what could change it.',
            ),
          ]
    case 'unknown':
      return [
        head,
        ...sentences(
          'Name the models with --strong-model and --weak-model, and give their prices: --prices prices.json (docs/audit.md shows one).',
        ),
      ]
  }
}

function isOfLabels(rule: VerdictRuleName): boolean {
  return rule === 'risk' || rule === 'router-order'
}

/** A table that fits: with less space between the columns, and names cut at the end, if it is too wide. */
function tableLines(table: TextTable, { colors, width }: Layout): string[] {
  const spaces = textTable(table).rule.length > width ? 2 : 3
  const excess = textTable(table, spaces).rule.length - width
  const longest = Math.max(0, ...table.rows.map(([name = '']) => name.length))
  const cut = (name = '') => (excess > 0 ? toDisplayText(name, Math.max(8, longest - excess)) : name)
  const rows = table.rows.map(([name, ...cells]) => [cut(name), ...cells])
  const { heading, rule, lines } = textTable({ headings: table.headings, rows }, spaces)
  return [colors.dim(heading), colors.dim(rule), ...lines]
}

function labelled(label: string, text: string, { colors, width }: Layout): string[] {
  const [first = '', ...others] = wrapped(text, width - labelWidth)
  const indent = ' '.repeat(labelWidth)
  return [`${colors.bold(label.padEnd(labelWidth))}${first}`, ...others.map((line) => `${indent}${line}`)]
}

/** Breaks at spaces; a word that is longer than a line gets a separate line. A number keeps its unit. */
function wrapped(text: string, columns: number, indent = 0): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.replaceAll(/(\d) %/g, '$1\u00a0%').split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = `${' '.repeat(indent)}${word}`
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((each) => each.replaceAll('\u00a0', ' '))
}
