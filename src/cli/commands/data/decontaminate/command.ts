import type { Command } from 'commander'
import type { DecontaminatePayload } from '../../../../jobs/decontaminate/job.ts'
import { openWorkspace, runCommandJob } from '../../../setup/run-job.ts'
import { collected, nameList, numberValue, wholeNumber } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { duplicateIdsOption, hubFileHelp } from '../options.ts'
import { formatDecontamination } from './print.ts'

type DecontaminateFlags = Omit<DecontaminatePayload, 'input'> & {
  readonly config?: string
  readonly json?: true
}

export function addDataDecontaminateCommand(data: Command, context: CommandContext): void {
  data
    .command('decontaminate')
    .description('Find prompts of test sets in training data, and write the data without them.')
    .argument(
      '<file>',
      'outcomes, battles or prompts: JSON Lines, CSV or Parquet, gzip if the name ends in .gz',
    )
    .option('--against <file>', 'test prompts, in a file of any form; can be repeated', collected)
    .option('--benchmarks <names>', 'test prompts of mmlu, gsm8k, mt-bench, separated by commas', nameList)
    .option(
      '--data <folder>',
      'folder that contains routellm/evals, for --benchmarks (default: ROUTELLM_DATA)',
    )
    .option(
      '--output <file>',
      'JSON Lines to write: the rows that are no test prompts (default: only report)',
    )
    .option('--report <file>', 'JSON to write: every row that was found, with the rule and the test prompt')
    .option('--sequence-words <number>', 'words in a sequence', wholeNumber, 13)
    .option(
      '--sequence-share <share>',
      'share of shared sequences from which a prompt counts as a test prompt',
      numberValue,
      0.3,
    )
    .option(
      '--cosine <number>',
      'cosine of embeddings from which a prompt counts as a test prompt',
      numberValue,
      0.95,
    )
    .option(
      '--embedder <embedder>',
      'builtin, openai-compatible:<model>, onnx:<folder or hub id>, or none: do not compare embeddings',
      'builtin',
    )
    .option('--config <file>', 'configuration file, for its embedder (default: ./routellm.yaml if it exists)')
    .addOption(duplicateIdsOption())
    .option('--json', 'print {"rows", "kept", "removed", "rules", "matches", …} to stdout')
    .addHelpText(
      'after',
      `
A prompt is removed if one of three rules holds: its text equals that of a test prompt apart from case, spaces and
punctuation; it shares 30 % of its 13-word sequences with one; its embedding has a cosine of .95 with one. ${hubFileHelp}

Examples:
  routellm data decontaminate labels.jsonl --against held-out.jsonl --output clean.jsonl
  routellm data decontaminate pool.jsonl.gz --benchmarks mmlu,gsm8k,mt-bench --data RouteLLM --report found.json`,
    )
    .action(async (file: string, _options: unknown, command: Command) =>
      decontaminate(file, command.optsWithGlobals<DecontaminateFlags>(), context),
    )
}

async function decontaminate(
  input: string,
  flags: DecontaminateFlags,
  context: CommandContext,
): Promise<void> {
  const { decontaminateJob } = await import('../../../../jobs/decontaminate/job.ts')
  const workspace = await openWorkspace(flags, context)
  const report = await runCommandJob(decontaminateJob, { ...flags, input }, workspace, context)
  if (flags.json === true) context.terminal.result(JSON.stringify(report))
  else for (const line of formatDecontamination(input, report)) context.terminal.result(line)
}
