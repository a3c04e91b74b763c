import type { Command } from 'commander'
import { collected } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { type TrainFlags, withLastTrainingOptions, withOutputOptions } from '../options.ts'
import { runTraining } from '../run.ts'

export function addTrainCascade(train: Command, context: CommandContext): void {
  const command = withOutputOptions(
    train
      .command('cascade')
      .description(
        "Train the verifier of a cascade: it reads the weak model's answer and says when to escalate.",
      )
      .requiredOption(
        '--labels <file...>',
        "outcomes on prompts of your own, with the weak model's answer in each row",
        collected,
      )
      .option(
        '--prompts <file...>',
        'prompts of your own without labels, {"prompt"} a row, such as a request log',
        collected,
      ),
  )
  withLastTrainingOptions(command)
    .addHelpText(
      'after',
      `
Labels: {"prompt", "scores": {"model": number}, "answer": "text"}, or "answers": {"model": "text"} in place of "answer".
Optional: "logprobs" (of the answer's tokens, natural logarithms) and "samples" (further answers of the weak model).

About 200 labels are worth it, 500 are good. The artifact holds no prompt and no answer: words are hashes.

Examples:
  routellm train cascade --labels answered.jsonl --strong-model gpt-5 --weak-model llama3.1 --output my-cascade
  routellm score --router ./my-cascade --input answers.jsonl --output scores.jsonl`,
    )
    .action(async (_options: unknown, command: Command) =>
      runTraining('cascade', command.optsWithGlobals<TrainFlags>(), context),
    )
}
