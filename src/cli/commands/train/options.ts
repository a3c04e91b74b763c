import { type Command, Option } from 'commander'
import { collected, wholeNumber } from '../../terminal/option-values.ts'

/** The flags of every `routellm train` that are not part of a job's payload. */
export type TrainFlags = { readonly config?: string; readonly json?: true }

/** A command with the options that are needed first; `withLastTrainingOptions` adds those at the end. */
export function withFirstTrainingOptions(command: Command): Command {
  return withOutputOptions(
    command.requiredOption(
      '--data <file...>',
      'battles or outcomes, in any format of docs/formats.md; files of one model each are joined by their prompts',
      collected,
    ),
  ).option(
    '--embedder <embedder>',
    'builtin, openai-compatible:<model> or onnx:<folder or hub id>; rows that bring an "embedding" need none',
    'builtin',
  )
}

/** The options of every `routellm train` command. */
export function withOutputOptions(command: Command): Command {
  return command
    .requiredOption('--output <folder>', 'artifact to write; its name becomes the name of the router')
    .option(
      '--strong-model <name>',
      'the strong model, as the data names it (may be left out if rows name one pair)',
    )
    .option('--weak-model <name>', 'the weak model')
    .option('--seed <number>', 'the same data and seed give the same artifact', wholeNumber, 0)
}

export function tiesOption(): Option {
  return new Option('--ties <how>', 'a tie is half a win for each, or left out').choices(['half', 'drop'])
}

export function withLastTrainingOptions(command: Command): Command {
  return command
    .option('--licence <name>', "licence of the data, for the artifact's record (default: unknown)")
    .option('--config <file>', 'configuration file, for its embedder (default: ./routellm.yaml if it exists)')
    .option(
      '--json',
      'print {"output", "kind", "router", "pair", "metrics", "findings", "warnings"} to stdout',
    )
}

/** The forms of data that every trainer reads, for the help. */
export const dataFormsHelp = `
Battles:  {"prompt", "model_a", "model_b", "winner": "model_a"|"model_b"|"tie"|"tie (bothbad)"}
Outcomes: {"prompt", "scores": {"model": number}}`
