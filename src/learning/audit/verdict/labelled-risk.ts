import { clopperPearsonInterval } from '../../../base/math/statistics/proportion.ts'
import type { Interval } from '../../../base/math/statistics/quantile.ts'
import { normalizedText } from '../../../base/text/text-identity.ts'
import { DataError } from '../../../errors.ts'
import type { Guarantee, GuaranteeLabel } from '../../../routing/calibration/guarantee.ts'
import { requestsOf } from '../../../routing/calibration/ordered-losses.ts'
import { isSameModel } from '../../../routing/catalogue/model-names.ts'
import { promptFromText } from '../../../routing/prompts/routed-prompt.ts'
import type { Router } from '../../../routing/routers/router.ts'
import { scorePrompts } from '../../../routing/routers/score-prompts.ts'
import type { LabelsToCheck, TrainedLabels } from '../../../routing/routers/trained-prompts/check-labels.ts'
import type { LabelBasis } from '../../../routing/routers/trained-prompts/label-origins.ts'
import { type Comparison, readComparisons } from '../../rows/comparisons.ts'
import { checkLabelWeights } from '../../rows/label-counts.ts'

/** The comparisons of a file of labels, not yet scored. */
export type LabelledComparisons = {
  readonly strong: string
  readonly weak: string
  /** The strong model is always A. */
  readonly comparisons: readonly Comparison[]
}

export type LabelledPair = { readonly strong?: string; readonly weak?: string }

/**
 * Reads outcomes or battles of two models from a file, or from several as one. The pair is the requested one. If none is requested, the file must compare
 * exactly two models, and the one that wins more often is strong.
 *
 * Throws `DataError`: `labels-without-pair`, `weighted-labels`, and what `readComparisons` throws.
 */
export async function readLabels(
  files: string | readonly string[],
  asked: LabelledPair,
  signal?: AbortSignal,
): Promise<LabelledComparisons> {
  const comparisons: Comparison[] = []
  for await (const row of readComparisons(files, { signal })) comparisons.push(...row.comparisons)
  const models = [...new Set(comparisons.flatMap(({ modelA, modelB }) => [modelA, modelB]))].sort()
  const pair = pairOf(models, comparisons, asked)
  if (pair === undefined)
    throw new DataError(
      'labels-without-pair',
      `${[files].flat().join(' and ')} compares ${models.join(', ') || 'no models'}, not ${asked.strong ?? 'a strong model'} with ${asked.weak ?? 'a weak model'}. Name two of the file's models with --strong-model and --weak-model.`,
      { param: '--labels' },
    )
  const ofPair = comparisons.flatMap((comparison) => turned(comparison, pair))
  checkLabelWeights(ofPair)
  return { ...pair, comparisons: ofPair }
}

function pairOf(
  models: readonly string[],
  comparisons: readonly Comparison[],
  asked: LabelledPair,
): { strong: string; weak: string } | undefined {
  const named = (name: string | undefined) =>
    models.find((model) => model === name) ??
    models.find((model) => name !== undefined && isSameModel(model, name))
  const [strong, weak] = [named(asked.strong), named(asked.weak)]
  if (strong !== undefined && weak !== undefined && strong !== weak) return { strong, weak }
  const [one, other, ...more] = models
  if (one === undefined || other === undefined || more.length > 0) return undefined
  if (asked.strong !== undefined && strong === undefined) return undefined
  if (asked.weak !== undefined && weak === undefined) return undefined
  if (strong !== undefined) return { strong, weak: strong === one ? other : one }
  if (weak !== undefined) return { strong: weak === one ? other : one, weak }
  const wins = (model: string) => comparisons.reduce((sum, comparison) => sum + winOf(comparison, model), 0)
  return wins(one) >= wins(other) ? { strong: one, weak: other } : { strong: other, weak: one }
}

function winOf({ modelA, winA }: Comparison, model: string): number {
  return modelA === model ? winA : 1 - winA
}

function turned(comparison: Comparison, { strong, weak }: { strong: string; weak: string }): Comparison[] {
  const { modelA, modelB, winA, scoreA, scoreB } = comparison
  if (modelA === strong && modelB === weak) return [comparison]
  if (modelA !== weak || modelB !== strong) return []
  const winB = winA === 1 ? 0 : winA === 0 ? 1 : 0.5
  return [{ ...comparison, modelA: strong, modelB: weak, winA: winB, scoreA: scoreB, scoreB: scoreA }]
}

/** Labels with the router's win rates. */
export type AuditLabels = {
  readonly labels: readonly GuaranteeLabel[]
  readonly basis: LabelBasis
  readonly crossFittedLabels: number
}

/** Finds the labels that a router was trained on. `checkTrainedLabels` with the router's spec. */
export type CheckLabels = (
  labels: LabelsToCheck,
) => Promise<Pick<TrainedLabels, 'winRates' | 'basis' | 'crossFittedLabels'>>

const takeForNew: CheckLabels = async ({ winRates }) => ({
  winRates,
  basis: 'independent',
  crossFittedLabels: 0,
})

/** Scores the labels. Those that the router was trained on get the win rates that the check finds for them. */
export async function scoreLabels(
  router: Router,
  { strong, weak, comparisons }: LabelledComparisons,
  check: CheckLabels = takeForNew,
  signal?: AbortSignal,
): Promise<AuditLabels> {
  const prompts = comparisons.map(({ prompt }) => promptFromText(prompt))
  const own = await scorePrompts(router, prompts, signal)
  const { winRates, basis, crossFittedLabels } = await check({
    prompts: comparisons.map(({ prompt }) => prompt),
    winRates: Array.from(own),
    outcomes: { pair: { strong, weak }, strongWins: comparisons.map(({ winA }) => winA === 1) },
  })
  const labels = comparisons.map(
    ({ prompt, winA, requests }, index): GuaranteeLabel => ({
      strongWinRate: winRates[index]!,
      weakLoses: winA === 1,
      // The spellings of one prompt are one group.
      group: normalizedText(prompt),
      ...(requests !== undefined && { requests }),
    }),
  )
  return { labels, basis, crossFittedLabels }
}

/** The requests of the labels that the weak model gets at a threshold and loses. */
export type MeasuredLoss = {
  readonly share: number
  readonly interval: Interval
  readonly losses: number
}

/** The share of the requests of the labels that the weak model gets at a threshold and loses, with Clopper and Pearson's 95 % interval. */
export function measuredLoss(labels: readonly GuaranteeLabel[], threshold: number): MeasuredLoss {
  const requests = requestsOf(labels)
  const losses = requestsOf(
    labels.filter(({ strongWinRate, weakLoses }) => weakLoses && strongWinRate < threshold),
  )
  return { share: losses / requests, interval: clopperPearsonInterval(losses, requests, 0.95), losses }
}

export function guaranteeInReport(guarantee: Guarantee) {
  if (!guarantee.possible) return { possible: false, labelsNeeded: guarantee.labelsNeeded } as const
  const { threshold, bound, strongCallFraction } = guarantee
  return { possible: true, threshold, bound, strongCallFraction } as const
}
