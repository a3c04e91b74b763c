import { resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { InvalidRequestError } from '../../../errors.ts'
import { openWorkspace, runCommandJob } from '../../setup/run-job.ts'
import { collected, nameList, wholeNumber } from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { formatMeasure, formatPoints } from './print.ts'

type PoolFlags = {
  readonly points?: string
  readonly outcomes?: readonly string[]
  readonly routers?: readonly string[]
  readonly models?: readonly string[]
  readonly usdPerRequest?: Readonly<Record<string, number>>
  readonly seed: number
  readonly samples: number
  readonly config?: string
  readonly json?: true
}

export function addPoolCommand(program: Command, context: CommandContext): void {
  program
    .command('pool')
    .description(
      'Compare models and routers by cost and quality: dollars to reach a share of the best model’s score, the hull and AIQ of RouterBench, and the score of RouterArena.',
    )
    .option(
      '--outcomes <file...>',
      '{"prompt", "scores": {"model": number}, "cost": {"model": dollars}} a line',
      collected,
    )
    .option(
      '--routers <names>',
      'with --outcomes: routers that predict scores of models, separated by commas',
      nameList,
    )
    .option(
      '--models <names>',
      'with --outcomes: the models of the pool (default: all of the file)',
      nameList,
    )
    .option(
      '--usd-per-request <model=dollars>',
      'with --outcomes: what a call of a model costs in rows without its cost; can be repeated',
      dollarsByModel,
    )
    .option(
      '--points <file>',
      'in place of --outcomes: {"name", "costUsd", "quality"} a line, dollars per query; a name with several lines is a router',
    )
    .option('--seed <number>', 'seed of the bootstrap', wholeNumber, 0)
    .option('--samples <number>', 'resamples of the bootstrap', wholeNumber, 1000)
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option('--json', 'print the result as one JSON object to stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  routellm pool --outcomes outcomes.jsonl --routers ./my-pool\n  routellm pool --points points.jsonl',
    )
    .action(async (_options: unknown, command: Command) => {
      const flags = command.optsWithGlobals<PoolFlags>()
      const { outcomes, points } = flags
      if (points !== undefined && outcomes === undefined) return comparePoints(points, flags, context)
      if (outcomes !== undefined && points === undefined) return measureOutcomes(outcomes, flags, context)
      throw new InvalidRequestError(
        'pool-input',
        points === undefined
          ? 'routellm pool needs --outcomes or --points'
          : 'routellm pool takes --outcomes or --points, and both were given',
        { param: '--outcomes' },
      )
    })
}

async function comparePoints(points: string, flags: PoolFlags, context: CommandContext): Promise<void> {
  const { poolReport, readPoolPoints } = await import('../../../learning/evaluation/pool/pool-report.ts')
  const report = poolReport(await readPoolPoints(resolve(context.folder, points), context.interrupted))
  context.terminal.result(flags.json === true ? JSON.stringify(report) : formatPoints(report))
}

async function measureOutcomes(
  outcomes: readonly string[],
  { config, json, points: _points, ...flags }: PoolFlags,
  context: CommandContext,
): Promise<void> {
  const { poolJob } = await import('../../../jobs/pool/job.ts')
  const workspace = await openWorkspace(config === undefined ? {} : { config }, context)
  const result = await runCommandJob(poolJob, { ...flags, outcomes }, workspace, context)
  context.terminal.result(json === true ? JSON.stringify(result) : formatMeasure(result))
}

/** `gpt-5=0.01`; a model's name may contain an equals sign. */
function dollarsByModel(text: string, before: Readonly<Record<string, number>> = {}): Record<string, number> {
  const end = text.lastIndexOf('=')
  const [model, dollars] = [text.slice(0, Math.max(0, end)), text.slice(end + 1)]
  if (model === '' || !/^(\d+\.?\d*|\.\d+)$/.test(dollars))
    throw new InvalidArgumentError('Must be a model and dollars, 0 or more: gpt-5=0.01.')
  return { ...before, [model]: Number(dollars) }
}
