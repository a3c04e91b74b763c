import { type Command, Option } from 'commander'
import type { JudgePayload, JudgeResult } from '../../../../jobs/judge/job.ts'
import { checkerKinds } from '../../../../learning/labels/checkers/registry.ts'
import {
  addChatOptions,
  addPriceOption,
  type ChatFlags,
  costCapReached,
  formatRefusal,
  openChatWorkspace,
} from '../../../setup/chat-options.ts'
import { openBareWorkspace, runCommandJob } from '../../../setup/run-job.ts'
import { CheckFailedError } from '../../../terminal/exit-code.ts'
import { countValue, numberValue } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { formatPairwiseReport, formatScoreReport, formatUsage } from './print.ts'

type JudgeFlags = JudgePayload & ChatFlags & { readonly json?: true }

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
    .option('--ignore-case', 'with --checker exact: ignore case')
    .option(
      '--tolerance <number>',
      'with --checker numeric: the largest difference that counts as equal',
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
    .option('--samples <number>', 'how often the judge is asked each question', countValue, 1)
    .option(
      '--prompt-file <file>',
      'JSON with "system", "user", "userWithReference" or "reminder", to replace parts of the prompt',
    )
    .option('--strong-model <name>', 'label only this model and --weak-model')
    .option('--weak-model <name>', 'label only this model and --strong-model')
  addChatOptions(addPriceOption(judge), { temperature: '0, or 1 with several samples', maxTokens: 1024 })
    .option('--json', 'print {"output", "rows", "labels", "complete", "report", …} to stdout')
    .addHelpText(
      'after',
      `
Use rules where you can: they cost nothing and have no bias. A judge's verdict counts only if both orders agree; the
report measures its bias by position and length. Every row is read before anything is asked. See docs/labels.md.
A reasoning model needs --body '{"max_tokens":null,"max_completion_tokens":4096,"temperature":null}'.

Examples:
  routellm data judge --checker numeric --input answers.jsonl --output outcomes.jsonl
  routellm data judge --judge gpt-4.1-mini --price 0.4,1.6 --max-cost 5 --cache replies.jsonl \\
    --input answers.jsonl --output battles.jsonl
  routellm data judge --judge llama3.1 --base-url http://127.0.0.1:11434/v1 --mode single --samples 3 \\
    --input answers.jsonl --output outcomes.jsonl`,
    )
    .action(async (_options: unknown, command: Command) =>
      judgeFile(command.optsWithGlobals<JudgeFlags>(), context),
    )
}

async function judgeFile(flags: JudgeFlags, context: CommandContext): Promise<void> {
  const { judgeJob } = await import('../../../../jobs/judge/job.ts')
  const workspace =
    flags.judge === undefined
      ? openBareWorkspace(context)
      : await openChatWorkspace(flags, [{ option: '--judge', name: flags.judge }], context)
  report(await runCommandJob(judgeJob, flags, workspace, context), flags, context)
}

function report(
  { report, judge, leftOut, ...counts }: JudgeResult,
  flags: JudgeFlags,
  { terminal }: CommandContext,
): void {
  const complete = leftOut === 0
  if (flags.json === true)
    terminal.result(JSON.stringify({ ...counts, complete, ...(judge !== undefined && { judge }), report }))
  else {
    const lines = 'pairs' in report ? formatPairwiseReport(report) : formatScoreReport(report)
    const cost = judge === undefined ? [] : formatUsage(judge.usage, judge.model)
    for (const line of [...lines, ...cost]) terminal.result(line)
  }
  if (report.firstRefusal !== null) terminal.note(formatRefusal(report.firstRefusal, terminal))
  terminal.note(`Wrote ${counts.labels} labels: ${counts.output}`)
  if (!complete) throw costCapReached(`${leftOut} questions were not asked`, flags, terminal)
  if (counts.labels > 0) return
  const message = 'no row got a label; the counts above say why'
  terminal.note(`${terminal.colors.red('failed:')} ${message}`)
  throw new CheckFailedError('nothing-labelled', message)
}
