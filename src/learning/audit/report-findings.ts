import { basename } from 'node:path'
import { guaranteedThreshold } from '../../routing/calibration/guarantee.ts'
import { requestsOf } from '../../routing/calibration/ordered-losses.ts'
import { thresholdForStrongFraction } from '../../routing/calibration/threshold.ts'
import type { ModelPrices } from '../../routing/catalogue/find-prices.ts'
import { isCalibratedRouter } from '../../routing/routers/router.ts'
import { separationOf } from '../evaluation/metrics/separation.ts'
import type { LogFormat } from '../formats/logs/log-format.ts'
import { populationOf } from '../rows/label-counts.ts'
import type { AuditOptions } from './audit-options.ts'
import type { AuditedModel, AuditReport, RiskReport } from './audit-report.ts'
import {
  type ChosenBasis,
  type MarkedThreshold,
  savingsCurveLines,
  thresholdLine,
  thresholdLines,
} from './savings/threshold-lines.ts'
import { binOf, edgeOf, histogramOf } from './savings/win-rate-bins.ts'
import type { ScoredReading } from './scored-reading.ts'
import { findLogNotes } from './survey/log-notes.ts'
import type { Survey } from './survey/survey.ts'
import type { AuditedPair, NoPair } from './verdict/audited-pair.ts'
import { type AuditLabels, guaranteeInReport } from './verdict/labelled-risk.ts'
import { verdictOf } from './verdict/verdict.ts'
import type { WinRateSource } from './win-rate-source.ts'

/** A month is a twelfth of a year. */
const daysPerMonth = 365.25 / 12
const msPerDay = 86_400_000

export type Findings = {
  readonly options: AuditOptions
  readonly format: LogFormat
  readonly survey: Survey
  readonly winRates: WinRateSource
  readonly prices: ModelPrices
  readonly pair: AuditedPair | undefined
  readonly noPair: NoPair | undefined
  readonly reading: ScoredReading
  readonly scored: AuditLabels | undefined
}

export function reportOf(findings: Findings): AuditReport {
  const { options, format, survey, winRates, prices, pair, noPair, reading, scored } = findings
  const { curve, paid, routed, alreadyRouted } = reading
  const simple = simpleThreshold(winRates, options)
  const risk = riskOf(findings)
  const marked = markedThresholds(simple.threshold, risk, options)
  const chosen = marked.at(-1)!
  const days = survey.period === null ? null : (survey.period.to - survey.period.from) / msPerDay
  const months = days === null || days < 1 ? null : days / daysPerMonth
  const lines = { curve, months, labels: scored?.labels }
  const simpleSaving = curve.savingAt(binOf(simple.threshold))
  const weakPrices = pair === undefined ? undefined : prices.models.get(pair.weak)
  return {
    files: options.files.map((file) => basename(file)),
    format: format.name,
    router: winRates.router,
    winRateSource: winRates.kind,
    rows: {
      read: survey.rows,
      requests: survey.requests,
      unreadable: survey.unreadable.count,
      firstUnreadable: survey.unreadable.first.map(({ place, reason }) => ({
        place: basename(place),
        reason,
      })),
    },
    notes: findLogNotes(format, {
      unreadTimes: survey.unreadTimes,
      cutPrompts: reading.keptOut.get('truncated')?.requests ?? 0,
    }),
    period:
      survey.period === null || days === null
        ? null
        : { from: isoTime(survey.period.from), to: isoTime(survey.period.to), days },
    paid,
    prices: {
      source: prices.source,
      asOf: prices.asOf,
      ...(prices.advice !== undefined && { advice: prices.advice }),
    },
    models: survey.models.map((tally): AuditedModel => {
      const ofModel = reading.paidByModel.get(tally.model)
      return {
        model: tally.model,
        requests: tally.requests,
        routable: tally.routable,
        paidUsd: ofModel?.usd ?? 0,
        unpricedRequests: ofModel?.unknown ?? 0,
        prices: prices.models.get(tally.model) ?? null,
        routed: pair?.routed.has(tally.model) ?? false,
      }
    }),
    pair:
      pair === undefined
        ? null
        : {
            strong: pair.strong,
            weak: pair.weak,
            basis: pair.basis,
            priceRatio: pair.priceRatio,
            weakPrices: weakPrices ?? null,
          },
    routable: curve.requests,
    routed,
    alreadyRouted: alreadyRouted.requests === 0 ? null : alreadyRouted,
    keptOut: [...reading.keptOut]
      .map(([reason, sums]) => ({ reason, ...sums }))
      .sort((a, b) => b.requests - a.requests || (a.reason < b.reason ? -1 : 1)),
    simple: {
      ...simple,
      share: simpleSaving.simpleShare,
      shareInterval: simpleSaving.simpleShareInterval,
    },
    thresholds: thresholdLines(marked, lines),
    curve: savingsCurveLines(lines),
    winRates: histogramOf(curve.counts, binOf(chosen.threshold)),
    chosen: { threshold: chosen.threshold, basis: chosen.mark },
    risk,
    segments: reading.segments.tablesAt(binOf(chosen.threshold)),
    verdict: verdictOf({
      models: pair ?? noPair ?? { kind: 'no-prices' },
      router: winRates.router,
      resampled: curve.resampled,
      isWeakPriced: weakPrices !== undefined,
      routable: curve.requests,
      routedRequests: routed.requests + alreadyRouted.requests,
      routedPaidUsd: routed.paidUsd + alreadyRouted.strongUsd,
      paidUsd: paid.usd - alreadyRouted.paidUsd + alreadyRouted.strongUsd,
      isCostKnown: paid.unknown === 0 || paid.logged + paid.fromTokens > 0,
      isRoutedAlready: alreadyRouted.requests > 0,
      chosen: thresholdLine(chosen, lines),
      months,
      worthUsdPerMonth: options.worthUsdPerMonth,
      risk:
        risk.kind === 'unknown'
          ? risk
          : {
              ...risk,
              isPossible: risk.guarantee.possible,
              labelsNeeded: risk.guarantee.possible ? null : risk.guarantee.labelsNeeded,
            },
    }),
    intervals: { confidence: 0.95, resampled: curve.resampled, seed: options.seed },
    ...(options.showPrompts && {
      examples: { simplest: reading.examples.simplest, hardest: reading.examples.hardest },
    }),
  }
}

/** The threshold below which a prompt is called simple. Thresholds are edges of bins, so that all sums are exact. */
function simpleThreshold(
  source: WinRateSource,
  { router, threshold }: AuditOptions,
): { threshold: number; basis: string } {
  if (threshold !== undefined) return { threshold: edgeOf(binOf(threshold)), basis: '--threshold' }
  if (source.kind === 'logged' && source.threshold !== null)
    return {
      threshold: edgeOf(binOf(source.threshold)),
      basis: `the threshold that most requests of ${source.router} were decided at`,
    }
  if (source.router !== router.name)
    return { threshold: 0.5, basis: `the log holds no threshold of ${source.router}, so the middle is used` }
  if (!isCalibratedRouter(router))
    return { threshold: 0.5, basis: `${router.name} has no calibration, so the middle is used` }
  return {
    threshold: edgeOf(binOf(thresholdForStrongFraction(router.winRateQuantiles, 0.5))),
    basis: `the median of the prompts that ${router.name} was calibrated on`,
  }
}

/** The thresholds with a meaning. The verdict is about the last one. */
function markedThresholds(
  simple: number,
  risk: RiskReport,
  { threshold }: AuditOptions,
): readonly (MarkedThreshold & { readonly mark: ChosenBasis })[] {
  const first = { threshold: simple, mark: threshold === undefined ? 'simple' : 'asked' } as const
  if (risk.kind === 'unknown' || !risk.guarantee.possible) return [first]
  // The next lower edge sends no more requests to the weak model, so the guarantee holds there too.
  return [first, { threshold: edgeOf(binOf(risk.guarantee.threshold)), mark: 'guarantee' }]
}

function riskOf({ scored, options: { maxLoss, confidence, labels: given } }: Findings): RiskReport {
  if (scored === undefined) return { kind: 'unknown' }
  const { labels, basis, crossFittedLabels } = scored
  const guarantee = guaranteedThreshold(labels, { maxLoss, confidence })
  return {
    kind: 'measured',
    labels: labels.length,
    requests: requestsOf(labels),
    about: populationOf(given?.comparisons ?? []),
    weakLossShare: requestsOf(labels.filter(({ weakLoses }) => weakLoses)) / Math.max(1, requestsOf(labels)),
    separation:
      separationOf(
        labels.map((label, row) => ({ ...label, prompt: given?.comparisons[row]?.prompt ?? '' })),
      ) ?? null,
    maxLoss,
    confidence,
    guarantee: guaranteeInReport(guarantee),
    basis,
    crossFittedLabels,
  }
}

function isoTime(time: number): string {
  return new Date(time).toISOString()
}
