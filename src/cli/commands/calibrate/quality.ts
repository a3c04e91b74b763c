import { formatPercent } from '../../../base/text/format/format-number.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { retainedQualityInterval } from '../../../learning/evaluation/metrics/retained-quality.ts'
import { thresholdForQuality } from '../../../routing/calibration/quality.ts'
import { basisLines, scoredLabels } from './labels.ts'
import { defaultConfidence } from './loss.ts'
import type { CalibrationAnswer, CalibrationRun } from './run.ts'
import { scorePromptFile, strongShare } from './win-rates.ts'
import { thresholdLines } from './words.ts'

/** The threshold that keeps a part of the strong model's score, with the interval of what it keeps. */
export async function calibrateQuality(
  run: CalibrationRun,
  { minQuality, labels: file }: { readonly minQuality: number; readonly labels: string },
): Promise<CalibrationAnswer> {
  const { router, flags, context } = run
  const { confidence = defaultConfidence, seed = 0 } = flags
  const { labels, form, ...read } = await scoredLabels(run, file)
  if (form !== 'outcomes')
    throw new InvalidRequestError(
      'quality-without-scores',
      '--min-quality keeps a part of a score, and battles have none; give outcomes ({"prompt", "scores"}), or use --max-loss, which takes battles',
      { param: '--min-quality' },
    )
  const found = thresholdForQuality(labels, minQuality)
  const common = {
    router: router.name,
    minQuality,
    labels: labels.length,
    ...read,
  }
  if (!found.possible)
    return {
      possible: false,
      result: { ...found, ...common },
      lines: [
        `No threshold keeps ${formatPercent(minQuality, 1)} of ${read.pair.strong}'s score: sending only the requests with the lowest win rate to ${read.pair.weak} leaves ${formatPercent(found.quality, 1)} already.`,
        'Use a router that tells them apart, or a lower --min-quality.',
      ],
    }
  const qualityInterval = retainedQualityInterval(labels, found.threshold, { confidence, seed })
  const prompts = flags.prompts === undefined ? undefined : await scorePromptFile(run, flags.prompts)
  const strongCallFraction =
    prompts === undefined
      ? found.strongCallFraction
      : strongShare(
          prompts.map(({ strongWinRate }) => strongWinRate),
          found.threshold,
        )
  const [low, high] = qualityInterval
  const counted = prompts === undefined ? `${labels.length} labels` : `${prompts.length} prompts given`
  return {
    possible: true,
    result: {
      ...found,
      ...common,
      qualityInterval,
      confidence,
      ...(prompts !== undefined && { prompts: prompts.length }),
      strongCallFraction,
    },
    lines: [
      ...thresholdLines(router.name, found.threshold, context.terminal.colors),
      `On the ${labels.length} labels it keeps ${formatPercent(found.quality, 1)} of ${read.pair.strong}'s score; ${formatPercent(confidence, 1)} interval ${formatPercent(low, 1)} to ${formatPercent(high, 1)}.`,
      `It sends ${formatPercent(strongCallFraction, 1)} of the ${counted} to the strong model.`,
      ...(low < minQuality
        ? [
            `Less than ${formatPercent(minQuality, 1)} is within chance. To be surer ask for more, or have it guaranteed what fails: --max-loss.`,
          ]
        : []),
      ...basisLines(read.basis, read.crossFittedLabels, labels.length),
    ],
  }
}
