import type { Command } from 'commander'
import { collected } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import {
  dataFormsHelp,
  type OutputFlags,
  runTrainer,
  withLastTrainingOptions,
  withOutputOptions,
} from '../run.ts'

type TrainFewLabelFlags = OutputFlags & {
  readonly labels: readonly string[]
  readonly prompts?: readonly string[]
  readonly embedder?: string
}

export function addTrainFewLabel(train: Command, context: CommandContext): void {
  const command = withOutputOptions(
    train
      .command('few_label')
      .description('Train a router on a few hundred labels of your own, in seconds.')
      .requiredOption(
        '--labels <file>',
        'outcomes or battles on prompts of your own; may be given more than once',
        collected,
      )
      .option(
        '--prompts <file>',
        'prompts of your own without labels, {"prompt"} a row, such as a request log; may be given more than once',
        collected,
      ),
  ).option(
    '--embedder <embedder>',
    'learn from the vectors of a further embedder too: openai-compatible:<model> or onnx:<folder or hub id>',
  )
  withLastTrainingOptions(command)
    .addHelpText(
      'after',
      `${dataFormsHelp}

It starts from the built-in router and moves away from it only as far as labels that were left out of the fit agree.
About 200 labels are worth it, 500 are good. The artifact holds no prompt: words and labelled prompts are hashes.

Examples:
  routellm train few_label --labels labels.jsonl --prompts log.jsonl --strong-model gpt-5 --weak-model llama3.1 --output my-router
  routellm calibrate --router my-router --strong-model-pct 0.3 --prompts log.jsonl
  routellm serve --routers my-router`,
    )
    .action(async (_options: unknown, command: Command) =>
      trainFewLabelRouter(command.optsWithGlobals<TrainFewLabelFlags>(), context),
    )
}

async function trainFewLabelRouter(flags: TrainFewLabelFlags, context: CommandContext): Promise<void> {
  const { trainFewLabel } = await import('../../../../learning/training/few_label/train.ts')
  const { loadPriorRouter } = await import('../../../../learning/training/few_label/prior.ts')
  await runTrainer(
    flags,
    async (common, means) => {
      const labels = await means.files(flags.labels)
      const prompts = await means.files(flags.prompts ?? [])
      const prior = await loadPriorRouter()
      return trainFewLabel({
        ...common,
        labels: labels.data,
        prompts: prompts.data,
        licences: { ...labels.licences, ...prompts.licences },
        embedder: await means.embedder(prior.embedderId),
        prior,
        ...(flags.embedder !== undefined && { other: await means.embedder(flags.embedder) }),
      })
    },
    context,
  )
}
