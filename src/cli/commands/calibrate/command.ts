import type { Command } from 'commander'
import { openWorkspace, runCommandJob } from '../../setup/run-job.ts'
import { CheckFailedError } from '../../terminal/exit-code.ts'
import {
  collected,
  fractionValue,
  numberValue,
  properFractionValue,
  strongFractionValue,
  wholeNumber,
} from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { type CalibrateFlags, parseTarget } from './target.ts'

export function addCalibrateCommand(program: Command, context: CommandContext): void {
  program
    .command('calibrate')
    .description(
      'Find the threshold of a router for a share of strong calls, a guaranteed loss, a minimum quality, or dollars per request; or the tolerance of a policy.',
    )
    .option(
      '--strong-model-pct <fraction>',
      'fraction of the prompts for the strong model, from 0 to 1: 0.5 is half of them',
      strongFractionValue,
    )
    .option(
      '--max-loss <fraction>',
      'at most this fraction of all requests goes to the weak model and fails although the strong one would not, with --confidence; needs --labels',
      properFractionValue,
    )
    .option(
      '--min-quality <fraction>',
      "keep this fraction of the strong model's mean score; needs --labels",
      fractionValue,
    )
    .option(
      '--usd-per-request <dollars>',
      'spend at most this per request on average; needs --prompts and prices',
      numberValue,
    )
    .option(
      '--router <name>',
      'a kind (mf, length, …), a configured router, or the path of an artifact',
      'mf',
    )
    .option(
      '--policy <name>',
      'find the tolerance of this configured policy, not the threshold of a router; with --max-loss, --min-quality or --usd-per-request',
    )
    .option(
      '--labels <file...>',
      'requests like those of your traffic, with outcomes {"prompt", "scores"} or battles of the pair; several files are read as one',
      collected,
    )
    .option(
      '--confidence <fraction>',
      'confidence of the guarantee or the interval (default: 0.95)',
      properFractionValue,
    )
    .option(
      '--next-requests <number>',
      'with --max-loss: guarantee the loss among this many next requests, not in the long run',
      wholeNumber,
    )
    .option(
      '--loss-margin <number>',
      'with --max-loss: the weak model fails if its score is lower by more than this (default: 0)',
      numberValue,
    )
    .option(
      '--strong-model <name>',
      "the strong model, as the labels or prices name it (default: the router's or the only pair); with --policy and --max-loss, the candidate that failures are counted against (default: the one that answers if the router fails)",
    )
    .option('--weak-model <name>', 'the weak model')
    .option(
      '--prompts <file>',
      'prompts like those of your traffic, {"prompt"} a row (default: the prompts that the router was calibrated on, or the labels)',
    )
    .option(
      '--costs [file]',
      'with --usd-per-request: prices from a file, or without a file from the package @pydantic/genai-prices (default: from the configuration)',
    )
    .option(
      '--mean-input-tokens <number>',
      'with --usd-per-request: input tokens of prompts without "tokens" (default: a quarter of their characters)',
      numberValue,
    )
    .option(
      '--mean-output-tokens <number>',
      'with --usd-per-request: tokens of an answer (default: 264)',
      numberValue,
    )
    .option('--seed <number>', 'with --min-quality: seed of the bootstrap (default: 0)', wholeNumber)
    .option('--embedder <embedder>', 'builtin, openai-compatible:<model> or onnx:<folder or hub id>')
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option('--json', 'print {"router", "threshold", …} or {"possible": false, …} to stdout')
    .addHelpText(
      'after',
      `
A threshold holds for prompts like those it was found on. With --prompts it sends the requested share of your prompts;
without, the requested share of the prompts that the router was calibrated on. If no threshold holds, the exit code
is 1, and "labelsNeeded" estimates how many labels are enough.

Examples:
  routellm calibrate --router mf --strong-model-pct 0.3
  routellm calibrate --router ./my-router --strong-model-pct 0.5 --prompts prompts.jsonl --json
  routellm calibrate --router ./my-router --max-loss 0.05 --confidence 0.95 --labels own.jsonl
  routellm calibrate --router ./my-router --min-quality 0.95 --labels own.jsonl
  routellm calibrate --router ./my-router --usd-per-request 0.002 --prompts prompts.jsonl --costs prices.json
  routellm calibrate --policy frugal --max-loss 0.05 --labels pool-labels.jsonl`,
    )
    .action(async (_options: unknown, command: Command) =>
      calibrate(
        {
          ...command.optsWithGlobals<CalibrateFlags>(),
          isRouterAsked: command.getOptionValueSource('router') === 'cli',
        },
        context,
      ),
    )
}

async function calibrate(flags: CalibrateFlags, context: CommandContext): Promise<void> {
  const { terminal } = context
  const target = parseTarget(flags)
  const { calibrateJob } = await import('../../../jobs/calibrate/job.ts')
  const { formatCalibration } = await import('./print.ts')
  const workspace = await openWorkspace(flags, context)
  const result = await runCommandJob(calibrateJob, { ...flags, target }, workspace, context)
  const { calibration } = result
  const lines = formatCalibration(result, terminal.colors, flags)
  if (flags.json === true) terminal.result(JSON.stringify(calibration))
  else for (const line of lines) terminal.result(line)
  if ('possible' in calibration && !calibration.possible)
    throw new CheckFailedError('no-such-threshold', lines[0] ?? '')
}
