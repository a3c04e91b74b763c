import { shownText } from '../../../base/text/display.ts'
import type { AuditReport } from '../audit-report.ts'
import type { KeptOut } from '../savings/money-tally.ts'
import type { ThresholdLine } from '../savings/threshold-lines.ts'
import { charactersPerToken } from '../savings/token-estimate.ts'
import type { SegmentDimension } from '../survey/segments.ts'
import { count, percent, range, ratio, usd } from './numbers-in-words.ts'

/** A table of a report; the first column is a name, the others are numbers. */
export type ReportTable = {
  readonly headings: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export const answersInWords = {
  yes: 'YES, ROUTE',
  'measure-first': 'MEASURE FIRST',
  no: 'NO',
  unknown: 'CANNOT SAY',
} as const

export function requestsLine({ rows, routable, routed, pair }: AuditReport): string {
  const unreadable = rows.unreadable === 0 ? '' : `, ${count(rows.unreadable)} rows unreadable`
  const routedText =
    pair === null
      ? ''
      : `; ${count(routed.requests)} of them answered by a model dearer than ${shownText(pair.weak)}`
  return `${count(rows.requests)} requests${unreadable}; a router could decide on ${count(routable)}${routedText}`
}

export function paidLine({ paid, period }: AuditReport): string {
  if (paid.usd === 0 && paid.unknown > 0)
    return `unknown: ${count(paid.unknown)} requests have no cost in the log, and no price and tokens to make one of`
  const days = period === null ? '' : ` in ${Number(period.days.toPrecision(2))} days`
  const basis =
    paid.fromTokens === 0
      ? 'as logged'
      : paid.logged === 0
        ? 'tokens × prices'
        : `${usd(paid.loggedUsd)} as logged, the rest tokens × prices`
  const estimated = paid.estimated === 0 ? '' : `, tokens estimated for ${count(paid.estimated)} requests`
  const unknown = paid.unknown === 0 ? '' : `; not in it: ${count(paid.unknown)} requests of unknown cost`
  return `${usd(paid.usd)}${days} (${basis}${estimated})${unknown}`
}

export function simpleLine({ simple }: AuditReport): string {
  return (
    `${percent(simple.share)} (${range(simple.shareInterval, percent)}) have a win rate below ${simple.threshold}, ` +
    simple.basis
  )
}

export function pairLine({ pair }: AuditReport): string {
  if (pair === null) return 'none: no two models with prices could be chosen'
  const gap = pair.priceRatio === null ? '' : `, ${ratio(pair.priceRatio)} times as dear`
  return `strong ${shownText(pair.strong)}, weak ${shownText(pair.weak)}${gap} (${pair.basis})`
}

export function keptOutLine({ keptOut }: AuditReport): string | undefined {
  if (keptOut.length === 0) return undefined
  return keptOut.map(({ reason, requests }) => `${count(requests)} ${keptOutInWords[reason]}`).join(', ')
}

const keptOutInWords: Readonly<Record<KeptOut, string>> = {
  error: 'failed',
  embeddings: 'embeddings',
  'other-call': 'other calls',
  cached: 'from a cache',
  'tool-turn': 'inside tool loops',
  attachment: 'with images or files',
  'no-text': 'without user text',
  unpriced: 'of unpriced models',
  'no-usage': 'without tokens or answer',
}

export function riskLine({ risk, chosen }: AuditReport): string {
  if (risk.kind === 'unknown')
    return 'unknown: only labels tell how often the weak model fails where the strong one did not'
  const promise = `${percent(risk.maxLoss)} of the requests, with ${percent(risk.confidence)} confidence`
  if (risk.guarantee.possible)
    return `at threshold ${chosen.threshold} the weak model fails where the strong one would not in at most ${promise} (${count(risk.labels)} labels)`
  const needed =
    risk.guarantee.labelsNeeded === null
      ? 'the router does not tell the harmless requests from the others'
      : `about ${count(risk.guarantee.labelsNeeded)} would be needed`
  return `${count(risk.labels)} labels support no threshold that loses at most ${promise}; ${needed}`
}

export function modelTable({ models }: AuditReport, most = Number.POSITIVE_INFINITY): ReportTable {
  const requests = models.reduce((sum, model) => sum + model.requests, 0)
  const shown = models.slice(0, most)
  return {
    headings: ['model', 'requests', 'share', 'paid', '$ per million in / out', 'routed'],
    rows: [
      ...shown.map((model) => [
        shownText(model.model),
        count(model.requests),
        percent(model.requests / requests),
        model.unpricedRequests > 0 && model.paidUsd === 0 ? 'unpriced' : usd(model.paidUsd),
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
  return [`${models.length} more`, count(rest), percent(rest / requests), usd(paid), '–', '–']
}

export function thresholdTable(
  report: AuditReport,
  lines: readonly ThresholdLine[] = report.thresholds,
): ReportTable {
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
      `${line.threshold}${line.mark === null ? '' : ` ${marksInWords[line.mark]}`}`,
      percent(line.weakShare),
      usd(line.savedUsd),
      range(line.savedUsdInterval, usd),
      line.savedShare === null ? '–' : percent(line.savedShare),
      ...(hasMonths ? [line.savedUsdPerMonth === null ? '–' : usd(line.savedUsdPerMonth)] : []),
      line.loss === null
        ? 'unknown'
        : `${percent(line.loss.share)} (${range(line.loss.interval, percent).replace(' %', '')})`,
    ]),
  }
}

export const marksInWords = { guarantee: '◆ guaranteed', asked: '● asked for', simple: '● simple' } as const

export const dimensionsInWords: Readonly<Record<SegmentDimension, string>> = {
  model: 'model',
  tag: 'tag',
  user: 'user',
  key: 'key',
  endpoint: 'endpoint',
  kind: 'kind of text',
  language: 'language',
  length: 'length of the prompt',
}

export function segmentTable({ dimension, segments }: AuditReport['segments'][number]): ReportTable {
  return {
    headings: [dimensionsInWords[dimension], 'requests', 'share', 'simple', 'paid', 'saved'],
    rows: segments.map((segment) => [
      shownText(segment.value),
      count(segment.requests),
      percent(segment.share),
      percent(segment.simpleShare),
      usd(segment.paidUsd),
      usd(segment.savedUsd),
    ]),
  }
}

/** What the numbers take for granted, each in a sentence. */
export function assumptions(report: AuditReport): readonly string[] {
  const { pair, prices, paid, intervals, router, risk } = report
  return [
    `Simple is the opinion of the router ${router}, not a measurement: a low win rate says that it does not expect the strong model's answer to be better.`,
    ...(pair === null
      ? []
      : [
          `Saved is what was paid less the price of ${shownText(pair.weak)} for the same tokens. A weak model that answers at greater length, or loses a cached prompt that was paid at a discount, saves less.`,
          `Requests at or above a threshold, and those that a model as cheap as ${shownText(pair.weak)} answered, stay as they were. The router runs in your process and costs nothing.`,
        ]),
    `Prices: ${prices.source.replaceAll(/ \([^)]*\)/g, '')}, ${prices.asOf}.${prices.advice === undefined ? '' : ` ${prices.advice}.`}`,
    ...(paid.cached === 0
      ? []
      : [
          `${count(paid.cached)} requests without a logged cost had cached input tokens, which count at the full price here: what was paid is then less, and so is the saving.`,
        ]),
    ...(paid.estimated === 0
      ? []
      : [`Tokens that the log does not have are estimated at ${charactersPerToken} characters a token.`]),
    `Intervals are for other logs like this one: ${intervals.resampled === 'days' ? 'its days' : 'its requests'} were resampled (seed ${intervals.seed}).`,
    ...(risk.kind === 'unknown'
      ? []
      : [
          'Lost and guaranteed hold for requests drawn as the labels were: label a random sample of the log.',
        ]),
  ]
}
