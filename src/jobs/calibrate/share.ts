import { InvalidRequestError } from '../../errors.ts'
import { roundThreshold, thresholdForStrongFraction } from '../../routing/calibration/threshold.ts'
import { isCalibratedRouter } from '../../routing/routers/router.ts'
import type { TargetOf } from './payload.ts'
import { recordedCalibrationPrompts } from './router-record.ts'
import type { CalibrationRun } from './run.ts'
import { scorePromptFile, strongShare } from './win-rates.ts'

export type ShareCalibration = {
  readonly router: string
  /** The requested share, a fraction. */
  readonly strongModelPct: number
  /** Win rates of at least this go to the strong model. */
  readonly threshold: number
  /** How many prompts the threshold is based on; 0 if the distribution needs none, like that of `random`. */
  readonly prompts: number
  /** `prompts`: those of `--prompts`. `recorded`: those that the router was calibrated on when it was made. */
  readonly basis: 'prompts' | 'recorded'
  /** The share that the threshold sends to the strong model there. It is above the requested one if win rates tie. */
  readonly strongCallFraction: number
}

/** A calibration, and its threshold with the fewest digits that decide the same. */
export type RoundedShare = { readonly calibration: ShareCalibration; readonly rounded: number }

/** The threshold that sends a share of the prompts to the strong model. */
export function calibrateShare(
  run: CalibrationRun,
  { strongModelPct, prompts }: TargetOf<'share'>,
): Promise<RoundedShare> {
  return prompts === undefined ? fromRecorded(run, strongModelPct) : fromPrompts(run, strongModelPct, prompts)
}

async function fromPrompts(run: CalibrationRun, strongModelPct: number, file: string): Promise<RoundedShare> {
  const winRates = Float64Array.from(await scorePromptFile(run, file), (row) => row.strongWinRate).sort()
  const threshold = thresholdForStrongFraction(winRates, strongModelPct)
  const calibration: ShareCalibration = {
    router: run.router.name,
    strongModelPct,
    threshold,
    prompts: winRates.length,
    basis: 'prompts',
    strongCallFraction: strongShare([...winRates], threshold),
  }
  const below = winRates.findLast((winRate) => winRate < threshold) ?? 0
  const at = winRates.find((winRate) => winRate >= threshold) ?? threshold
  return { calibration, rounded: roundThreshold(below, at) }
}

async function fromRecorded(
  { router, spec, context }: CalibrationRun,
  strongModelPct: number,
): Promise<RoundedShare> {
  if (!isCalibratedRouter(router))
    throw new InvalidRequestError(
      'no-calibration',
      `the router ${router.name} does not know the distribution of its win rates; give prompts to find it on: --prompts prompts.jsonl`,
      { param: '--prompts' },
    )
  const { winRateQuantiles } = router
  const threshold = thresholdForStrongFraction(winRateQuantiles, strongModelPct)
  const calibration: ShareCalibration = {
    router: router.name,
    strongModelPct,
    threshold,
    prompts: await recordedCalibrationPrompts(spec, context.workspace.dependencies),
    basis: 'recorded',
    strongCallFraction: shareFrom(threshold, winRateQuantiles),
  }
  // The threshold is between two quantiles. A millionth of their distance changes no share that is shown.
  const below = winRateQuantiles.findLast((winRate) => winRate < threshold) ?? 0
  return { calibration, rounded: roundThreshold(threshold - (threshold - below) / 1e5, threshold) }
}

/** The share of a distribution, given by evenly spaced quantiles with straight lines between, that is at least `from`. */
function shareFrom(from: number, quantiles: readonly number[]): number {
  const first = quantiles.findIndex((value) => value >= from)
  if (first <= 0) return first === 0 ? 1 : 0
  const [below = 0, at = 0] = quantiles.slice(first - 1, first + 1)
  const position = first - 1 + (from - below) / (at - below)
  return 1 - position / (quantiles.length - 1)
}
