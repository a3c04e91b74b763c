import { join } from 'node:path'
import { z } from 'zod'
import { readFileFacts } from '../../../src/base/files/file-digest.ts'
import { DataError } from '../../../src/errors.ts'
import { readJsonLines } from '../../../src/learning/formats/json/json-lines.ts'
import type { PromptOutcomes } from './outcome-units.ts'
import { isPermitted } from './permitted-data.ts'

export const poolFile = 'train_pool.jsonl.gz'
export const pairsFile = 'train_pairs_strong_weak.jsonl.gz'

/** A prompt of the pool; its outcomes do not matter for the embedder. */
export type PoolPrompt = Pick<PromptOutcomes, 'prompt' | 'dataset' | 'category'>

/** What a strong and a weak model scored on one prompt, in the data set's own unit. */
export type ScoredPair = PoolPrompt & {
  readonly tier: string
  readonly strongModel: string
  readonly strongScore: number
  readonly weakScore: number
}

export type SourceFile = {
  readonly name: string
  readonly sha256: string
  readonly modified: Date
  /** Rows used per data set, and rows left out per data set. */
  readonly used: ReadonlyMap<string, number>
  readonly leftOut: ReadonlyMap<string, number>
}

export type TrainingRows = {
  /** Distinct prompts, in the order of the file. */
  readonly pool: readonly PoolPrompt[]
  /** All rows of the pool: a prompt may be in several data sets, with other models. */
  readonly outcomes: readonly PromptOutcomes[]
  /** Tier A: a GPT-4 class model against Mixtral-8x7B. */
  readonly pairs: readonly ScoredPair[]
  readonly files: readonly SourceFile[]
}

const row = z.object({
  prompt: z.string(),
  dataset: z.string(),
  category: z.string().nullable().default(null),
})
const poolRow = row.extend({ source: z.string(), scores: z.record(z.string(), z.number()) })
const pairRow = row.extend({
  tier: z.string(),
  strong: z.string(),
  score_strong: z.number(),
  score_weak: z.number(),
})

/**
 * The permitted rows of the training files in `folder`. Throws `DataError` for a file or row that cannot be read, and
 * `x-no-permitted-rows` where nothing is left.
 */
export async function readTrainingRows(folder: string): Promise<TrainingRows> {
  const pool = await readPermitted(folder, poolFile, poolRow, () => true)
  const pairs = await readPermitted(folder, pairsFile, pairRow, ({ tier }) => tier === 'A')
  const distinct = new Map(pool.rows.map((row) => [row.prompt, row]))
  return {
    pool: [...distinct.values()],
    outcomes: pool.rows,
    pairs: pairs.rows.map(({ strong, score_strong, score_weak, ...row }) => ({
      ...row,
      strongModel: strong,
      strongScore: score_strong,
      weakScore: score_weak,
    })),
    files: [pool.file, pairs.file],
  }
}

async function readPermitted<Row extends PoolPrompt>(
  folder: string,
  name: string,
  schema: z.ZodType<Row>,
  isWanted: (row: Row) => boolean,
): Promise<{ rows: readonly Row[]; file: SourceFile }> {
  const path = join(folder, name)
  const rows: Row[] = []
  const used = new Map<string, number>()
  const leftOut = new Map<string, number>()
  for await (const { line, value } of readJsonLines(path)) {
    const parsed = schema.safeParse(value)
    if (!parsed.success) {
      throw new DataError('x-invalid-training-row', `${path} line ${line}: ${z.prettifyError(parsed.error)}`)
    }
    const row = parsed.data
    const isUsed = isPermitted(row.dataset, row.category) && isWanted(row)
    if (isUsed) rows.push(row)
    const counts = isUsed ? used : leftOut
    counts.set(row.dataset, (counts.get(row.dataset) ?? 0) + 1)
  }
  if (rows.length === 0) {
    throw new DataError(
      'x-no-permitted-rows',
      `${path} has no row of a permitted data set. Check the folder.`,
    )
  }
  return { rows, file: { name, ...(await readFileFacts(path)), used, leftOut } }
}
