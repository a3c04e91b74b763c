import type { Command } from 'commander'
import type { InspectResult } from '../../../../jobs/inspect/job.ts'
import { openBareWorkspace, runCommandJob } from '../../../setup/run-job.ts'
import { ReportedBadInputError } from '../../../terminal/exit-code.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { hubFileHelp } from '../options.ts'
import { formatInspection } from './print.ts'

type InspectFlags = { readonly json?: true }

export function addDataInspectCommand(data: Command, context: CommandContext): void {
  data
    .command('inspect')
    .description(
      'Report what files contain: form, prompts, models, ties, what each command would read of them, and every row that cannot be read.',
    )
    .argument(
      '<file...>',
      'labels, prompts or a request log in any form of docs/formats.md; several files or a folder are read as one',
    )
    .option(
      '--json',
      'print {"file", "form", "rows", "invalidRows", "prompts", "models", "pair", "layouts", "log", "uses", …} to stdout',
    )
    .addHelpText(
      'after',
      `
Exits with 2 if a row cannot be read, after reading all others. ${hubFileHelp}

Examples:
  routellm data inspect labels.jsonl
  routellm data inspect results/gpt-4o.csv results/gpt-4o-mini.csv
  routellm data inspect hub:lmsys/lmsys-arena-human-preference-55k/train.csv`,
    )
    .action(async (files: string[], _options: unknown, command: Command) =>
      inspect(files, command.optsWithGlobals<InspectFlags>(), context),
    )
}

async function inspect(
  files: readonly string[],
  { json }: InspectFlags,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context
  const { inspectJob } = await import('../../../../jobs/inspect/job.ts')
  const result = await runCommandJob(inspectJob, { files }, openBareWorkspace(context), context)
  const named = files.length === 1 ? (files[0] ?? '') : `${files[0]} and ${files.length - 1} more`
  if (json === true) terminal.result(JSON.stringify(toJson(files, result)))
  else for (const line of formatInspection(named, result)) terminal.result(line)
  if (result.invalidRows === 0) return
  const message = `${result.invalidRows} rows of ${named} cannot be read; the first: ${result.invalid[0]?.message}`
  terminal.note(`${terminal.colors.red('error:')} ${message}`)
  throw new ReportedBadInputError('invalid-rows', message)
}

function toJson(files: readonly string[], result: InspectResult) {
  return { file: files[0], ...(files.length > 1 && { files }), ...result }
}
