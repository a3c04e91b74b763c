import type { Command } from 'commander'
import type { AugmentPayload, AugmentResult } from '../../../../jobs/augment/job.ts'
import { variationKinds } from '../../../../learning/datasets/augment/variation-prompts.ts'
import {
  addChatOptions,
  addPriceOption,
  type ChatFlags,
  costCapReached,
  formatRefusal,
  openChatWorkspace,
} from '../../../setup/chat-options.ts'
import { runCommandJob } from '../../../setup/run-job.ts'
import { nameList, numberValue, wholeNumber } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { formatUsage } from '../judge/print.ts'

type AugmentFlags = AugmentPayload & ChatFlags & { readonly json?: true }

export function addDataAugmentCommand(data: Command, context: CommandContext): void {
  const augment = data
    .command('augment')
    .description(
      'Add variations of prompts, written and judged by a model: paraphrases, easier and harder ones.',
    )
    .requiredOption('--input <file>', 'rows with a "prompt"')
    .requiredOption('--output <file>', 'the rows of the input, followed by the synthetic ones')
    .requiredOption(
      '--writer <model>',
      'a configured model, provider/model, or what the provider at --base-url calls it',
    )
    .option('--judge <model>', 'model that judges the variations (default: the writer)')
    .option(
      '--max-share <fraction>',
      'largest share of the output that may be synthetic, below 1',
      numberValue,
      0.3,
    )
    .option('--kinds <names>', `separated by commas (default: ${variationKinds.join(',')})`, nameList)
    .option('--seed <number>', 'seed that selects the prompts and their variations', wholeNumber, 0)
  addChatOptions(addPriceOption(augment), { temperature: '0', maxTokens: 1024 })
    .option('--json', 'print {"output", "rows", "synthetic", "complete", "report", "usage"} to stdout')
    .addHelpText(
      'after',
      `
A synthetic row is {"prompt", "synthetic": true, "origin", "variation"}, without labels. Variations that nearly equal
their origin, or that the judge does not accept, are dropped. See docs/labels.md.

Examples:
  routellm data augment --writer gpt-4.1-mini --price 0.4,1.6 --max-cost 2 --cache replies.jsonl \\
    --input prompts.jsonl --output more-prompts.jsonl
  routellm data augment --writer llama3.1 --base-url http://127.0.0.1:11434/v1 --kinds paraphrase --seed 7 \\
    --input prompts.jsonl --output more-prompts.jsonl`,
    )
    .action(async (_options: unknown, command: Command) =>
      augmentFile(command.optsWithGlobals<AugmentFlags>(), context),
    )
}

async function augmentFile(flags: AugmentFlags, context: CommandContext): Promise<void> {
  const { augmentJob } = await import('../../../../jobs/augment/job.ts')
  const named = [
    { option: '--writer', name: flags.writer },
    ...(flags.judge === undefined ? [] : [{ option: '--judge', name: flags.judge }]),
  ]
  const workspace = await openChatWorkspace(flags, named, context)
  report(await runCommandJob(augmentJob, flags, workspace, context), flags, context)
}

function report(
  { output, rows, synthetic, report, usage }: AugmentResult,
  flags: AugmentFlags,
  { terminal }: CommandContext,
): void {
  const complete = report.overBudget === 0
  if (flags.json === true)
    terminal.result(JSON.stringify({ output, rows, synthetic, complete, report, usage }))
  else {
    const { wanted, nearEqual, rejected, unparsable, refused } = report
    terminal.result(
      `${synthetic} of at most ${wanted} variations kept; ${nearEqual} nearly equal, ${rejected} rejected, ${unparsable} unparsable, ${refused} refused`,
    )
    for (const [model, used] of Object.entries(usage))
      for (const line of formatUsage(used, model)) terminal.result(line)
  }
  if (report.firstRefusal !== null) terminal.note(formatRefusal(report.firstRefusal, terminal))
  terminal.note(`Wrote ${rows} rows and ${synthetic} synthetic ones: ${output}`)
  if (!complete) throw costCapReached('Not all variations were asked for', flags, terminal)
}
