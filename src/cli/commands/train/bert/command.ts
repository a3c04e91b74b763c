import { type Command, Option } from 'commander'
import { InvalidRequestError } from '../../../../errors.ts'
import { collected, numberValue, wholeNumber } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { dataFormsHelp, type TrainFlags } from '../options.ts'
import { runTraining } from '../run.ts'

type TrainBertFlags = TrainFlags & { readonly head?: true | 'logistic' | 'mlp' }

export function addTrainBert(train: Command, context: CommandContext): void {
  train
    .command('bert')
    .description(
      'Train a classification head on a frozen encoder, and write both as a checkpoint that transformers reads too.',
    )
    .addOption(
      new Option(
        '--head [kind]',
        'logistic: the last layer is learnt; mlp: the layer before it too (default: logistic)',
      ).choices(['logistic', 'mlp']),
    )
    .requiredOption(
      '--encoder <folder or hub id>',
      'a BERT, RoBERTa or XLM-RoBERTa checkpoint, as intfloat/multilingual-e5-small',
    )
    .option('--revision <revision>', 'branch, tag or commit of the encoder on the hub')
    .requiredOption(
      '--data <file...>',
      'battles or outcomes, in any format of docs/formats.md; files of one model each are joined by their prompts',
      collected,
    )
    .requiredOption('--output <folder>', 'checkpoint to write; its name becomes the name of the router')
    .option(
      '--strong-model <name>',
      'the strong model, as the data names it (may be left out where rows name one pair)',
    )
    .option('--weak-model <name>', 'the weak model')
    .option('--seed <number>', 'the same data and seed give the same checkpoint', wholeNumber, 0)
    .option(
      '--epochs <number>',
      'passes over the prompts (default: about 3,000 batches, from 10 to 300)',
      wholeNumber,
    )
    .option('--batch-size <number>', 'prompts per step (default: 64)', wholeNumber)
    .option('--learning-rate <number>', "Adam's (default: 0.01)", numberValue)
    .option('--validation-fraction <number>', 'share of the prompts held out (default: 0.1)', numberValue)
    .addOption(
      new Option('--precision <how>', 'what the encoder computes with while its vectors are taken').choices([
        'float32',
        'int8',
      ]),
    )
    .option('--licence <name>', 'licence of the data, for the record (default: unknown)')
    .option('--json', 'print {"output", "router", "pair", "metrics", "warnings"} to stdout')
    .addHelpText(
      'after',
      `${dataFormsHelp}

The encoder itself stays as it is. Needs the packages onnxruntime-node and @huggingface/tokenizers (routellm doctor).

Examples:
  routellm train bert --head --encoder BAAI/bge-small-en-v1.5 --data battles.jsonl \\
    --strong-model gpt-5 --weak-model llama3.1 --output my-bert
  routellm serve --routers ./my-bert`,
    )
    .action(async (_options: unknown, command: Command) =>
      trainBert(command.optsWithGlobals<TrainBertFlags>(), context),
    )
}

async function trainBert({ head, ...flags }: TrainBertFlags, context: CommandContext): Promise<void> {
  if (head === undefined)
    throw new InvalidRequestError(
      'head-only',
      'routellm train bert trains a head on a frozen encoder and nothing else yet: say --head, --head logistic or --head mlp',
      { param: '--head' },
    )
  const payload = head === true ? flags : { ...flags, head }
  await runTraining('bert', payload, context)
}
