import { formatPercent } from '../../../base/text/format/format-number.ts'
import { DataError, InvalidRequestError } from '../../../errors.ts'
import { type Guarantee, guaranteedThreshold } from '../../../routing/calibration/guarantee.ts'
import { basisLines, type ScoredLabels, scoredLabels } from './labels.ts'
import type { CalibrationAnswer, CalibrationRun } from './run.ts'
import { scorePromptFile, strongShare } from './win-rates.ts'
import { thresholdLines } from './words.ts'

export const defaultConfidence = 0.95

/** The guaranteed threshold: at most `maxLoss` of the requests go to the weak model and fail where the strong one would not. */
export async function calibrateLoss(
  run: CalibrationRun,
  { maxLoss, labels: file }: { readonly maxLoss: number; readonly labels: string },
): Promise<CalibrationAnswer> {
  const { router, flags } = run
  const { confidence = defaultConfidence, nextRequests, lossMargin = 0 } = flags
  const scored = await scoredLabels(run, file)
  checkLabels(scored, lossMargin)
  const guarantee = guaranteedThreshold(
    scored.labels.map(({ strongWinRate, strongScore, weakScore, prompt }) => ({
      strongWinRate,
      weakLoses: strongScore - weakScore > lossMargin,
      group: prompt,
    })),
    { maxLoss, confidence, ...(nextRequests !== undefined && { requests: nextRequests }) },
  )
  const { pair, basis, crossFittedLabels, otherRows } = scored
  const common = {
    router: router.name,
    maxLoss,
    confidence,
    ...(nextRequests !== undefined && { nextRequests }),
    pair,
    lossMargin,
    basis,
    crossFittedLabels,
    otherRows,
  }
  if (!guarantee.possible)
    return {
      possible: false,
      result: { ...guarantee, ...common },
      lines: impossibleLines(guarantee, common),
    }
  const prompts =
    flags.prompts === undefined ? {} : await shareOfPrompts(run, flags.prompts, guarantee.threshold)
  const result = { ...guarantee, ...common, ...prompts }
  return { possible: true, result, lines: guaranteedLines(result, run) }
}

async function shareOfPrompts(run: CalibrationRun, file: string, threshold: number) {
  const winRates = (await scorePromptFile(run, file)).map(({ strongWinRate }) => strongWinRate)
  return { prompts: winRates.length, strongCallFraction: strongShare(winRates, threshold) }
}

function checkLabels({ labels, form }: ScoredLabels, lossMargin: number): void {
  const [first] = labels
  const other = labels.find(({ weight }) => weight !== first?.weight)
  if (first !== undefined && other !== undefined)
    throw new DataError(
      'weighted-labels',
      `--labels has rows of different weights (${first.weight} on line ${first.line}, ${other.weight} on line ${other.line}), and a guarantee counts labels, of which each must stand for as many requests. Give a random sample of the requests, or take "weight" out where it is nothing to heed.`,
    )
  if (form !== 'outcomes' && lossMargin > 0)
    throw new InvalidRequestError(
      'margin-without-scores',
      `--loss-margin ${lossMargin} compares scores, and battles have none: leave it out, and the weak model fails where the strong one wins`,
      { param: '--loss-margin' },
    )
}

type Common = {
  readonly maxLoss: number
  readonly confidence: number
  readonly nextRequests?: number
  readonly pair: { readonly strong: string; readonly weak: string }
  readonly basis: ScoredLabels['basis']
  readonly crossFittedLabels: number
}

function guaranteedLines(
  result: Extract<Guarantee, { possible: true }> & Common & { router: string; prompts?: number },
  { context }: CalibrationRun,
): string[] {
  const { router, threshold, confidence, nextRequests, pair, bound, losses, labels } = result
  const { strongCallFraction, prompts, basis, crossFittedLabels } = result
  const requests = nextRequests === undefined ? 'all requests' : `the next ${nextRequests} requests`
  const counted = prompts === undefined ? `${labels} labels` : `${prompts} prompts given`
  return [
    ...thresholdLines(router, threshold, context.terminal.colors),
    `With ${formatPercent(confidence, 1)} confidence, at most ${percentUp(bound)} of ${requests} go to ${pair.weak} and fail where ${pair.strong} would not (of the ${labels} labels ${losses}, ${formatPercent(losses / labels, 1)}).`,
    `It sends ${formatPercent(strongCallFraction, 1)} of the ${counted} to the strong model.`,
    ...basisLines(basis, crossFittedLabels, labels),
  ]
}

/** Rounded up, so that what is printed is still a bound. */
function percentUp(fraction: number): string {
  return `${Math.ceil(Number((fraction * 10_000).toFixed(6))) / 100} %`
}

function impossibleLines(
  { reason, labels, independentLabels, labelsNeeded }: Extract<Guarantee, { possible: false }>,
  { maxLoss, confidence, pair }: Common,
): string[] {
  const asked = `a loss of at most ${formatPercent(maxLoss, 1)} with ${formatPercent(confidence, 1)} confidence`
  const repeats = independentLabels < labels
  switch (reason) {
    case 'too-few-labels':
      return [
        `These ${labels} labels${repeats ? ` of ${independentLabels} prompts` : ''} cannot support ${asked}: not even a threshold that sends the least to ${pair.weak} passes.`,
        `About ${labelsNeeded} labels${repeats ? ' of different prompts' : ''} would, if they come out like these (${(labelsNeeded ?? 0) - independentLabels} more). A higher --max-loss or a lower --confidence needs fewer.`,
      ]
    case 'router':
      return [
        `No number of labels would support ${asked}: among the requests with the lowest win rate alone ${pair.weak} fails too often, and this router does not tell these apart.`,
        'Use a router that does, such as one trained on your own labels, or allow a higher --max-loss.',
      ]
  }
}
