import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type OutputFile, writeOutputs } from '../../../../base/files/write-outputs.ts'
import { InvalidRequestError } from '../../../../errors.ts'
import type { FinishedJob } from '../../../../learning/training/causal_llm/fine-tuning-job.ts'
import type { InstructionData } from '../../../../learning/training/causal_llm/train.ts'
import { loadConfiguration } from '../../../setup/configuration.ts'
import { collected, numberValue, wholeNumber } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { dataFormsHelp } from '../options.ts'
import { finishedLines, instructionDataLines } from './print.ts'
import { type FineTuningProvider, fineTuningProvider } from './provider.ts'
import { followJob, openService, submitAndFollow } from './run.ts'

type TrainCausalFlags = {
  readonly data?: readonly string[]
  readonly output?: string
  readonly strongModel?: string
  readonly weakModel?: string
  readonly seed: number
  readonly validationFraction?: number
  readonly submit?: string
  readonly baseModel?: string
  readonly epochs?: number
  readonly job?: string
  readonly cancel?: true
  readonly pollSeconds: number
  readonly config?: string
  readonly json?: true
}

export function addTrainCausalLlm(train: Command, context: CommandContext): void {
  train
    .command('causal_llm')
    .description(
      'Write instruction data for a fine-tuned causal_llm router; with --submit, have a provider fine-tune a model on it.',
    )
    .option(
      '--data <file>',
      'battles or outcomes, JSON Lines, gzip by extension; may be given more than once',
      collected,
    )
    .option(
      '--output <file>',
      'training file to write, .jsonl; that for validation and the state of --submit go beside it',
    )
    .option(
      '--strong-model <name>',
      'the strong model, as the data names it (may be left out where rows name one pair)',
    )
    .option('--weak-model <name>', 'the weak model')
    .option('--seed <number>', 'the same data and seed give the same files', wholeNumber, 0)
    .option(
      '--validation-fraction <number>',
      'share of the prompts for the validation file; 0 writes none (default: 0.1)',
      numberValue,
    )
    .option(
      '--submit <provider>',
      'upload the files to this provider of the configuration, or openai, and fine-tune there: it costs money, and the prompts leave this machine',
    )
    .option('--base-model <name>', 'what --submit fine-tunes, as the provider calls it')
    .option('--epochs <number>', "times through the data (default: the provider's choice)", wholeNumber)
    .option('--job <id>', 'follow a job that was started before')
    .option('--cancel', 'stop that job')
    .option('--poll-seconds <number>', 'longest wait between two looks at a job', numberValue, 60)
    .option(
      '--config <file>',
      'configuration file, for its providers (default: ./routellm.yaml where there is one)',
    )
    .option(
      '--json',
      'print {"output", "validation", "pair", "examples", "labels", "warnings", "job", "model"} to stdout',
    )
    .addHelpText(
      'after',
      `${dataFormsHelp}

Run again after a crash or Ctrl-C, --submit goes on where it was: nothing is uploaded or started twice.

Examples:
  routellm train causal_llm --data outcomes.jsonl --strong-model gpt-5 --weak-model llama3.1 --output train.jsonl
  routellm train causal_llm --data outcomes.jsonl --strong-model gpt-5 --weak-model llama3.1 --output train.jsonl \\
    --submit openai --base-model gpt-4.1-nano-2025-04-14
  routellm train causal_llm --submit openai --job ftjob-123`,
    )
    .action(async (_options: unknown, command: Command) =>
      trainCausalLlm(command.optsWithGlobals<TrainCausalFlags>(), context),
    )
}

async function trainCausalLlm(flags: TrainCausalFlags, context: CommandContext): Promise<void> {
  const provider = flags.submit === undefined ? undefined : await providerOf(flags.submit, flags, context)
  if (flags.job !== undefined || flags.cancel === true) return continueJob(flags, provider, context)
  const { terminal } = context
  const written = await writeFiles(flags, provider !== undefined, context)
  const { data, output, validation } = written
  for (const line of instructionDataLines(data, output, validation, terminal.colors)) terminal.note(line)
  const finished =
    provider === undefined
      ? undefined
      : await submitAndFollow(
          provider,
          {
            baseModel: needed(flags.baseModel, '--base-model', 'names the model that --submit fine-tunes'),
            ...(flags.epochs !== undefined && { epochs: flags.epochs }),
            seed: flags.seed,
            training: output,
            ...(validation !== undefined && { validation }),
            longestWaitMs: flags.pollSeconds * 1000,
          },
          context,
        )
  if (flags.json === true)
    terminal.result(
      JSON.stringify({
        output,
        ...(validation !== undefined && { validation }),
        pair: data.pair,
        examples: { training: data.training.length, validation: data.validation.length },
        labels: data.examplesOfLabel,
        warnings: data.warnings,
        ...(finished !== undefined && { job: finished.id, model: finished.model }),
      }),
    )
  if (provider === undefined)
    terminal.note(
      'Next: --submit <provider> --base-model <name> with the same command, or any trainer that takes chat examples.',
    )
  else if (finished !== undefined) told(finished, provider, context)
}

async function continueJob(
  flags: TrainCausalFlags,
  provider: FineTuningProvider | undefined,
  context: CommandContext,
): Promise<void> {
  const { terminal, interrupted } = context
  const job = needed(flags.job, '--job', 'names the job that --cancel stops')
  const at = needed(provider, '--submit', `names the provider that runs the job ${job}`)
  const service = await openService(at)
  if (flags.cancel === true) {
    const { status } = await service.cancelJob(job, interrupted)
    terminal.note(`The job ${job} at ${at.baseUrl} is asked to stop; its status is ${status}.`)
    if (flags.json === true) terminal.result(JSON.stringify({ job, status }))
    return
  }
  const longestWaitMs = flags.pollSeconds * 1000
  const finished = await followJob(service, job, at, { longestWaitMs }, context)
  if (flags.json === true)
    terminal.result(JSON.stringify({ job: finished.id, status: finished.status, model: finished.model }))
  told(finished, at, context)
}

function told(finished: FinishedJob, provider: FineTuningProvider, { terminal }: CommandContext): void {
  for (const line of finishedLines(finished, provider, terminal.colors)) terminal.note(line)
}

async function providerOf(
  name: string,
  flags: TrainCausalFlags,
  context: CommandContext,
): Promise<FineTuningProvider> {
  if (flags.job === undefined && flags.cancel !== true)
    needed(flags.baseModel, '--base-model', 'names the model that --submit fine-tunes')
  const loaded = await loadConfiguration(flags.config === undefined ? {} : { config: flags.config }, context)
  return fineTuningProvider(name, loaded)
}

type WrittenFiles = {
  readonly data: InstructionData
  readonly output: string
  /** Undefined where nothing is held out. */
  readonly validation: string | undefined
}

/** What services take in one file. */
const mostBytes = 512 * 1024 * 1024

async function writeFiles(
  flags: TrainCausalFlags,
  isSubmitted: boolean,
  { folder, interrupted }: CommandContext,
): Promise<WrittenFiles> {
  const files = needed(flags.data, '--data', 'names a file of battles or outcomes')
  const inputs = files.map((file) => resolve(folder, file))
  const output = resolve(folder, needed(flags.output, '--output', 'names the training file to write'))
  if (!output.endsWith('.jsonl'))
    throw new InvalidRequestError(
      'bad-output-name',
      `--output ${flags.output} has to end in .jsonl, which is what fine-tuning services take`,
      { param: '--output' },
    )
  const { makeInstructionData } = await import('../../../../learning/training/causal_llm/train.ts')
  const { strongModel, weakModel, seed, validationFraction } = flags
  const data = await makeInstructionData({
    data: inputs,
    seed,
    ...(strongModel !== undefined && { strongModel }),
    ...(weakModel !== undefined && { weakModel }),
    ...(validationFraction !== undefined && { validationFraction }),
    signal: interrupted,
  })
  const validation =
    data.validation.length === 0 ? undefined : output.replace(/\.jsonl$/, '.validation.jsonl')
  const bytes = await writeOutputs(inputs, async (openOutput) => {
    if (validation !== undefined) await writeLines(await openOutput(validation), data.validation)
    return writeLines(await openOutput(output), data.training)
  })
  if (isSubmitted && bytes > mostBytes)
    throw new InvalidRequestError(
      'training-file-too-large',
      `${output} has ${bytes} bytes, and services take at most ${mostBytes} in a file; give less --data`,
      { param: '--data' },
    )
  return { data, output, validation }
}

/** @returns the bytes written. */
async function writeLines(file: OutputFile, lines: readonly string[]): Promise<number> {
  let bytes = 0
  for (const line of lines) {
    await file.write(`${line}\n`)
    bytes += Buffer.byteLength(line) + 1
  }
  return bytes
}

function needed<T>(value: T | undefined, flag: string, what: string): T {
  if (value !== undefined) return value
  throw new InvalidRequestError('missing-option', `${flag} is missing: it ${what}`, { param: flag })
}
