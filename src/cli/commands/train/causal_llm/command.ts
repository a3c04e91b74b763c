import type { Command } from 'commander'
import { InvalidRequestError } from '../../../../errors.ts'
import { findFineTuningProvider } from '../../../../jobs/fine-tune/provider.ts'
import { openService } from '../../../../jobs/fine-tune/submission.ts'
import type { Workspace } from '../../../../jobs/workspace.ts'
import type { FinishedJob } from '../../../../learning/training/causal_llm/fine-tuning-job.ts'
import { openWorkspace, runCommandJob } from '../../../setup/run-job.ts'
import { collected, numberValue, wholeNumber } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { dataFormsHelp } from '../options.ts'
import { formatFinished, formatInstructionData } from './print.ts'

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
      '--data <file...>',
      'battles or outcomes, in any format of docs/formats.md; files of one model each are joined by their prompts',
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
  const workspace = await openWorkspace(flags.config === undefined ? {} : { config: flags.config }, context)
  if (flags.job !== undefined || flags.cancel === true) return continueJob(flags, workspace, context)
  if (flags.submit !== undefined) {
    needed(flags.baseModel, '--base-model', 'names the model that --submit fine-tunes')
    findFineTuningProvider(flags.submit, workspace)
  }
  const { terminal } = context
  const { instructionDataJob } = await import('../../../../jobs/fine-tune/instruction-data.ts')
  const written = await runCommandJob(
    instructionDataJob,
    {
      data: needed(flags.data, '--data', 'names a file of battles or outcomes'),
      output: needed(flags.output, '--output', 'names the training file to write'),
      seed: flags.seed,
      strongModel: flags.strongModel,
      weakModel: flags.weakModel,
      validationFraction: flags.validationFraction,
      isSubmitted: flags.submit !== undefined,
    },
    workspace,
    context,
  )
  for (const line of formatInstructionData(written, terminal.colors)) terminal.note(line)
  const finished =
    flags.submit === undefined
      ? undefined
      : await fineTune(
          {
            provider: flags.submit,
            pollSeconds: flags.pollSeconds,
            task: {
              baseModel: flags.baseModel,
              epochs: flags.epochs,
              seed: flags.seed,
              training: written.output,
              validation: written.validation,
            },
          },
          workspace,
          context,
        )
  const { estimatedTokens: _tokens, clippedPrompts: _clipped, ...printed } = written
  if (flags.json === true)
    terminal.result(
      JSON.stringify({
        ...printed,
        ...(finished !== undefined && { job: finished.id, model: finished.model }),
      }),
    )
  if (flags.submit === undefined)
    terminal.note(
      'Next: --submit <provider> --base-model <name> with the same command, or any trainer that takes chat examples.',
    )
}

async function continueJob(
  flags: TrainCausalFlags,
  workspace: Workspace,
  context: CommandContext,
): Promise<void> {
  const { terminal, interrupted } = context
  const job = needed(flags.job, '--job', 'names the job that --cancel stops')
  const name = needed(flags.submit, '--submit', `names the provider that runs the job ${job}`)
  if (flags.cancel === true) {
    const provider = findFineTuningProvider(name, workspace)
    const { status } = await (await openService(provider)).cancelJob(job, interrupted)
    terminal.note(`The job ${job} at ${provider.baseUrl} is asked to stop; its status is ${status}.`)
    if (flags.json === true) terminal.result(JSON.stringify({ job, status }))
    return
  }
  const payload = { provider: name, pollSeconds: flags.pollSeconds, task: { job } }
  const finished = await fineTune(payload, workspace, context)
  if (flags.json === true)
    terminal.result(JSON.stringify({ job: finished.id, status: finished.status, model: finished.model }))
}

async function fineTune(
  payload: { readonly provider: string; readonly pollSeconds: number; readonly task: object },
  workspace: Workspace,
  context: CommandContext,
): Promise<FinishedJob> {
  const { fineTuneJob } = await import('../../../../jobs/fine-tune/job.ts')
  const finished = await runCommandJob(fineTuneJob, payload, workspace, context)
  const provider = findFineTuningProvider(payload.provider, workspace)
  for (const line of formatFinished(finished, provider, context.terminal.colors)) context.terminal.note(line)
  return finished
}

function needed<T>(value: T | undefined, flag: string, what: string): T {
  if (value !== undefined) return value
  throw new InvalidRequestError('missing-option', `${flag} is missing: it ${what}`, { param: flag })
}
