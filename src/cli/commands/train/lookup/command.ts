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

export function addTrainSimilarityWeighted(train: Command, context: CommandContext): void {
  const command = withFirstTrainingOptions(
    train
      .command('sw_ranking')
      .description('Make a similarity-weighted ranking of battles or outcomes and write it as an artifact.'),
  )
    .option(
      '--gamma <number>',
      'how much more a battle over the most similar prompt counts (default: 10)',
      numberValue,
    )
    .option('--tier-count <number>', 'tiers of models, at most (default: 10)', wholeNumber)
    .addOption(
      new Option('--mode <mode>', 'reference: battles within a tier count as upstream counts them').choices([
        'reference',
      ]),
    )
  withLastTrainingOptions(withLookupOptions(command))
    .addHelpText(
      'after',
      `${dataFormsHelp}

Battles of other models than the pair help to find the tiers.

Examples:
  routellm train sw_ranking --data battles.jsonl.gz --strong-model gpt-5 --weak-model llama3.1 --output my-ranking
  routellm serve --routers ./my-ranking`,
    )
    .action(async (_options: unknown, command: Command) =>
      runTraining('sw_ranking', command.optsWithGlobals<TrainFlags>(), context),
    )
}

export function addTrainNearestNeighbours(train: Command, context: CommandContext): void {
  const command = withFirstTrainingOptions(
    train
      .command('knn')
      .description(
        'Make a nearest-neighbour router of the comparisons of a pair and write it as an artifact.',
      ),
  )
    .option('--k <number>', 'neighbours that are asked (default: 40)', wholeNumber)
    .option('--beta <number>', 'weight of the base rate, in identical prompts (default: 5)', numberValue)
  withLastTrainingOptions(withLookupOptions(command))
    .addHelpText(
      'after',
      `${dataFormsHelp}

Only comparisons of the pair are used.

Examples:
  routellm train knn --data outcomes.jsonl --strong-model gpt-5 --weak-model llama3.1 --output my-knn
  routellm route "One of your prompts" --router ./my-knn`,
    )
    .action(async (_options: unknown, command: Command) =>
      runTraining('knn', command.optsWithGlobals<TrainFlags>(), context),
    )
}

function withLookupOptions(command: Command): Command {
  return command
    .addOption(tiesOption())
    .addOption(
      new Option('--precision <how>', 'how embeddings are stored (default: float32)').choices([
        'float32',
        'int8',
      ]),
    )
    .option(
      '--excerpt-characters <number>',
      'how much of each prompt is kept for explanations; 0 keeps no text (default: 120)',
      wholeNumber,
    )
    .option(
      '--calibration-prompts <number>',
      'prompts, each scored without itself, for calibration and metrics (default: 1000)',
      wholeNumber,
    )
    .option(
      '--max-comparisons-per-row <number>',
      'drawn of a row of outcomes that has more (default: 16)',
      wholeNumber,
    )
}
