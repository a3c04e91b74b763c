import { resolve } from 'node:path'
import type { Command } from 'commander'
import { openOutputFile } from '../../../../base/files/output-file.ts'
import { DataError, InvalidRequestError } from '../../../../errors.ts'
import { type Augmentation, augmentPrompts } from '../../../../learning/datasets/augment/augment.ts'
import {
  type VariationKind,
  variationKinds,
} from '../../../../learning/datasets/augment/variation-prompts.ts'
import { readRows } from '../../../../learning/formats/read-rows.ts'
import { parseRow, type Row, stringColumn } from '../../../../learning/formats/row.ts'
import type { EndpointUsage } from '../../../../learning/labels/judge/chat/chat-endpoint.ts'
import {
  addChatOptions,
  type ChatFlags,
  costCapReached,
  openChatEndpoints,
  refusalNote,
} from '../../../setup/chat-endpoints.ts'
import { nameList, numberValue, wholeNumber } from '../../../terminal/option-values.ts'
import { createProgress } from '../../../terminal/progress.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { costSoFar, usageLines } from '../judge/print.ts'

type AugmentFlags = ChatFlags & {
  readonly input: string
  readonly output: string
  readonly writer: string
  readonly judge?: string
  readonly maxShare: number
  readonly kinds?: readonly string[]
  readonly seed: number
  readonly json?: true
}

export function addDataAugmentCommand(data: Command, context: CommandContext): void {
  const augment = data
    .command('augment')
    .description(
      'Add variations of prompts, written and judged by a model: paraphrases, easier and harder ones.',
    )
    .requiredOption('--input <file>', 'rows with a "prompt"')
    .requiredOption('--output <file>', 'the rows as they are, and behind them those that were written')
    .requiredOption(
      '--writer <model>',
      'a configured model, provider/model, or what the provider at --base-url calls it',
    )
    .option('--judge <model>', 'judges what the writer wrote (default: the writer)')
    .option('--max-share <fraction>', 'most of the output that may be synthetic, below 1', numberValue, 0.3)
    .option('--kinds <names>', `separated by commas (default: ${variationKinds.join(',')})`, nameList)
    .option('--seed <number>', 'draws which prompts are varied, and how', wholeNumber, 0)
  addChatOptions(augment)
    .option('--json', 'print {"output", "rows", "synthetic", "complete", "report", "usage"} to stdout')
    .addHelpText(
      'after',
      `
A row that was written is {"prompt", "synthetic": true, "origin", "variation"}; it has no labels yet. Variations that are
nearly their origin, or that the judge does not find to be what was asked for, are dropped. docs/labels.md says more.

Examples:
  routellm data augment --writer gpt-4.1-mini --price 0.4,1.6 --max-cost 2 --cache replies.jsonl \\
    --input prompts.jsonl --output more-prompts.jsonl
  routellm data augment --writer local/llama3.1 --kinds paraphrase --max-share 0.1 --seed 7 \\
    --input prompts.jsonl --output more-prompts.jsonl`,
    )
    .action(async (_options: unknown, command: Command) =>
      augmentFile(command.optsWithGlobals<AugmentFlags>(), context),
    )
}

async function augmentFile(flags: AugmentFlags, context: CommandContext): Promise<void> {
  const input = resolve(context.folder, flags.input)
  const output = resolve(context.folder, flags.output)
  if (input === output)
    throw new InvalidRequestError('same-file', `--input and --output are both ${output}; name two files`, {
      param: '--output',
    })
  const rows = await readPrompts(input)
  const file = await openOutputFile(output)
  let augmented: Augmented
  try {
    augmented = await augmentRows(rows, flags, context)
    for (const row of [...rows, ...augmented.prompts]) await file.write(`${JSON.stringify(row)}\n`)
    await file.commit()
  } catch (error) {
    await file.discard()
    throw error
  }
  report(augmented, { output, rows: rows.length }, flags, context)
}

type Augmented = Augmentation & { readonly usage: Readonly<Record<string, EndpointUsage>> }

async function augmentRows(
  rows: readonly PromptRow[],
  flags: AugmentFlags,
  context: CommandContext,
): Promise<Augmented> {
  const kinds = (flags.kinds ?? variationKinds).map(variationKind)
  const endpoints = await openChatEndpoints(flags, context)
  const progress = createProgress(context.terminal, 'augmenting', undefined)
  try {
    const writer = await endpoints.endpoint('--writer', flags.writer)
    const judge = flags.judge === undefined ? writer : await endpoints.endpoint('--judge', flags.judge)
    const promptsOf = (synthetic: boolean) =>
      rows.filter((row) => (row.synthetic === true) === synthetic).map(({ prompt }) => prompt)
    const augmentation = await augmentPrompts(promptsOf(false), {
      writer,
      judge,
      maxSyntheticShare: flags.maxShare,
      existing: promptsOf(true),
      kinds,
      seed: flags.seed,
      atOnce: flags.concurrency * 2,
      signal: context.interrupted,
      onProgress: ({ kept, wanted }) =>
        progress.update(kept, `of ${wanted}, ${costSoFar(writer.usage(), flags.maxCost)}`),
    })
    return { ...augmentation, usage: { [writer.id]: writer.usage(), [judge.id]: judge.usage() } }
  } finally {
    progress.stop()
    await endpoints.close()
  }
}

function report(
  { prompts, report, usage }: Augmented,
  counts: { readonly output: string; readonly rows: number },
  flags: AugmentFlags,
  { terminal }: CommandContext,
): void {
  const complete = report.overBudget === 0
  const synthetic = prompts.length
  if (flags.json === true) terminal.result(JSON.stringify({ ...counts, synthetic, complete, report, usage }))
  else {
    const { wanted, nearEqual, rejected, unparsable, refused } = report
    terminal.result(
      `${synthetic} of at most ${wanted} variations kept; ${nearEqual} nearly equal, ${rejected} rejected, ${unparsable} unparsable, ${refused} refused`,
    )
    for (const [model, used] of Object.entries(usage))
      for (const line of usageLines(used, model)) terminal.result(line)
  }
  if (report.firstRefusal !== null) terminal.note(refusalNote(report.firstRefusal, terminal))
  terminal.note(`Wrote ${counts.rows} rows and ${synthetic} synthetic ones: ${counts.output}`)
  if (!complete) throw costCapReached('Not all variations were asked for', flags, terminal)
}

function variationKind(name: string): VariationKind {
  const kind = variationKinds.find((each) => each === name)
  if (kind !== undefined) return kind
  throw new InvalidRequestError(
    'unknown-variation',
    `--kinds ${name}: a variation is one of ${variationKinds.join(', ')}`,
    { param: '--kinds' },
  )
}

type PromptRow = Row & { readonly prompt: string }

async function readPrompts(input: string): Promise<PromptRow[]> {
  const rows: PromptRow[] = []
  for await (const { place, value } of readRows(input)) {
    const row = parseRow(value, place)
    rows.push({ ...row, prompt: stringColumn(row, 'prompt', place) })
  }
  if (rows.length > 0) return rows
  throw new DataError('no-prompts', `${input} has no prompt in it; give at least one, {"prompt": "…"} a line`)
}
