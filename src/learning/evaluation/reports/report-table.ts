import type { Interval } from '../../../base/math/statistics/quantile.ts'
import { formatFixed, formatSigned } from '../../../base/text/format/format-number.ts'
import { type TextTable, textTable } from '../../../base/text/format/text-table.ts'
import { wrapLine } from '../../../base/text/format/wrap-line.ts'
import type { ApgrDifference, Evaluation, RouterEvaluation } from '../evaluation.ts'
import { leastGapErrors } from '../metrics/gap.ts'
import { gapPercents } from '../metrics/metrics.ts'
import {
  categoriesTitle,
  type EvaluationReport,
  type ReportSection,
  reportSections,
} from './report-sections.ts'
import { standingNotes } from './router-standing.ts'
import { evaluationVerdict } from './verdict.ts'

/** The numbers of an evaluation as text: one heading, one line per router, baseline and the oracle. */
export type ReportTable = {
  readonly headings: readonly string[]
  readonly rows: readonly ReportRow[]
}

export type ReportRow = {
  /** Oracles know the answers and show what is possible. Baselines are what a router must beat. */
  readonly kind: 'router' | 'baseline' | 'oracle'
  readonly cells: readonly string[]
}

/** Routers by descending APGR, then the baselines, then the oracles. */
export function reportTable(evaluation: Evaluation): ReportTable {
  const { routers, baselines, oracle } = evaluation
  const ranked = [...routers].sort((one, other) => other.apgr - one.apgr)
  return {
    headings: [
      'router',
      'APGR',
      '95 % interval',
      ...gapPercents.map((percent) => `calls for ${percent} %`),
      'mean score',
    ],
    rows: [
      ...ranked.map((router) => rowOf('router', router.name, router)),
      rowOf('baseline', baselineName('random', routers), baselines.random),
      ...(isLengthAmong(evaluation)
        ? []
        : [rowOf('baseline', baselineName('length', routers), baselines.length)]),
      ...(baselines.category === undefined ? [] : [rowOf('oracle', 'category oracle', baselines.category)]),
      rowOf('oracle', 'answer oracle', oracle),
    ],
  }
}

/** Whether one of the routers is prompt length itself, so that the baseline would show it twice. */
export function isLengthAmong({ routers, baselines }: Evaluation): boolean {
  return routers.some(
    ({ name, apgr, auc }) =>
      name === 'length' && apgr === baselines.length.apgr && auc === baselines.length.auc,
  )
}

/** A baseline's name, marked as such if a router has the same name. */
export function baselineName(name: string, routers: readonly { readonly name: string }[]): string {
  return routers.some((router) => router.name === name) ? `${name} (baseline)` : name
}

export type ReportTextOptions = {
  /** Characters of a line. Default: 80. */
  readonly width?: number
  /** Also how to read the numbers, every difference, and the further tables. */
  readonly isVerbose?: boolean
  /** The table of dollars. Default: true. */
  readonly hasCosts?: boolean
}

/** The report for a terminal: verdict, models, table, and with `isVerbose` everything else. */
export function reportText(
  evaluation: EvaluationReport,
  { width = 80, isVerbose = false, hasCosts = true }: ReportTextOptions = {},
): string {
  const { rows } = reportTable(evaluation)
  const { heading, rule, lines } = fittedTable(
    { headings: shortHeadings, rows: rows.map(({ cells }) => cells) },
    width,
  )
  const verdict = evaluationVerdict(evaluation)
  const sections = reportSections(evaluation).filter(
    ({ title }) => isVerbose || (title !== categoriesTitle && (hasCosts || title !== 'Cost')),
  )
  const firstOther = rows.findIndex(({ kind }) => kind !== 'router')
  return [
    ...(verdict === undefined ? [] : [...verdict.sentences, '']),
    ...reportHeadline(evaluation),
    '',
    heading,
    rule,
    ...lines.slice(0, firstOther),
    ...(firstOther > 0 ? [rule] : []),
    ...lines.slice(firstOther),
    '',
    ...standingNotes(evaluation).filter((note) => verdict?.sentences.includes(note) !== true),
    ...evaluation.routers.flatMap(trainingNote),
    ...gapNotes(evaluation),
    'APGR: the kept share of the gap between the models; 0.5 is random.',
    '20 %, 50 %, 80 %: prompts sent to the strong model to keep that part of the gap.',
    ...(isVerbose ? methodNotes(evaluation) : []),
    ...foremostComparisons(evaluation).map((comparison) => `  ${comparisonText(comparison)}`),
    ...sections.flatMap((section) => sectionLines(section, width)),
  ]
    .flatMap((line) => wrapLine(line, width))
    .join('\n')
}

const shortHeadings = [
  'router',
  'APGR',
  '95 % interval',
  ...gapPercents.map((percent) => `${percent} %`),
  'score',
]

function sectionLines({ title, table, notes }: ReportSection, width: number): string[] {
  const { heading, rule, lines } = fittedTable(table, width)
  return ['', title, '', heading, rule, ...lines, '', ...notes]
}

/** A table whose first column is shortened if the lines would be longer than `width`. */
function fittedTable({ headings, rows }: TextTable, width: number): ReturnType<typeof textTable> {
  const whole = textTable({ headings, rows })
  const tooLong = whole.rule.length - width
  if (tooLong <= 0) return whole
  const first = Math.max(headings[0]?.length ?? 0, ...rows.map((cells) => cells[0]?.length ?? 0))
  const room = Math.max(12, first - tooLong)
  return textTable({
    headings,
    rows: rows.map(([name = '', ...cells]) => [
      name.length > room ? `${name.slice(0, room - 1)}…` : name,
      ...cells,
    ]),
  })
}

/** Each router against the next best one and against `length`. The evaluation has every pair. */
function foremostComparisons({ routers, comparisons }: Evaluation): ApgrDifference[] {
  const ranked = [...routers].sort((one, other) => other.apgr - one.apgr).map(({ name }) => name)
  const isNext = ({ router, against }: ApgrDifference) =>
    Math.abs(ranked.indexOf(router) - ranked.indexOf(against)) === 1 && ranked.includes(against)
  return comparisons
    .filter(({ router, against }) => router !== against)
    .filter((comparison) => comparison.against === 'length' || isNext(comparison))
    .map((comparison) =>
      comparison.apgrDifference < 0 && isNext(comparison) ? turned(comparison) : comparison,
    )
    .filter(
      ({ router, against }, index, all) =>
        all.findIndex((other) => other.router === router && other.against === against) === index,
    )
    .sort((one, other) => ranked.indexOf(one.router) - ranked.indexOf(other.router))
}

function turned({ router, against, apgrDifference, interval }: ApgrDifference): ApgrDifference {
  return {
    router: against,
    against: router,
    apgrDifference: -apgrDifference,
    interval: [-interval[1], -interval[0]],
  }
}

/** The table in Markdown, for the documentation. */
export function reportMarkdown(evaluation: Evaluation): string {
  const { headings, rows } = reportTable(evaluation)
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [
    line(headings),
    line(headings.map((_, column) => (column === 0 ? '---' : '---:'))),
    ...rows.map(({ kind, cells }) => line(kind === 'router' ? cells : [`*${cells[0]}*`, ...cells.slice(1)])),
  ].join('\n')
}

/** The measurement in two lines. */
export function reportHeadline({
  benchmark,
  rows,
  contaminatedRows,
  unit,
  strong,
  weak,
}: Evaluation): string[] {
  const unitText =
    unit === 'percent' ? 'scores in percent' : unit === '1-10' ? 'scores 1 to 10' : 'scores in points'
  const left = contaminatedRows === 0 ? '' : `, ${contaminatedRows} contaminated left out`
  return [
    `${benchmark}: ${rows.toLocaleString('en-US')} rows${left}; ${unitText}`,
    `strong ${strong.model} ${fixed(strong.score, unit)}, weak ${weak.model} ${fixed(weak.score, unit)}`,
  ]
}

/** Below so many standard errors of the gap, intervals are shown with a caution. */
const cautiousGapErrors = 5

/** How to read the table. */
export function reportNotes(evaluation: Evaluation): string[] {
  return [
    ...standingNotes(evaluation),
    ...evaluation.routers.flatMap(trainingNote),
    ...gapNotes(evaluation),
    'APGR: share of the gap between the models recovered, averaged over all shares of strong calls; 0.5 is random.',
    'calls for x %: percent of prompts sent to the strong model to recover x % of the gap; fewer is better.',
    ...methodNotes(evaluation),
  ]
}

/** How the numbers were computed. */
function methodNotes({ metrics, bootstrap, comparisons, noIntervals }: Evaluation): string[] {
  const notes: string[] = []
  if (metrics === 'reference')
    notes.push('Routers and answer oracle as the reference computes them: ten bins, no intervals.')
  if (noIntervals === 'gap-within-chance') {
    notes.push(
      'No intervals: on these rows the gap between the two models is within chance. More rows are needed.',
    )
  }
  if (bootstrap === undefined) return notes
  notes.push(
    `Intervals: bootstrap over ${bootstrap.distinctPrompts.toLocaleString('en-US')} distinct prompts, ` +
      `${bootstrap.samples.toLocaleString('en-US')} samples, seed ${bootstrap.seed}. Random: the range of single runs.`,
  )
  if (comparisons.length > 0) notes.push('Differences in APGR, paired on the same resamples:')
  return notes
}

/** What a small gap between the models means for the intervals. */
function gapNotes({ gap, noIntervals, bootstrap }: Evaluation): string[] {
  if (bootstrap === undefined || gap.score >= cautiousGapErrors * gap.standardError) return []
  const errors = formatFixed(gap.score / gap.standardError, 1)
  return [
    noIntervals === 'gap-uncertain'
      ? `No intervals of APGR: the gap between the two models is only ${errors} standard errors, and below ${leastGapErrors} such intervals miss too often.`
      : `The gap between the two models is ${errors} standard errors: if it is really smaller, APGR is higher than these intervals say.`,
  ]
}

function trainingNote({ name, training }: RouterEvaluation): string[] {
  if (training?.basis === 'suspect')
    return [
      `${name} may have learned from some of these rows; its numbers are then too good (see the warning).`,
    ]
  if (training === undefined || training.crossFittedRows === 0) return []
  const rows = training.crossFittedRows.toLocaleString('en-US')
  return [
    `${name} was trained on the prompts of ${rows} of these rows: each of them has the win rate of a fit without it.`,
  ]
}

/** `mf − length +0.0160 (+0.0010 to +0.0310): more than chance` */
export function comparisonText({ router, against, apgrDifference, interval }: ApgrDifference): string {
  const beyondChance = interval[0] > 0 || interval[1] < 0
  return (
    `${router} − ${against}  ${signed(apgrDifference)} (${signed(interval[0])} to ${signed(interval[1])}): ` +
    (beyondChance ? 'more than chance' : 'within chance')
  )
}

export function intervalText(interval: Interval | null, digits: number): string {
  return interval === null
    ? '–'
    : `${formatFixed(interval[0], digits)} to ${formatFixed(interval[1], digits)}`
}

function rowOf(
  kind: ReportRow['kind'],
  name: string,
  { apgr, apgrInterval, cpt, auc }: RouterEvaluation,
): ReportRow {
  return {
    kind,
    cells: [
      name,
      formatFixed(apgr, 3),
      intervalText(apgrInterval, 3),
      ...gapPercents.map((percent) => `${formatFixed(cpt[percent], 1)} %`),
      formatFixed(auc, auc > 20 ? 2 : 3),
    ],
  }
}

function fixed(score: number, unit: Evaluation['unit']): string {
  return formatFixed(score, unit === 'percent' ? 2 : 3)
}

function signed(value: number): string {
  return formatSigned(value, 4)
}
