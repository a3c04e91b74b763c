import { resolve } from 'node:path'
import type { Command } from 'commander'
import { thresholdForStrongFraction } from '../../calibration/threshold.ts'
import type { RouterConfig } from '../../config/config.ts'
import { readJsonLines } from '../../data/json-lines.ts'
import { DataError, InvalidRequestError } from '../../errors.ts'
import { loadRouter, type RouterDependencies } from '../../routers/registry.ts'
import { isCalibratedRouter, isClosableRouter, type Router } from '../../routers/router.ts'
import { calibrationLines } from '../calibration-in-words.ts'
import { loadConfiguration } from '../configuration.ts'
import { routerDependencies } from '../open-gateway.ts'
import { strongFractionValue } from '../option-values.ts'
import { createProgress } from '../progress.ts'
import { recordedCalibrationPrompts } from '../recorded-calibration.ts'
import { namedRouter } from '../routers.ts'
import { type ScorableRow, scorableRow, strongWinRatesOf } from '../scoring.ts'
import type { CommandContext } from '../terminal.ts'

type CalibrateFlags = {
  readonly router: string
  readonly strongModelPct: number
  readonly prompts?: string
  readonly embedder?: string
  readonly config?: string
  readonly json?: true
}

/** What `routellm calibrate --json` prints. */
export type Calibration = {
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

export function addCalibrateCommand(program: Command, context: CommandContext): void {
  program
    .command('calibrate')
    .description('Find the threshold that sends a share of the prompts to the strong model.')
    .requiredOption(
      '--strong-model-pct <fraction>',
      'share of the prompts for the strong model, from 0 to 1: 0.5 is half of them',
      strongFractionValue,
    )
    .option(
      '--router <name>',
      'a kind (mf, length, …), a configured router, or the path of an artifact',
      'mf',
    )
    .option(
      '--prompts <file>',
      'prompts like those to come, {"prompt"} a line (default: what the router was calibrated on when it was made)',
    )
    .option('--embedder <embedder>', 'builtin or openai-compatible:<model>')
    .option('--config <file>', 'configuration file (default: ./routellm.yaml where there is one)')
    .option('--json', 'print {"router", "strongModelPct", "threshold", "prompts", …} to stdout')
    .addHelpText(
      'after',
      `
A threshold holds for prompts like those it was found on. With your own it sends the share that you asked for; without,
the share that it would be of the prompts that the router was calibrated on.

Examples:
  routellm calibrate --router mf --strong-model-pct 0.3
  routellm calibrate --router ./my-router --strong-model-pct 0.5 --prompts prompts.jsonl --json`,
    )
    .action(async (_options: unknown, command: Command) =>
      calibrate(command.optsWithGlobals<CalibrateFlags>(), context),
    )
}

async function calibrate(flags: CalibrateFlags, context: CommandContext): Promise<void> {
  const { terminal, folder } = context
  const { config, variables } = await loadConfiguration(
    flags.config === undefined ? {} : { config: flags.config },
    context,
  )
  const named = namedRouter(flags.router, config, folder)
  const spec = flags.embedder === undefined ? named : { ...named, embedder: flags.embedder }
  const dependencies = routerDependencies(config, variables, context)
  const router = await loadRouter(spec, dependencies)
  try {
    const calibration =
      flags.prompts === undefined
        ? await fromRecorded(router, spec, dependencies, flags)
        : await fromPrompts(router, resolve(folder, flags.prompts), flags, context)
    if (flags.json === true) terminal.result(JSON.stringify(calibration))
    else for (const line of calibrationLines(calibration, terminal.colors)) terminal.result(line)
  } finally {
    if (isClosableRouter(router)) await router.close()
  }
}

async function fromPrompts(
  router: Router,
  file: string,
  { strongModelPct }: CalibrateFlags,
  context: CommandContext,
): Promise<Calibration> {
  const winRates = (await winRatesOfFile(router, file, context)).sort()
  if (winRates.length === 0)
    throw new DataError(
      'no-prompts',
      `${file} has no prompt in it; give at least one, {"prompt": "…"} a line`,
    )
  const threshold = thresholdForStrongFraction(winRates, strongModelPct)
  return {
    router: router.name,
    strongModelPct,
    threshold,
    prompts: winRates.length,
    basis: 'prompts',
    strongCallFraction: winRates.filter((winRate) => winRate >= threshold).length / winRates.length,
  }
}

async function fromRecorded(
  router: Router,
  spec: RouterConfig,
  dependencies: RouterDependencies,
  { strongModelPct }: CalibrateFlags,
): Promise<Calibration> {
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

const batchRows = 256

async function winRatesOfFile(
  router: Router,
  file: string,
  { terminal, interrupted }: CommandContext,
): Promise<Float64Array> {
  const progress = createProgress(terminal, `scoring with ${router.name}`, undefined)
  const winRates: number[] = []
  let batch: ScorableRow[] = []
  const flush = async () => {
    winRates.push(...(await strongWinRatesOf(router, batch, interrupted)))
    batch = []
    progress.update(winRates.length)
    interrupted.throwIfAborted()
  }
  try {
    for await (const { line, value } of readJsonLines(file)) {
      batch.push(scorableRow(value, `${file} line ${line}`))
      if (batch.length === batchRows) await flush()
    }
    await flush()
    return Float64Array.from(winRates)
  } finally {
    progress.stop()
  }
}
