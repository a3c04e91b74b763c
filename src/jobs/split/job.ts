import { join, resolve } from 'node:path'
import { z } from 'zod'
import { makeOutputFolder, type OutputFile, writeOutputs } from '../../base/files/write-outputs.ts'
import { createSplit, parseSplitParts, type SplitPart } from '../../learning/datasets/split.ts'
import { createPromptGroups } from '../../learning/rows/prompt-groups.ts'
import type { Job, JobContext } from '../job.ts'
import { protectedFiles } from '../protected-files.ts'
import { checkReadTwice } from '../read-twice.ts'
import { duplicateIdModes, readJobRows, toJsonLines } from '../row-file.ts'
import { findDataFile } from '../workspace.ts'

const payload = z.object({
  /** Outcomes, battles or prompts. */
  input: z.string(),
  /** The folder to write the parts to. */
  output: z.string(),
  /** Names and shares: `train=0.8,test=0.2`. */
  parts: z.string(),
  /** The same seed puts a prompt into the same part, in any file. */
  seed: z.number().default(0),
  /** Rows with the same value in this column stay together too. */
  groupBy: z.exactOptional(z.string()),
  gzip: z.boolean().default(false),
  duplicateIds: z.enum(duplicateIdModes).default('error'),
})

export type SplitPayload = z.output<typeof payload>

export type SplitResult = {
  readonly output: string
  readonly seed: number
  readonly parts: readonly {
    readonly name: string
    readonly share: number
    readonly file: string
    readonly rows: number
    /** Distinct prompts, or groups of them. */
    readonly groups: number
  }[]
  /** Rows that are in no part. */
  readonly leftOut: number
}

type OpenPart = SplitPart & {
  readonly path: string
  readonly file: OutputFile
  rows: number
  readonly groups: Set<number>
}

/** Splits data by prompt. Near-identical prompts are never in different parts. */
export const splitJob: Job<SplitPayload, SplitResult> = {
  name: 'split',
  payload,
  async run(given, context) {
    const { seed, gzip } = given
    const shares = parseSplitParts(given.parts)
    const partOf = createSplit(shares, seed)
    const input = await findDataFile(given.input, context.workspace)
    if (given.groupBy !== undefined) await checkReadTwice([input])
    const output = resolve(context.workspace.folder, given.output)
    const removeFolder = await makeOutputFolder(output)
    const parts: OpenPart[] = []
    const leftOut = await writeOutputs(
      await protectedFiles(context.workspace, [input]),
      async (openOutput) => {
        for (const share of shares) {
          const path = join(output, `${share.name}.jsonl${gzip ? '.gz' : ''}`)
          parts.push({ ...share, path, file: await openOutput(path), rows: 0, groups: new Set() })
        }
        const rowsLeftOut = await writeParts({ ...given, input }, parts, partOf, context)
        context.signal.throwIfAborted()
        return rowsLeftOut
      },
    ).catch(async (error: unknown) => {
      await removeFolder()
      throw error
    })
    return {
      output,
      seed,
      parts: parts.map(({ name, share, path: file, rows, groups }) => ({
        name,
        share,
        file,
        rows,
        groups: groups.size,
      })),
      leftOut,
    }
  },
}

/** @returns how many rows are in no part. */
async function writeParts(
  { input, groupBy, duplicateIds }: SplitPayload,
  parts: readonly OpenPart[],
  partOf: (group: number) => string | undefined,
  context: JobContext,
): Promise<number> {
  const groups = createPromptGroups(groupBy)
  if (groupBy !== undefined)
    for await (const row of readJobRows({ input, stage: 'grouping', duplicateIds: 'keep' }, context))
      groups.add(row)
  const byName = new Map(parts.map((part) => [part.name, part]))
  let leftOut = 0
  for await (const row of readJobRows({ input, stage: 'splitting', duplicateIds }, context)) {
    const group = groups.groupOf(row)
    const part = byName.get(partOf(group) ?? '')
    if (part === undefined) {
      leftOut++
      continue
    }
    part.rows++
    part.groups.add(group)
    await part.file.write(toJsonLines([row.value]))
  }
  return leftOut
}
