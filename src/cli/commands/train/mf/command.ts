import { type Command, Option } from 'commander'
import { numberValue, wholeNumber } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import {
  dataFormsHelp,
  type TrainFlags,
  tiesOption,
  withFirstTrainingOptions,
  withLastTrainingOptions,
} from '../options.ts'
import { runTraining } from '../run.ts'

export function addTrainMatrixFactorization(train: Command, context: CommandContext): void {
  const command = withFirstTrainingOptions(
    train
      .command('mf')
      .description(
        'Train the matrix factorization router on battles or outcomes and write it as an artifact.',
      ),
  )
    .option(
      '--epochs <number>',
      'passes over the data (default: about 10,000 batches, at most 100)',
      wholeNumber,
    )
    .option('--dimensions <number>', "length of a model's vector (default: 128)", wholeNumber)
    .option('--batch-size <number>', 'comparisons per step (default: 64)', wholeNumber)
    .option('--learning-rate <number>', "Adam's (default: 0.0003)", numberValue)
    .option('--weight-decay <number>', "Adam's L2 (default: 0.00001)", numberValue)
    .option('--noise <number>', 'noise on the embeddings while training (default: 0.1)', numberValue)
    .option('--validation-fraction <number>', 'share of the prompts held out (default: 0.1)', numberValue)
    .addOption(tiesOption())
    .addOption(
      new Option('--comparisons <which>', 'learn from every pair of models, or from this pair only').choices([
        'all',
        'pair',
      ]),
    )
    .addOption(
      new Option(
        '--mode <mode>',
        "reference: as upstream's script (100 epochs, ties dropped, 5 % held out)",
      ).choices(['reference']),
    )
  withLastTrainingOptions(command)
    .addHelpText(
      'after',
      `${dataFormsHelp}

Examples:
  routellm train mf --data battles.jsonl --strong-model gpt-5 --weak-model llama3.1 --output my-router
  routellm train mf --data a.jsonl.gz --data b.jsonl --strong-model big --weak-model small --output my-router --seed 7
  routellm serve --routers ./my-router`,
    )
    .action(async (_options: unknown, command: Command) =>
      runTraining('mf', command.optsWithGlobals<TrainFlags>(), context),
    )
}
