import { InvalidRequestError } from '../../errors.ts'
import { findPrices, type ModelPrices } from '../../routing/catalogue/find-prices.ts'
import { isSameModel } from '../../routing/catalogue/model-names.ts'
import { recogniseLog } from '../formats/logs/read-log.ts'
import type { AuditOptions } from './audit-options.ts'
import type { AuditReport } from './audit-report.ts'
import { reportOf } from './report-findings.ts'
import { readScored } from './scored-reading.ts'
import { mergeModels } from './survey/one-model.ts'
import { type Survey, surveyLog } from './survey/survey.ts'
import { auditedPair, proposedModels, type RequestedPair } from './verdict/audited-pair.ts'
import type { LabelSample } from './verdict/label-sample.ts'
import { scoreLabels } from './verdict/labelled-risk.ts'
import { chooseWinRateSource, type WinRateSource } from './win-rate-source.ts'

export type Audit = {
  readonly report: AuditReport
  /** Draws requests to label. */
  sample(count: number): LabelSample
}

/**
 * Computes what routing would have saved on a log of requests, and at what risk: surveys the log, prices its models,
 * chooses the pair, scores what could be routed, and judges. It sends nothing anywhere. It reads the log twice; memory
 * does not grow with the log, and everything except the intervals is exact.
 *
 * Throws `DataError` and `InvalidRequestError`, naming file, place or option.
 */
export async function auditLog(options: AuditOptions): Promise<Audit> {
  const { files, router, pickPrompt, seed, sampleSize, signal, onReading, onScoring } = options
  const format = options.format ?? (await recogniseLog(files, signal))
  const surveyed = await surveyLog(files, format, {
    pickPrompt,
    ...(signal !== undefined && { signal }),
    ...(onReading !== undefined && { onProgress: onReading }),
  })
  signal?.throwIfAborted()
  const winRates = chooseWinRateSource(surveyed, options)
  checkTextIsThere(winRates, options)
  const requested = findRequestedPair(surveyed, options.requested)
  const prices = await pricesOfSurvey(surveyed, requested, options)
  const merged = mergeModels(surveyed, prices)
  const { survey } = merged
  const chosen = auditedPair(survey.models, prices.models, requested)
  const pair = chosen.kind === 'pair' ? chosen : undefined
  const reading = await readScored(files, {
    format,
    survey: merged,
    prices: prices.models,
    pair,
    router,
    pickPrompt,
    winRates,
    seed,
    sampleSize,
    ...(signal !== undefined && { signal }),
    onProgress: (rows) => onScoring?.(rows, survey.rows),
  })
  signal?.throwIfAborted()
  const scored =
    options.labels === undefined
      ? undefined
      : await scoreLabels(router, options.labels, options.checkLabels, signal)
  return {
    report: reportOf({
      options,
      format,
      survey,
      winRates,
      prices,
      pair,
      noPair: chosen.kind === 'pair' ? undefined : chosen,
      reading,
      scored,
    }),
    sample: (count) => reading.sampler.sample(count),
  }
}

function findRequestedPair(survey: Survey, requested: AuditOptions['requested']): RequestedPair | undefined {
  return requested.find(
    ({ strong, must }) =>
      must || strong === undefined || survey.models.some(({ model }) => isSameModel(model, strong)),
  )
}

/** A log without text holds no prompts to label or to show, and labels of another router's scale do not fit it. */
function checkTextIsThere(
  source: WinRateSource,
  { router, labels, sampleSize, showPrompts }: AuditOptions,
): void {
  if (source.kind === 'scored') return
  const [param] = [
    ...(sampleSize > 0 ? ['--sample-to-label'] : []),
    ...(showPrompts ? ['--show-prompts'] : []),
  ]
  if (param !== undefined)
    throw new InvalidRequestError(
      'request-log-without-text',
      `${param} needs prompts, and the log holds none. Write it with \`routellm serve --request-log FILE --request-log-text\`.`,
      { param },
    )
  if (labels === undefined || source.router === router.name) return
  throw new InvalidRequestError(
    'labels-of-another-router',
    `The log holds the win rates of ${source.router}, and ${router.name} would score the labels. Give both the same router: --router.`,
    { param: '--router' },
  )
}

async function pricesOfSurvey(
  { models, period }: Survey,
  requested: RequestedPair | undefined,
  { priceTables, today }: AuditOptions,
): Promise<ModelPrices> {
  const names = [
    ...models.flatMap(({ model, upstream }) => (upstream === undefined ? [model] : [model, upstream])),
    ...(requested?.strong === undefined ? [] : [requested.strong]),
    ...(requested?.weak === undefined ? proposedModels : [requested.weak]),
  ]
  const found = await findPrices([...new Set(names)], {
    tables: priceTables,
    day: period === null ? today : new Date(period.to),
  })
  const byUpstream = models.flatMap(({ model, upstream }) => {
    const prices = upstream === undefined ? undefined : found.models.get(upstream)
    return prices === undefined ? [] : [[model, prices] as const]
  })
  return { ...found, models: new Map([...byUpstream, ...found.models]) }
}
