import { mapInSteps, runUntilAborted } from '../../../base/concurrency/run-steps.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import { type RouterSpec, resolveRouterKind } from '../registry.ts'
import { isCrossFittedRouter, type Router } from '../router.ts'
import type { RouterDependencies, RouterRecord } from '../router-kind.ts'
import { basisOf, findLabelOriginsInSteps, type LabelOrigins } from './label-origins.ts'
import { findRankingExcess, type RankingExcess } from './ranking-excess.ts'

type Pair = { readonly strong: string; readonly weak: string }

/** How the labels of a file relate to the training of the router that they are used with, and what to say about it. */
export type TrainedLabels = Omit<LabelOrigins, 'winRates' | 'isTrained'> & {
  /** [labels] to be used. */
  readonly winRates: readonly number[]
  /** Sentences for a person; empty if nothing is wrong. */
  readonly warnings: readonly string[]
}

export type LabelsToCheck = {
  readonly prompts: readonly string[]
  /** [labels] the router's own win rates. */
  readonly winRates: readonly number[]
  /** The two models, and for each label whether the strong one did better. Absent if the labels have no scores. */
  readonly outcomes?: { readonly pair: Pair; readonly strongWins: readonly boolean[] }
}

export type LabelCheckOptions = {
  /** Asked for its left-out win rates if its kind records no trained prompts. Default: not asked. */
  readonly router?: Router
  readonly signal?: AbortSignal
}

/**
 * The one check of labels that a router may have been trained on, for all that use labels: they get the win rates of fits
 * without them if there are such; else, or if the router ranks them better than it can rank prompts that it has not
 * seen, the basis is `suspect`, with a warning.
 */
export async function checkTrainedLabels(
  spec: RouterSpec,
  dependencies: RouterDependencies,
  labels: LabelsToCheck,
  { router, signal }: LabelCheckOptions = {},
): Promise<TrainedLabels> {
  const kind = await resolveRouterKind(spec, dependencies)
  const trained =
    spec.checkpoint === undefined ? await kind.origin?.trainedPrompts?.(spec, dependencies) : undefined
  const found = await runUntilAborted(
    trained === undefined
      ? askRouter(labels.prompts, router)
      : findLabelOriginsInSteps(labels.prompts, trained),
    signal,
  )
  const winRates = labels.winRates.map((own, label) => found.winRates[label] ?? own)
  const counts = { crossFittedLabels: found.crossFittedLabels, learnedLabels: found.learnedLabels }
  if (found.basis === 'suspect')
    return { ...counts, winRates, basis: 'suspect', warnings: [learnedWarning(spec.name, found, labels)] }
  const record = labels.outcomes === undefined ? undefined : await kind.origin?.record?.(spec, dependencies)
  const ranking = findTooGoodRanking(found, labels, record?.training)
  if (ranking === undefined) return { ...counts, winRates, basis: found.basis, warnings: [] }
  return { ...counts, winRates, basis: 'suspect', warnings: [rankingWarning(spec.name, ranking)] }
}

function* askRouter(prompts: readonly string[], router: Router | undefined): Generator<void, LabelOrigins> {
  const winRates = yield* mapInSteps(prompts, (prompt) =>
    router !== undefined && isCrossFittedRouter(router)
      ? router.crossFittedWinRate(promptFromText(prompt))
      : undefined,
  )
  const crossFittedLabels = winRates.filter((winRate) => winRate !== undefined).length
  return {
    basis: basisOf(crossFittedLabels, prompts.length),
    winRates,
    isTrained: winRates.map((winRate) => winRate !== undefined),
    crossFittedLabels,
    learnedLabels: 0,
  }
}

/** Of the labels that the router scores itself, without those that have a left-out win rate. */
function findTooGoodRanking(
  found: LabelOrigins,
  { winRates, outcomes }: LabelsToCheck,
  training: RouterRecord['training'],
): RankingExcess | undefined {
  const leftOut = training?.leftOutRanking
  if (leftOut === undefined || !isSamePair(training?.pair, outcomes?.pair)) return undefined
  const own = winRates.flatMap((winRate, label) =>
    found.winRates[label] === undefined ? [{ winRate, isWon: outcomes?.strongWins[label] === true }] : [],
  )
  return findRankingExcess(own, leftOut)
}

function isSamePair(one: Pair | undefined, other: Pair | undefined): boolean {
  return one !== undefined && one.strong === other?.strong && one.weak === other.weak
}

function learnedWarning(router: string, { learnedLabels }: LabelOrigins, { prompts }: LabelsToCheck): string {
  return (
    `${learnedLabels} of the ${prompts.length} labels have the prompts, or nearly the prompts, that the router ${router} was trained on, ` +
    'and it cannot score them as if it had not been. Its win rates flatter it on them, so these numbers are too good. ' +
    'Use labels of other requests (routellm data split separates them before training), or the router few_label, which scores each label by a fit without it.'
  )
}

function rankingWarning(router: string, { here, leftOut, labels }: RankingExcess): string {
  return (
    `the router ${router} orders ${labels} of these labels better (area under the ROC curve ${here.area.toFixed(2)}) than those that were left out of its training (${leftOut.area.toFixed(2)}), ` +
    'by more than chance explains in 998 of 1,000 such files. If it was trained on them in another form, such as a translation, these numbers are too good; if they are easier requests than those of its training, they are not.'
  )
}
