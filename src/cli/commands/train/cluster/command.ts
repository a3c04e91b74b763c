import type { Command } from 'commander'
import { wholeNumber } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { type TrainFlags, withFirstTrainingOptions, withLastTrainingOptions } from '../options.ts'
import { runTraining } from '../run.ts'

export function addTrainCluster(train: Command, context: CommandContext): void {
  const command = withFirstTrainingOptions(
    train
      .command('cluster')
      .description(
        'Learn kinds of prompts and how well each of many models does on them; a new model joins by a probe.',
      ),
  )
    .option(
      '--clusters <number>',
      'kinds of prompts (default: one for each 100 prompts, from 2 to 32)',
      wholeNumber,
    )
    .option(
      '--join <folder>',
      "a router of this kind that the data's new models join: about 200 prompts of a new model are enough",
    )
  withLastTrainingOptions(command)
    .addHelpText(
      'after',
      `
Outcomes: {"prompt", "scores": {"model": number}}, of any number of models; a row need not have all of them.

Examples:
  routellm train cluster --data outcomes.jsonl --strong-model gpt-5 --weak-model llama3.1 --output my-kinds
  routellm train cluster --join my-kinds --data probe.jsonl --strong-model gpt-5 --weak-model new-model --output my-kinds-2`,
    )
    .action(async (_options: unknown, command: Command) =>
      runTraining('cluster', command.optsWithGlobals<TrainFlags>(), context),
    )
}
