import { type Command, Option } from 'commander'
import { InvalidRequestError } from '../../../errors.ts'
import type { EvaluateResult } from '../../../jobs/evaluate/job.ts'
import type { EvaluatePayload } from '../../../jobs/evaluate/payload.ts'
import { openWorkspace, runCommandJob } from '../../setup/run-job.ts'
import { CheckFailedError } from '../../terminal/exit-code.ts'
import { collected, nameList, wholeNumber } from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { evaluatePolicies, type PolicyFlags } from './policies.ts'

type EvaluateFlags = Omit<EvaluatePayload, 'benchmarks' | 'scores' | 'png'> & {
  readonly benchmark: readonly string[]
  readonly scores?: readonly string[]
  readonly png?: true
  readonly verbose?: true
  readonly config?: string
  readonly json?: true
}

export function addEvaluateCommand(program: Command, context: CommandContext): void {
  program
    .command('evaluate')
    .description(
      'Measure routers or policies on benchmarks, with random routing, prompt length and the best possible result for comparison. Sends no prompt to a model.',
    )
    .requiredOption(
      '--benchmark <name or file...>',
      'mmlu, gsm8k, mt-bench, or files of outcomes; files of one model each are one benchmark',
      collected,
    )
    .option(
      '--routers <names>',
      'separated by commas: kinds (mf, random, length, …), configured routers, or paths of artifacts',
      nameList,
    )
    .option(
      '--policies <names>',
      'in place of routers: policies of the configuration, separated by commas, or all, on files of outcomes of all their candidates',
      nameList,
    )
    .option(
      '--scores <name=file>',
      'win rates computed elsewhere, {"prompt", "strongWinRate"} a line; can be repeated',
      collected,
    )
    .option(
      '--data <folder>',
      'folder that contains routellm/evals, such as a clone of lm-sys/RouteLLM (default: ROUTELLM_DATA)',
    )
    .option('--output <folder>', 'write the result as JSON and its curve as SVG')
    .addOption(
      new Option(
        '--metrics <which>',
        "reference: as upstream's script computes them, including its faults",
      ).choices(['reference']),
    )
    .option(
      '--require <condition>',
      'exit with 1 unless it holds on every benchmark: mine.apgr>=0.6, mine.apgr.low>length.apgr; can be repeated',
      collected,
    )
    .option(
      '--not-worse-than <file>',
      'exit with 1 if a router is worse, beyond chance, than in this earlier result; can be repeated',
      collected,
    )
    .option('--strong-model <name>', 'the pair to measure, if a file scores more than two models')
    .option('--weak-model <name>', 'the pair to measure, if a file scores more than two models')
    .option(
      '--costs [file]',
      'report dollars, with prices from a file (docs/evaluation.md shows one) or the package @pydantic/genai-prices',
    )
    .option('--energy <file>', 'report the score per watt-hour, with figures from a file')
    .option('--latency <file>', 'report the score against milliseconds, with figures from a file')
    .option('--seed <number>', 'seed of the bootstrap', wholeNumber, 0)
    .option('--samples <number>', 'resamples of the bootstrap', wholeNumber, 1000)
    .option('--html <file>', 'write a report as one self-contained page')
    .option('--png', 'with --output: write the curves as PNG too; needs the package @resvg/resvg-js')
    .option('--embedder <embedder>', 'builtin, openai-compatible:<model> or onnx:<folder or hub id>')
    .option('--no-cache', 'score every prompt again and keep no scores')
    .option('--verbose', 'also print how to read the numbers, every difference, and the categories')
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option(
      '--json',
      'print the result as one JSON object to stdout; {"evaluations": […]} for several benchmarks',
    )
    .addHelpText(
      'after',
      `
Outcomes: {"prompt", "scores": {"model": number}}, optional "category", "weight" and "tokens"
({"model": {"input", "output"}}). Scores are kept between runs in the user's cache folder
(or ROUTELLM_CACHE), by the hash of router, embedder and prompts.

Examples:
  routellm evaluate --benchmark mmlu --benchmark gsm8k --routers mf --data ./RouteLLM --output results
  routellm evaluate --benchmark labels.jsonl --routers mf,./my-router --html report.html
  routellm evaluate --benchmark labels.jsonl --routers mf --costs prices.json
  routellm evaluate --benchmark outcomes.jsonl --policies frugal,halves
  routellm evaluate --benchmark labels.jsonl --scores theirs=scores.jsonl --require 'theirs.apgr>=0.6' --json`,
    )
    .action(async (_options: unknown, command: Command) => {
      const flags = command.optsWithGlobals<EvaluateFlags | PolicyFlags>()
      return 'policies' in flags ? evaluatePolicies(flags, context) : evaluateRouters(flags, context)
    })
}

async function evaluateRouters(flags: EvaluateFlags, context: CommandContext): Promise<void> {
  const { terminal } = context
  const { evaluateJob } = await import('../../../jobs/evaluate/job.ts')
  const payload = {
    ...flags,
    benchmarks: flags.benchmark,
    ...(flags.scores !== undefined && { scores: flags.scores.map(parseScores) }),
  }
  const workspace = await openWorkspace(flags, context)
  const { evaluations, checks, written } = await runCommandJob(evaluateJob, payload, workspace, context)
  if (flags.json === true) terminal.result(JSON.stringify(toJson(evaluations, checks)))
  else {
    const { reportText } = await import('../../../learning/evaluation/reports/report-table.ts')
    for (const [index, evaluation] of evaluations.entries())
      terminal.result(
        `${index === 0 ? '' : '\n'}${reportText(evaluation, { width: Math.min(terminal.width ?? 80, 120), isVerbose: flags.verbose === true, hasCosts: flags.costs !== undefined })}`,
      )
  }
  for (const file of written) terminal.note(`Wrote ${file}`)
  for (const { passed, message } of checks)
    terminal.note(`${passed ? terminal.colors.green('ok    ') : terminal.colors.red('failed')} ${message}`)
  const failed = checks.filter(({ passed }) => !passed)
  if (failed.length > 0) throw new CheckFailedError('requirement-failed', failed[0]?.message ?? '')
}

function parseScores(text: string): { name: string; file: string } {
  const [, name, file] = /^([^=.\s]+)=(.+)$/.exec(text) ?? []
  if (name !== undefined && file !== undefined) return { name, file }
  throw new InvalidRequestError(
    'bad-scores',
    `--scores ${JSON.stringify(text)} is not name=file, such as theirs=scores.jsonl; a name has no dot and no space`,
    { param: '--scores' },
  )
}

/** One benchmark is the evaluation itself, with the checks beside its numbers. */
function toJson(evaluations: EvaluateResult['evaluations'], checks: EvaluateResult['checks']): object {
  const [first] = evaluations
  const result = evaluations.length === 1 && first !== undefined ? first : { evaluations }
  return checks.length === 0 ? result : { ...result, checks }
}
