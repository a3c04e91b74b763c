import type { Command } from 'commander'
import { collected, nameList } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { dataFormsHelp, type TrainFlags, withLastTrainingOptions, withOutputOptions } from '../options.ts'
import { runTraining } from '../run.ts'

export function addTrainFewLabel(train: Command, context: CommandContext): void {
  const command = withOutputOptions(
    train
      .command('few_label')
      .description('Train a router on a few hundred labels of your own, in seconds.')
      .requiredOption(
        '--labels <file...>',
        'outcomes or battles on prompts of your own; files of one model each are joined by their prompts',
        collected,
      )
      .option(
        '--prompts <file...>',
        'prompts of your own without labels, {"prompt"} a row, such as a request log',
        collected,
      ),
  ).option(
    '--embedder <embedder>',
    'learn from the vectors of a further embedder too: openai-compatible:<model> or onnx:<folder or hub id>',
  )
  command.option(
    '--models <names>',
    'learn the score of each of these models, for policies that choose among many: large,medium,small (outcomes only)',
    nameList,
  )
  withLastTrainingOptions(command)
    .addHelpText(
      'after',
      `${dataFormsHelp}

It starts from the built-in router and moves away from it only as far as labels that were left out of the fit agree.
About 200 labels are worth it, 500 are good. The artifact holds no prompt: words and labelled prompts are hashes.

Examples:
  routellm train few_label --labels labels.jsonl --prompts log.jsonl --strong-model gpt-5 --weak-model llama3.1 --output my-router
  routellm train few_label --labels labels.jsonl --models gpt-5,gpt-5-mini,llama3.1 --output my-pool
  routellm calibrate --router my-router --strong-model-pct 0.3 --prompts log.jsonl
  routellm serve --routers my-router`,
    )
    .action(async (_options: unknown, command: Command) =>
      runTraining('few_label', command.optsWithGlobals<TrainFlags>(), context),
    )
}
