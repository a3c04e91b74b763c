import type { Command } from 'commander'
import type { AnswerPayload, AnswerResult } from '../../../../jobs/answer/job.ts'
import {
  addChatOptions,
  type ChatFlags,
  costCapReached,
  formatRefusal,
  openChatWorkspace,
} from '../../../setup/chat-options.ts'
import { runCommandJob } from '../../../setup/run-job.ts'
import { CheckFailedError } from '../../../terminal/exit-code.ts'
import { pricePair } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { formatAnswers, formatCutAnswers } from './print.ts'

type Price = readonly [input: number, output: number]

type AnswerFlags = Omit<AnswerPayload, 'models' | 'prices' | 'temperature'> &
  ChatFlags & {
    readonly model: readonly string[]
    readonly price?: readonly Price[]
    readonly json?: true
  }

export function addDataAnswerCommand(data: Command, context: CommandContext): void {
  const answer = data
    .command('answer')
    .description('Ask models for their answers to a file of prompts, so that the answers can be labelled.')
    .requiredOption('--input <file>', 'prompts: rows with a "prompt", labels, or a log of requests')
    .requiredOption(
      '--output <file>',
      'rows {"prompt", "answers": {"model": "text"}, "tokens": {"model": {"input", "output"}}}',
    )
    .requiredOption(
      '--model <names...>',
      'configured models, provider/model, or what the provider at --base-url calls them; can be repeated',
    )
    .option(
      '--price <input,output>',
      'dollars per million tokens: one price for all models, or one for each --model in the same order (default: those of the configured models, else the list prices of models of OpenAI); 0,0 if it costs nothing',
      (text: string, before: readonly Price[] = []) => [...before, pricePair(text)],
    )
  addChatOptions(answer, { temperature: "the model's own", maxTokens: 4096 })
    .option('--json', 'print {"output", "rows", "answered", "complete", "report", "usage"} to stdout')
    .addHelpText(
      'after',
      `
The prompt is the only message of a request. The other columns of a row are kept, and a model whose
answer a row has already is not asked. Every row is read before anything is asked. See docs/labels.md.
A reasoning model needs --body '{"max_tokens":null,"max_completion_tokens":8192}'.

Examples:
  routellm data answer --model gpt-4o --model gpt-4o-mini --price 2.5,10 --price 0.15,0.6 \\
    --max-cost 5 --input prompts.jsonl --output answers.jsonl
  routellm data answer --model llama3.1 --base-url http://127.0.0.1:11434/v1 --input to-label.jsonl \\
    --output answers.jsonl`,
    )
    .action(async (_options: unknown, command: Command) =>
      answerFile(command.optsWithGlobals<AnswerFlags>(), context),
    )
}

async function answerFile({ model, price, ...flags }: AnswerFlags, context: CommandContext): Promise<void> {
  const { answerJob } = await import('../../../../jobs/answer/job.ts')
  const named = model.map((name) => ({ option: '--model', name }))
  const workspace = await openChatWorkspace(flags, named, context)
  const payload = { ...flags, models: model, ...(price !== undefined && { prices: price }) }
  report(await runCommandJob(answerJob, payload, workspace, context), flags, context)
}

function report(
  { leftOut, ...result }: AnswerResult,
  flags: Pick<AnswerFlags, 'json' | 'maxCost' | 'maxTokens'>,
  { terminal }: CommandContext,
): void {
  const { output, rows, answered, report } = result
  const complete = leftOut === 0
  if (flags.json === true) terminal.result(JSON.stringify({ ...result, complete }))
  else for (const line of formatAnswers(result)) terminal.result(line)
  const warning = terminal.colors.yellow('warning:')
  for (const line of formatCutAnswers(report, flags.maxTokens)) terminal.note(`${warning} ${line}`)
  if (report.firstRefusal !== null) terminal.note(formatRefusal(report.firstRefusal, terminal))
  terminal.note(`Wrote ${answered} of ${rows} rows: ${output}`)
  if (!complete) throw costCapReached(`${leftOut} questions were not asked`, flags, terminal)
  if (answered > 0) return
  const message = 'no prompt got an answer; the counts above say why'
  terminal.note(`${terminal.colors.red('failed:')} ${message}`)
  throw new CheckFailedError('nothing-answered', message)
}
