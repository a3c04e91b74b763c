import { formatPercent } from '../../../base/text/format/format-number.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { thresholdForStrongFraction } from '../../../routing/calibration/threshold.ts'
import { isCalibratedRouter } from '../../../routing/routers/router.ts'
import { recordedCalibrationPrompts } from './router-record.ts'
import type { CalibrationAnswer, CalibrationRun } from './run.ts'
import { scorePromptFile, strongShare } from './win-rates.ts'
import { thresholdLines } from './words.ts'

/** What `routellm calibrate --strong-model-pct --json` prints. */
type ShareCalibration = {
  readonly router: string
  /** The share asked for, a fraction. */
  readonly strongModelPct: number
  /** Win rates from this on go to the strong model. */
  readonly threshold: number
  /** How many prompts the threshold is based on; 0 where the distribution needs none, as that of `random`. */
  readonly prompts: number
  /** `prompts`: those of `--prompts`. `recorded`: those that the router was calibrated on when it was made. */
  readonly basis: 'prompts' | 'recorded'
  /** The share that the threshold sends to the strong model there: above the one asked for where win rates tie. */
  readonly strongCallFraction: number
}

export async function calibrateShare(
  run: CalibrationRun,
  strongModelPct: number,
): Promise<CalibrationAnswer> {
  const { prompts } = run.flags
  const result = await (prompts === undefined
    ? fromRecorded(run, strongModelPct)
    : fromPrompts(run, strongModelPct, prompts))
  return { result, lines: linesOf(result, run), possible: true }
}

async function fromPrompts(
  run: CalibrationRun,
  strongModelPct: number,
  file: string,
): Promise<ShareCalibration> {
  const winRates = (await scorePromptFile(run, file)).map(({ strongWinRate }) => strongWinRate)
  const threshold = thresholdForStrongFraction(Float64Array.from(winRates).sort(), strongModelPct)
  return {
    router: run.router.name,
    strongModelPct,
    threshold,
    prompts: winRates.length,
    basis: 'prompts',
    strongCallFraction: strongShare(winRates, threshold),
  }
}

async function fromRecorded(
  { router, spec, dependencies }: CalibrationRun,
  strongModelPct: number,
): Promise<ShareCalibration> {
  if (!isCalibratedRouter(router))
    throw new InvalidRequestError(
      'no-calibration',
      `the router ${router.name} does not know the distribution of its win rates; give prompts to find it on: --prompts prompts.jsonl`,
      { param: '--prompts' },
    )
  const { winRateQuantiles } = router
  const threshold = thresholdForStrongFraction(winRateQuantiles, strongModelPct)
  return {
    router: router.name,
    strongModelPct,
    threshold,
    prompts: await recordedCalibrationPrompts(spec, dependencies),
    basis: 'recorded',
    strongCallFraction: shareFrom(threshold, winRateQuantiles),
  }
}

/** The share of a distribution, given by evenly spaced quantiles with straight lines between, that is at least `from`. */
function shareFrom(from: number, quantiles: readonly number[]): number {
  const first = quantiles.findIndex((value) => value >= from)
  if (first <= 0) return first === 0 ? 1 : 0
  const [below = 0, at = 0] = quantiles.slice(first - 1, first + 1)
  const position = first - 1 + (from - below) / (at - below)
  return 1 - position / (quantiles.length - 1)
}

function linesOf(
  { router, strongModelPct, threshold, prompts, basis, strongCallFraction }: ShareCalibration,
  { context }: CalibrationRun,
): string[] {
  const asked = formatPercent(strongModelPct, 1)
  const got = formatPercent(strongCallFraction, 1)
  const strongPercent = basis === 'recorded' ? Number((strongModelPct * 100).toPrecision(12)) : undefined
  return [
    ...thresholdLines(router, threshold, context.terminal.colors, strongPercent),
    basis === 'prompts'
      ? `It sends ${got} of the ${prompts} prompts given to the strong model; of others like them about as many.`
      : `It would send ${got} of ${behind(prompts)} to the strong model. Your prompts are others: --prompts finds the threshold on them.`,
    ...(got === asked
      ? []
      : [`You asked for ${asked}: prompts that share the win rate at the threshold all go the same way.`]),
  ]
}

function behind(prompts: number): string {
  return prompts === 0 ? 'any prompts' : `the ${prompts} prompts that the router was calibrated on`
}
