import type { Command } from 'commander'
import type { SplitPayload, SplitResult } from '../../../../jobs/split/job.ts'
import { openBareWorkspace, runCommandJob } from '../../../setup/run-job.ts'
import { wholeNumber } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { duplicateIdsOption, hubFileHelp } from '../options.ts'

type SplitFlags = Omit<SplitPayload, 'input'> & { readonly json?: true }

export function addDataSplitCommand(data: Command, context: CommandContext): void {
  data
    .command('split')
    .description('Split data by prompt, so that near-identical prompts are never on both sides.')
    .argument(
      '<file>',
      'outcomes, battles or prompts: JSON Lines, CSV or Parquet, gzip if the name ends in .gz',
    )
    .option('--parts <shares>', 'names and shares of the parts', 'train=0.8,test=0.2')
    .requiredOption('--output <folder>', 'where to write <part>.jsonl')
    .option(
      '--seed <number>',
      'the same seed puts a prompt into the same part, in every file',
      wholeNumber,
      0,
    )
    .option('--group-by <column>', 'rows with the same value in this column stay together too')
    .option('--gzip', 'write <part>.jsonl.gz')
    .addOption(duplicateIdsOption())
    .option(
      '--json',
      'print {"output", "seed", "parts": [{"name", "file", "rows", "groups"}], "leftOut"} to stdout',
    )
    .addHelpText(
      'after',
      `
Prompts that differ only in case, spaces and punctuation are one group. A hash assigns groups to parts, so the
shares hold approximately. If the shares add up to less than 1, the rest is not written. ${hubFileHelp}

Examples:
  routellm data split labels.jsonl --output parts
  routellm data split labels.csv --parts train=0.6,calibrate=0.2,test=0.2 --seed 7 --output parts`,
    )
    .action(async (file: string, _options: unknown, command: Command) =>
      split(file, command.optsWithGlobals<SplitFlags>(), context),
    )
}

async function split(input: string, flags: SplitFlags, context: CommandContext): Promise<void> {
  const { splitJob } = await import('../../../../jobs/split/job.ts')
  const result = await runCommandJob(splitJob, { ...flags, input }, openBareWorkspace(context), context)
  if (flags.json === true) context.terminal.result(JSON.stringify(result))
  for (const line of formatSplit(result)) context.terminal.note(line)
}

function formatSplit({ parts, leftOut }: SplitResult): string[] {
  return [
    ...parts.map(({ file, rows, groups }) => `${rows} rows of ${groups} prompts or groups: ${file}`),
    ...(leftOut > 0 ? [`${leftOut} rows are in no part`] : []),
  ]
}
