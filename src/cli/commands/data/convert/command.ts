import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { ConversionCounts, ConversionOptions } from '../../../../learning/datasets/convert/conversion.ts'
import { dataFile, hubFileHelp } from '../../../setup/data-file.ts'
import { pairOfFlags } from '../../../setup/data-options.ts'
import {
  checkRowOutput,
  type DuplicateIds,
  duplicateIdsOption,
  writeRowFile,
} from '../../../setup/row-output.ts'
import { numberValue } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'

type ConvertFlags = {
  readonly to: ConversionOptions['to']
  readonly output: string
  readonly strongModel?: string
  readonly weakModel?: string
  readonly tieBand?: number
  readonly reference?: string
  readonly duplicateIds: DuplicateIds
  readonly json?: true
}

export function addDataConvertCommand(data: Command, context: CommandContext): void {
  data
    .command('convert')
    .description('Turn data of any form into battles, outcomes or prompts.')
    .argument(
      '<file>',
      'outcomes, battles, preferences or the arena’s files: JSON Lines, CSV or Parquet, gzip by extension',
    )
    .addOption(
      new Option('--to <form>', 'what to write')
        .choices(['battles', 'outcomes', 'prompts'])
        .makeOptionMandatory(),
    )
    .requiredOption('--output <file>', 'JSON Lines to write; gzip where the name ends in .gz')
    .option('--strong-model <name>', 'only rows of this model …')
    .option('--weak-model <name>', '… and this one')
    .option(
      '--tie-band <number>',
      'to battles: scores that differ by no more are a tie (default: 0)',
      numberValue,
    )
    .option(
      '--reference <name>',
      'to outcomes: one row a prompt, of each model’s share of the win against this model',
    )
    .addOption(duplicateIdsOption())
    .option('--json', 'print {"output", "form", "to", "read", "written", "leftOut"} to stdout')
    .addHelpText(
      'after',
      `
To battles: the higher score wins, equal ones tie. To outcomes: a winner gets 1, a loser 0, a tie 0.5 each.
Of the arena's files the first turn is taken, and prompts under 16 characters are left out. docs/data.md says what each
conversion loses. The output appears only when it is whole. ${hubFileHelp}

Examples:
  routellm data convert judged.csv --to battles --tie-band 1 --output battles.jsonl
  routellm data convert arena.parquet --to battles --output battles.jsonl.gz
  routellm data convert alpaca_eval.jsonl.gz --to outcomes --reference gpt4_1106_preview --output outcomes.jsonl`,
    )
    .action(async (file: string, _options: unknown, command: Command) =>
      convert(file, command.optsWithGlobals<ConvertFlags>(), context),
    )
}

async function convert(given: string, flags: ConvertFlags, context: CommandContext): Promise<void> {
  const { terminal, folder } = context
  const { createConversion } = await import('../../../../learning/datasets/convert/conversion.ts')
  const { to, tieBand, reference, json } = flags
  const pair = pairOfFlags(flags)
  const conversion = createConversion({
    to,
    ...(pair !== undefined && { pair }),
    ...(tieBand !== undefined && { tieBand }),
    ...(reference !== undefined && { reference }),
  })
  const input = await dataFile(given, context)
  const output = resolve(folder, flags.output)
  checkRowOutput(input, output)
  await writeRowFile(
    { input, output, label: 'converting', duplicateIds: flags.duplicateIds, ...conversion },
    context,
  )
  const { counts } = conversion
  if (json === true) terminal.result(JSON.stringify(convertedJson(output, to, counts)))
  for (const line of convertedLines(output, to, counts)) terminal.note(line)
}

function convertedJson(output: string, to: string, counts: ConversionCounts) {
  const { form, read, written, ...leftOut } = counts
  return { output, form, to, read, written, leftOut }
}

function convertedLines(output: string, to: string, counts: ConversionCounts): string[] {
  const leftOut = [
    [counts.shortPrompts, 'with a prompt under 16 characters'],
    [counts.otherModels, 'of other models'],
    [counts.repeatedPrompts, 'with a prompt that came before'],
  ] as const
  return [
    `${counts.read} rows of ${counts.form ?? 'nothing'} gave ${counts.written} of ${to}: ${output}`,
    ...leftOut.flatMap(([rows, why]) => (rows === 0 ? [] : [`  left out: ${rows} ${why}`])),
  ]
}
