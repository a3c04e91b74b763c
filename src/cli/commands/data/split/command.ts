import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { type OutputFile, openOutputFile } from '../../../../base/files/output-file.ts'
import type { SplitPart } from '../../../../learning/datasets/split.ts'
import { dataFile, hubFileHelp } from '../../../setup/data-file.ts'
import {
  checkRowOutput,
  type DuplicateIds,
  duplicateIdsOption,
  linesOf,
  rowsOfRun,
} from '../../../setup/row-output.ts'
import { wholeNumber } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'

type SplitFlags = {
  readonly parts: string
  readonly output: string
  readonly seed: number
  readonly groupBy?: string
  readonly gzip?: true
  readonly duplicateIds: DuplicateIds
  readonly json?: true
}

export function addDataSplitCommand(data: Command, context: CommandContext): void {
  data
    .command('split')
    .description('Split data by prompt, so that near-identical prompts are never on both sides.')
    .argument('<file>', 'outcomes, battles or prompts: JSON Lines, CSV or Parquet, gzip by extension')
    .option('--parts <shares>', 'names and shares of the parts', 'train=0.8,test=0.2')
    .requiredOption('--output <folder>', 'where to write <part>.jsonl')
    .option('--seed <number>', 'the same seed puts a prompt into the same part, in any file', wholeNumber, 0)
    .option('--group-by <column>', 'rows with the same value there stay together too')
    .option('--gzip', 'write <part>.jsonl.gz')
    .addOption(duplicateIdsOption())
    .option(
      '--json',
      'print {"output", "seed", "parts": [{"name", "file", "rows", "groups"}], "leftOut"} to stdout',
    )
    .addHelpText(
      'after',
      `
Prompts that differ only in case, spaces and punctuation are one group. Groups are drawn by a hash, so a part gets its
share but for chance. Where the shares add up to less than 1 the rest is written nowhere. ${hubFileHelp}

Examples:
  routellm data split labels.jsonl --output parts
  routellm data split labels.csv --parts train=0.6,calibrate=0.2,test=0.2 --seed 7 --output parts`,
    )
    .action(async (file: string, _options: unknown, command: Command) =>
      split(file, command.optsWithGlobals<SplitFlags>(), context),
    )
}

type OpenPart = SplitPart & {
  readonly path: string
  readonly file: OutputFile
  rows: number
  readonly groups: Set<number>
}

async function split(given: string, flags: SplitFlags, context: CommandContext): Promise<void> {
  const { terminal, folder } = context
  const { createSplit, parseSplitParts } = await import('../../../../learning/datasets/split.ts')
  const shares = parseSplitParts(flags.parts)
  const partOf = createSplit(shares, flags.seed)
  const input = await dataFile(given, context)
  const target = resolve(folder, flags.output)
  await mkdir(target, { recursive: true })
  const parts: OpenPart[] = []
  try {
    for (const share of shares) {
      const path = join(target, `${share.name}.jsonl${flags.gzip === true ? '.gz' : ''}`)
      checkRowOutput(input, path)
      parts.push({ ...share, path, file: await openOutputFile(path), rows: 0, groups: new Set() })
    }
    const leftOut = await writeParts(input, parts, partOf, flags, context)
    for (const { file } of parts) await file.commit()
    report(parts, leftOut, target, flags, terminal)
  } catch (error) {
    for (const { file } of parts) await file.discard()
    throw error
  }
}

/** @returns how many rows are in no part. */
async function writeParts(
  input: string,
  parts: readonly OpenPart[],
  partOf: (group: number) => string | undefined,
  { groupBy, duplicateIds }: SplitFlags,
  context: CommandContext,
): Promise<number> {
  const { createPromptGroups } = await import('../../../../learning/rows/prompt-groups.ts')
  const groups = createPromptGroups(groupBy)
  if (groupBy !== undefined)
    for await (const row of rowsOfRun({ input, label: 'grouping', duplicateIds: 'keep' }, context))
      groups.add(row)
  const byName = new Map(parts.map((part) => [part.name, part]))
  let leftOut = 0
  for await (const row of rowsOfRun({ input, label: 'splitting', duplicateIds }, context)) {
    const group = groups.groupOf(row)
    const part = byName.get(partOf(group) ?? '')
    if (part === undefined) {
      leftOut++
      continue
    }
    part.rows++
    part.groups.add(group)
    await part.file.write(linesOf([row.value]))
  }
  return leftOut
}

function report(
  parts: readonly OpenPart[],
  leftOut: number,
  output: string,
  { seed, json }: SplitFlags,
  terminal: CommandContext['terminal'],
): void {
  const written = parts.map(({ name, share, path: file, rows, groups }) => ({
    name,
    share,
    file,
    rows,
    groups: groups.size,
  }))
  if (json === true) terminal.result(JSON.stringify({ output, seed, parts: written, leftOut }))
  for (const { file, rows, groups } of written)
    terminal.note(`${rows} rows of ${groups} prompts or groups: ${file}`)
  if (leftOut > 0) terminal.note(`${leftOut} rows are in no part`)
}
