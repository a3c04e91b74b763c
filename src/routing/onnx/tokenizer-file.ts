import { join } from 'node:path'
import { z } from 'zod'
import { ArtifactError } from '../../errors.ts'
import { findFile } from './checkpoint-file.ts'
import { readJsonFile } from './json-file.ts'

export type TokenizerFiles = {
  /** Paths of `tokenizer.json` and, if it exists, `tokenizer_config.json`. */
  readonly path: string
  readonly configPath?: string
  /** The maximum tokens, including special ones, if the tokenizer states it. */
  readonly maxTokens?: number
}

/** XLM-RoBERTa's has 17 MB. */
const maxTokenizerBytes = 64_000_000
const maxConfigBytes = 4_000_000

/** The parts without which a tokenizer is none; what they hold is its library's to judge. */
const tokenizerSchema = z.object({
  model: z.object({
    type: z.enum(['WordPiece', 'BPE', 'Unigram']),
    vocab: z.union([z.record(z.string(), z.int().min(0)), z.array(z.tuple([z.string(), z.number()])).min(1)]),
  }),
  added_tokens: z.array(z.object({ id: z.int().min(0), content: z.string().min(1) })),
  normalizer: z.unknown(),
})

/** transformers writes 10³⁰ for no limit. */
const tokenizerConfigSchema = z.object({ model_max_length: z.number().min(1).optional() })
const noLimit = 1_000_000

/**
 * The tokenizer of a checkpoint folder.
 *
 * @param vocabulary rows of the model's token table.
 * @throws ArtifactError `tokenizer-invalid` if it is missing, has tokens that the model lacks, or has normalizers that
 *   could make a text grow without bound; `checkpoint-invalid` if it is not a tokenizer.
 */
export async function readTokenizer(folder: string, vocabulary: number): Promise<TokenizerFiles> {
  const place = join(folder, 'tokenizer.json')
  const refuse = (what: string): never => {
    throw new ArtifactError('tokenizer-invalid', `${place} ${what}`)
  }
  const file = await readJsonFile(folder, 'tokenizer.json', maxTokenizerBytes, tokenizerSchema)
  if (file === undefined)
    return refuse(
      'is missing. Where the folder has another form of its tokenizer, convert it: AutoTokenizer.from_pretrained(folder).save_pretrained(folder).',
    )
  const largest = largestToken(file)
  if (largest >= vocabulary)
    refuse(
      `has the token ${largest}, and the model of that folder knows 0 to ${vocabulary - 1}. It belongs to another model: download both again.`,
    )
  const growth = growthOf(file.normalizer)
  if (growth > maxGrowth)
    refuse(
      `has normalizers that may make a text ${growth} times as long, more than ${maxGrowth}. No published tokenizer does: download it again.`,
    )
  const config = await readJsonFile(folder, 'tokenizer_config.json', maxConfigBytes, tokenizerConfigSchema)
  const limit = config?.model_max_length ?? noLimit
  const configFile = await findFile(folder, 'tokenizer_config.json')
  return {
    path: (await findFile(folder, 'tokenizer.json'))?.path ?? place,
    ...(configFile !== undefined && { configPath: configFile.path }),
    ...(limit < noLimit && { maxTokens: Math.floor(limit) }),
  }
}

function largestToken({ model, added_tokens: added }: z.output<typeof tokenizerSchema>): number {
  const { vocab } = model
  let largest = Array.isArray(vocab) ? vocab.length - 1 : -1
  if (!Array.isArray(vocab)) for (const id of Object.values(vocab)) largest = Math.max(largest, id)
  for (const { id } of added) largest = Math.max(largest, id)
  return largest
}

const maxGrowth = 256

/**
 * The maximum number of characters that one character may become: each replacement may apply at every character, one
 * after the other.
 */
function growthOf(normalizer: unknown): number {
  const { data } = normalizerSchema.safeParse(normalizer)
  if (data === undefined) return 1
  const { content = '', normalizers = [] } = data
  const own = data.type === 'Replace' ? 1 + content.length : 1
  return normalizers.reduce<number>((product, part) => product * growthOf(part), own)
}

const normalizerSchema = z.object({
  type: z.string(),
  content: z.string().optional(),
  normalizers: z.array(z.unknown()).optional(),
})
