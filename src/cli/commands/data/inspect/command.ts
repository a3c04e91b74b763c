import type { Command } from 'commander'
import { findDataFile } from '../../../../jobs/workspace.ts'
import { openBareWorkspace } from '../../../setup/run-job.ts'
import { ReportedBadInputError } from '../../../terminal/exit-code.ts'
import { createProgress } from '../../../terminal/progress.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'
import { hubFileHelp } from '../options.ts'
import { formatInspection } from './print.ts'

type InspectFlags = { readonly json?: true }

export function addDataInspectCommand(data: Command, context: CommandContext): void {
  data
    .command('inspect')
    .description(
      'Report what a data file contains: its form, prompts, models, ties, and every row that cannot be read.',
    )
    .argument(
      '<file>',
      'outcomes, battles or prompts: JSON Lines, CSV or Parquet, gzip if the name ends in .gz',
    )
    .option(
      '--json',
      'print {"file", "form", "rows", "invalidRows", "prompts", "models", "pair", …} to stdout',
    )
    .addHelpText(
      'after',
      `
Exits with 2 if a row cannot be read, after reading all others. ${hubFileHelp}

Examples:
  routellm data inspect labels.jsonl
  routellm data inspect hub:lmsys/lmsys-arena-human-preference-55k/train.csv`,
    )
    .action(async (file: string, _options: unknown, command: Command) =>
      inspect(file, command.optsWithGlobals<InspectFlags>(), context),
    )
}

async function inspect(given: string, { json }: InspectFlags, context: CommandContext): Promise<void> {
  const { terminal, interrupted } = context
  const { createInspector } = await import('../../../../learning/datasets/inspect/inspection.ts')
  const { readRows } = await import('../../../../learning/formats/read-rows.ts')
  const file = await findDataFile(given, openBareWorkspace(context))
  const inspector = createInspector()
  const progress = createProgress(terminal, 'inspecting', undefined)
  let rows = 0
  try {
    for await (const row of readRows(file, { onBadRow: inspector.addInvalid })) {
      inspector.add(row)
      if (++rows % 1000 > 0) continue
      progress.update(rows)
      interrupted.throwIfAborted()
    }
  } finally {
    progress.stop()
  }
  const inspection = inspector.result()
  if (json === true) terminal.result(JSON.stringify({ file: given, ...inspection }))
  else for (const line of formatInspection(given, inspection)) terminal.result(line)
  if (inspection.invalidRows === 0) return
  const message = `${inspection.invalidRows} rows of ${given} cannot be read; the first: ${inspection.invalid[0]?.message}`
  terminal.note(`${terminal.colors.red('error:')} ${message}`)
  throw new ReportedBadInputError('invalid-rows', message)
}
