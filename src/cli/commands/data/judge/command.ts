import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { openOutputFile } from '../../../../base/files/output-file.ts'
import { InvalidRequestError } from '../../../../errors.ts'
import type { Row } from '../../../../learning/formats/row.ts'
import { checkerKinds } from '../../../../learning/labels/checkers/registry.ts'
import { addChatOptions, costCapReached, refusalNote } from '../../../setup/chat-endpoints.ts'
import { CheckFailedError } from '../../../terminal/exit-code.ts'
import { countValue, numberValue } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { pairwiseLines, scoreLines, usageLines } from './print.ts'
import { checkRows, countRows, judgeRows, type LabelFlags, type LabelRun } from './run.ts'

type JudgeFlags = LabelFlags & {
  readonly input: string
  readonly output: string
  readonly json?: true
}

export function addDataJudgeCommand(data: Command, context: CommandContext): void {
  const judge = data
    .command('judge')
    .description(
      'Label the answers of several models: by a rule (--checker), or by a language model (--judge).',
    )
    .requiredOption('--input <file>', 'rows {"prompt", "answers": {"model": "text"}, "reference"?}')
    .requiredOption(
      '--output <file>',
      'battles (--judge), or outcomes (--checker, or --judge with --mode single)',
    )
    .addOption(new Option('--checker <rule>', 'compare with the reference').choices([...checkerKinds]))
    .option('--ignore-case', 'of the checker exact')
    .option(
      '--tolerance <number>',
      'of the checker numeric: the largest difference that is equal',
      numberValue,
    )
    .addOption(
      new Option('--unparsable <what>', 'an answer that a checker cannot read has no score, or is wrong')
        .choices(['drop', 'wrong'])
        .default('drop'),
    )
    .option(
      '--judge <model>',
      'a configured model, provider/model, or what the provider at --base-url calls it',
    )
    .addOption(
      new Option('--mode <mode>', 'compare every two answers in both orders, or grade each from 1 to 10')
        .choices(['pairwise', 'single'])
        .default('pairwise'),
    )
    .option('--samples <number>', 'how often each question is put to the judge', countValue, 1)
    .option(
      '--prompt-file <file>',
      'JSON with "system", "user", "userWithReference" or "reminder" in place of the own',
    )
    .option('--strong-model <name>', 'label only this model and --weak-model')
    .option('--weak-model <name>', 'likewise')
  addChatOptions(judge)
    .option('--json', 'print {"output", "rows", "labels", "complete", "report", …} to stdout')
    .addHelpText(
      'after',
      `
Rules first: they cost nothing and have no taste. A judge's verdict counts only where both orders agree; the report says
how far it goes by position and length. Every row is read before anything is asked. docs/labels.md says more.
A reasoning model needs --body '{"max_tokens":null,"max_completion_tokens":4096,"temperature":null}'.

Examples:
  routellm data judge --checker numeric --input answers.jsonl --output outcomes.jsonl
  routellm data judge --judge gpt-4.1-mini --price 0.4,1.6 --max-cost 5 --cache replies.jsonl \\
    --input answers.jsonl --output battles.jsonl
  routellm data judge --judge local/llama3.1 --mode single --samples 3 --input answers.jsonl --output outcomes.jsonl`,
    )
    .action(async (_options: unknown, command: Command) =>
      label(command.optsWithGlobals<JudgeFlags>(), context),
    )
}

async function label(flags: JudgeFlags, context: CommandContext): Promise<void> {
  checkFlags(flags)
  const input = resolve(context.folder, flags.input)
  const output = resolve(context.folder, flags.output)
  const rows = await countRows(input)
  const file = await openOutputFile(output)
  let labels = 0
  const write = async (row: Row) => {
    labels++
    await file.write(`${JSON.stringify(row)}\n`)
  }
  let run: LabelRun
  try {
    run = await (flags.checker === undefined ? judgeRows : checkRows)(input, rows, flags, context, write)
    await file.commit()
  } catch (error) {
    await file.discard()
    throw error
  }
  report(run, { output, rows, labels }, flags, context)
}

function checkFlags({ checker, judge, strongModel, weakModel, input, output }: JudgeFlags): void {
  const wrong = (param: string, what: string) =>
    new InvalidRequestError('bad-flags', `${param}: ${what}`, { param })
  if ((checker === undefined) === (judge === undefined))
    throw wrong(
      '--judge',
      'say how to label: by a rule (--checker numeric), or by a model (--judge gpt-4.1-mini), not both',
    )
  if ((strongModel === undefined) !== (weakModel === undefined))
    throw wrong(
      strongModel === undefined ? '--strong-model' : '--weak-model',
      'is missing: name both models of the pair, or neither',
    )
  if (input === output) throw wrong('--output', `is the file of --input, ${input}; name two files`)
}

function report(
  { report, judge }: LabelRun,
  counts: { readonly output: string; readonly rows: number; readonly labels: number },
  flags: JudgeFlags,
  { terminal }: CommandContext,
): void {
  const leftOut =
    'pairs' in report ? report.overBudget : report.models.reduce((sum, model) => sum + model.overBudget, 0)
  const complete = leftOut === 0
  if (flags.json === true)
    terminal.result(JSON.stringify({ ...counts, complete, ...(judge !== undefined && { judge }), report }))
  else {
    const lines = 'pairs' in report ? pairwiseLines(report) : scoreLines(report)
    const cost = judge === undefined ? [] : usageLines(judge.usage, judge.model)
    for (const line of [...lines, ...cost]) terminal.result(line)
  }
  if (report.firstRefusal !== null) terminal.note(refusalNote(report.firstRefusal, terminal))
  terminal.note(`Wrote ${counts.labels} labels: ${counts.output}`)
  if (!complete) throw costCapReached(`${leftOut} questions were not asked`, flags, terminal)
  if (counts.labels > 0) return
  const message = 'no row got a label; the counts above say why'
  terminal.note(`${terminal.colors.red('failed:')} ${message}`)
  throw new CheckFailedError('nothing-labelled', message)
}
