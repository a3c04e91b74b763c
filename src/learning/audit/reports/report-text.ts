import { toDisplayText } from '../../../base/text/display.ts'
import {
  formatCount,
  formatPercent,
  formatRange,
  formatRatio,
  formatUsd,
} from '../../../base/text/format/format-number.ts'
import type { TextTable } from '../../../base/text/format/text-table.ts'
import { charactersPerToken } from '../../formats/logs/token-estimate.ts'
import type { AuditReport } from '../audit-report.ts'
import type { KeptOut } from '../savings/money-tally.ts'
import type { Resampled } from '../savings/savings-curve.ts'
import type { ThresholdLine } from '../savings/threshold-lines.ts'
import type { SegmentDimension } from '../survey/segments.ts'
import { populationLabels } from '../verdict/verdict.ts'

export const answerLabels = {
  yes: 'YES, ROUTE',
  'measure-first': 'MEASURE FIRST',
  no: 'NO',
  unknown: 'CANNOT SAY',
} as const

export function requestsLine({ rows, routable, routed, alreadyRouted, pair }: AuditReport): string {
  const unreadable = rows.unreadable === 0 ? '' : `, ${formatCount(rows.unreadable)} rows unreadable`
  const routedText =
    pair === null
      ? ''
      : `; a model more expensive than ${toDisplayText(pair.weak)} answered ${formatCount(routed.requests)} of them`
  const alreadyText =
    pair === null || alreadyRouted === null
      ? ''
      : `; a router gave ${formatCount(alreadyRouted.requests)} to ${toDisplayText(pair.weak)}`
  return `${formatCount(rows.requests)} requests${unreadable}; a router could decide ${formatCount(routable)}${routedText}${alreadyText}`
}

export function paidLine({ paid, period }: AuditReport): string {
  if (paid.usd === 0 && paid.unknown > 0)
    return `unknown: the log has no cost of ${formatCount(paid.unknown)} requests, and no price or no tokens to compute it from`
  const days = period === null ? '' : ` in ${Number(period.days.toPrecision(2))} days`
  const basis =
    paid.fromTokens === 0
      ? 'as logged'
      : paid.logged === 0
        ? 'tokens × prices'
        : `${formatUsd(paid.loggedUsd)} as logged, the rest tokens × prices`
  const estimated =
    paid.estimated === 0 ? '' : `, tokens estimated for ${formatCount(paid.estimated)} requests`
  const unknown = paid.unknown === 0 ? '' : `; without ${formatCount(paid.unknown)} requests of unknown cost`
  return `${formatUsd(paid.usd)}${days} (${basis}${estimated})${unknown}`
}

export function simpleLine({ simple }: AuditReport): string {
  return (
    `${formatPercent(simple.share)} of the requests (${formatRange(simple.shareInterval, formatPercent)}): ` +
    `the router scores them below ${simple.threshold}, ${simple.basis}`
  )
}

export function pairLine({ pair }: AuditReport): string {
  if (pair === null) return 'none: no two models with prices could be chosen'
  const gap = pair.priceRatio === null ? '' : `, ${formatRatio(pair.priceRatio)} times as expensive`
  return `strong ${toDisplayText(pair.strong)}, weak ${toDisplayText(pair.weak)}${gap} (${pair.basis})`
}

export function keptOutLine({ keptOut }: AuditReport): string | undefined {
  if (keptOut.length === 0) return undefined
  return keptOut.map(({ reason, requests }) => `${formatCount(requests)} ${keptOutLabels[reason]}`).join(', ')
}

const keptOutLabels: Readonly<Record<KeptOut, string>> = {
  error: 'failed',
  embeddings: 'embeddings',
  'other-call': 'other calls',
  cached: 'from a cache',
  truncated: 'with prompts that the logger cut',
  'tool-turn': 'inside tool loops',
  attachment: 'with images or files',
  'no-text': 'without user text',
  'not-scored': 'without text or win rate',
  unpriced: 'of unpriced models',
  'no-usage': 'without tokens or answer',
  'other-router': 'scored by another router',
}

export function riskLine({ risk, chosen }: AuditReport): string {
  if (risk.kind === 'unknown')
    return 'unknown: only labels show how often the weak model fails where the strong one does not'
  if (risk.basis === 'suspect')
    return 'unknown: the router was trained on some of these labels and flatters itself on them; label other requests'
  const promise = `${formatPercent(risk.maxLoss)} of ${populationLabels[risk.about]}, with ${formatPercent(risk.confidence)} confidence`
  if (risk.guarantee.possible)
    return `at threshold ${chosen.threshold} the weak model fails where the strong one does not in at most ${promise} (${formatCount(risk.labels)} labels)`
  const needed =
    risk.guarantee.labelsNeeded === null
      ? 'the router does not separate the harmless requests'
      : `about ${formatCount(risk.guarantee.labelsNeeded)} are needed`
  return `${formatCount(risk.labels)} labels support no threshold that loses at most ${promise}; ${needed}`
}

export function modelTable({ models }: AuditReport, most = Number.POSITIVE_INFINITY): TextTable {
  const requests = models.reduce((sum, model) => sum + model.requests, 0)
  const shown = models.slice(0, most)
  return {
    headings: ['model', 'requests', 'share', 'paid', '$ per million in / out', 'routed'],
    rows: [
      ...shown.map((model) => [
        toDisplayText(model.model),
        formatCount(model.requests),
        formatPercent(model.requests / requests),
        model.unpricedRequests > 0 && model.paidUsd === 0 ? 'unpriced' : formatUsd(model.paidUsd),
        model.prices === null
          ? '–'
          : `${model.prices.inputUsdPerMillionTokens} / ${model.prices.outputUsdPerMillionTokens}`,
        model.routed ? 'yes' : 'stays',
      ]),
      ...(models.length > shown.length ? [restOfModels(models.slice(shown.length), requests)] : []),
    ],
  }
}

function restOfModels(models: AuditReport['models'], requests: number): string[] {
  const rest = models.reduce((sum, model) => sum + model.requests, 0)
  const paid = models.reduce((sum, model) => sum + model.paidUsd, 0)
  return [
    `${models.length} more`,
    formatCount(rest),
    formatPercent(rest / requests),
    formatUsd(paid),
    '–',
    '–',
  ]
}

export function thresholdTable(
  report: AuditReport,
  lines: readonly ThresholdLine[] = report.thresholds,
): TextTable {
  const hasMonths = lines.some(({ savedUsdPerMonth }) => savedUsdPerMonth !== null)
  const hasLoss = report.risk.kind === 'measured'
  return {
    headings: [
      'threshold',
      'to weak',
      'saved',
      '95 % interval',
      'of paid',
      ...(hasMonths ? ['a month'] : []),
      hasLoss ? 'lost (95 %)' : 'risk',
    ],
    rows: lines.map((line) => [
      `${line.threshold}${line.mark === null ? '' : ` ${markLabels[line.mark]}`}`,
      formatPercent(line.weakShare),
      formatUsd(line.savedUsd),
      formatRange(line.savedUsdInterval, formatUsd),
      line.savedShare === null ? '–' : formatPercent(line.savedShare),
      ...(hasMonths ? [line.savedUsdPerMonth === null ? '–' : formatUsd(line.savedUsdPerMonth)] : []),
      lossCell(line),
    ]),
  }
}

/** As `thresholdTable`, in the columns that fit on a line of 80 characters: dollars a month if these are known. */
export function briefThresholdTable(report: AuditReport, lines: readonly ThresholdLine[]): TextTable {
  const hasMonths = lines.some(({ savedUsdPerMonth }) => savedUsdPerMonth !== null)
  const hasLoss = report.risk.kind === 'measured'
  return {
    headings: [
      'threshold',
      'to weak',
      hasMonths ? 'a month' : 'saved',
      '95 % interval',
      hasLoss ? 'lost (95 %)' : 'risk',
    ],
    rows: lines.map((line) => [
      `${line.threshold}${line.mark === null ? '' : ` ${markLabels[line.mark]}`}`,
      formatPercent(line.weakShare),
      formatUsd(line.savedUsdPerMonth ?? line.savedUsd),
      formatRange(line.savedUsdPerMonthInterval ?? line.savedUsdInterval, formatUsd),
      lossCell(line),
    ]),
  }
}

function lossCell({ loss }: ThresholdLine): string {
  if (loss === null) return 'unknown'
  return `${formatPercent(loss.share)} (${formatRange(loss.interval, formatPercent).replace(' %', '')})`
}

export const markLabels = { guarantee: '◆ guaranteed', asked: '● asked for', simple: '● simple' } as const

export const dimensionLabels: Readonly<Record<SegmentDimension, string>> = {
  model: 'model',
  tag: 'tag',
  user: 'user',
  key: 'key',
  endpoint: 'endpoint',
  kind: 'kind of text',
  language: 'language',
  length: 'length of the prompt',
}

export function segmentTable({ dimension, segments }: AuditReport['segments'][number]): TextTable {
  return {
    headings: [dimensionLabels[dimension], 'requests', 'share', 'simple', 'paid', 'saved'],
    rows: segments.map((segment) => [
      toDisplayText(segment.value),
      formatCount(segment.requests),
      formatPercent(segment.share),
      formatPercent(segment.simpleShare),
      formatUsd(segment.paidUsd),
      formatUsd(segment.savedUsd),
    ]),
  }
}

/** The assumptions that the first screen must not hide. */
export function mainAssumptions(report: AuditReport): readonly string[] {
  const { intervals, router, paid } = report
  return [
    simpleAssumption(router),
    `${intervalScopes[intervals.resampled]}.`,
    ...(paid.cached === 0 ? [] : [cachedAssumption(paid.cached)]),
  ]
}

function simpleAssumption(router: string): string {
  return `Simple is the opinion of the router ${router}, not a measurement: at a low win rate it does not expect the strong model's answer to be better.`
}

function cachedAssumption(cached: number): string {
  return `${formatCount(cached)} requests without a logged cost had cached input tokens, which count at the full price here. What was really paid is less, and so is the saving.`
}

/** What the intervals tell about. */
const intervalScopes: Readonly<Record<Resampled, string>> = {
  users: 'Intervals show how much a log of other users like these could differ: its users were resampled',
  days: 'Intervals show how much a log of other days like these could differ: its days were resampled',
  'users-and-days':
    'Intervals show how much a log of other users or days like these could differ: users and days were resampled, and the wider interval is shown',
  requests:
    'Intervals are about this traffic only. The log names too few users and has too few days (14 are needed) to show how other users or days would differ; single requests were resampled',
}

/** The assumptions behind the numbers, one sentence each. */
export function assumptions(report: AuditReport): readonly string[] {
  const { pair, prices, paid, intervals, router, risk } = report
  return [
    ...report.notes,
    simpleAssumption(router),
    ...(report.winRateSource === 'logged'
      ? [
          `The log holds no prompts, so the win rates are those that ${router} gave when the requests were answered.`,
        ]
      : []),
    ...(pair === null || report.alreadyRouted === null
      ? []
      : [
          `A router gave ${formatCount(report.alreadyRouted.requests)} requests to ${toDisplayText(pair.weak)}. They count as if ${toDisplayText(pair.strong)} had answered them with the same tokens, so saved is against ${toDisplayText(pair.strong)} alone.`,
        ]),
    ...(pair === null
      ? []
      : [
          `Saved is what was paid less the price of ${toDisplayText(pair.weak)} for the same tokens. It is less if the weak model writes longer answers, or if a prompt loses the discount of a cache.`,
          `Requests at or above a threshold stay with their model, and so do those of a model as cheap as ${toDisplayText(pair.weak)}. The router runs in your process and costs nothing.`,
        ]),
    `Prices: ${prices.source.replaceAll(/ \([^)]*\)/g, '')}, ${prices.asOf}.${prices.advice === undefined ? '' : ` ${prices.advice}.`}`,
    ...(paid.cached === 0 ? [] : [cachedAssumption(paid.cached)]),
    ...(paid.estimated === 0
      ? []
      : [`Tokens that the log does not have are estimated at ${charactersPerToken} characters a token.`]),
    `${intervalScopes[intervals.resampled]} (95 % intervals, seed ${intervals.seed}).`,
    ...(risk.kind === 'unknown'
      ? []
      : [
          risk.about === 'requests'
            ? `The ${formatCount(risk.labels)} labels stand for ${formatCount(risk.requests)} requests; lost and guaranteed hold for requests of the log that these were drawn from.`
            : 'The labels do not say how often each prompt is asked, so lost and guaranteed hold for distinct prompts like these labels. For requests, label a sample by --sample-to-label.',
        ]),
  ]
}
