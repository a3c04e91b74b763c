import { join } from 'node:path'
import { z } from 'zod'
import { parseSafetensors } from '../../../base/artifact/safetensors.ts'
import { readRegularFile } from '../../../base/files/read-file.ts'
import { ArtifactError } from '../../../errors.ts'
import { upstreamModels } from './model-table.ts'
import { type MatrixFactorizationWeights, weightsOfTensors } from './weights.ts'

/** The files of a checkpoint as upstream publishes it. */
export const upstreamConfigFile = 'config.json'
export const upstreamWeightsFile = 'model.safetensors'

/**
 * Loads a checkpoint of upstream's matrix factorization (routellm/mf_gpt4_augmented and similar ones).
 *
 * @param folder holds `config.json` and `model.safetensors`.
 * @throws ArtifactError naming the file, what is wrong and what to do.
 */
export async function loadUpstreamCheckpoint(folder: string): Promise<MatrixFactorizationWeights> {
  const configFile = join(folder, upstreamConfigFile)
  const weightsFile = join(folder, upstreamWeightsFile)
  const config = parseConfig(await read(configFile), configFile)
  const tensors = parseSafetensors(await read(weightsFile), weightsFile)
  return weightsOfTensors(tensors, upstreamModels, config.text_dim, weightsFile, config.dim)
}

const size = (meaning: string) => z.int({ error: `must be ${meaning}, a whole number from 1` }).min(1)

/** Fields that later releases of the hub's library add are of no concern here. */
const configSchema = z.object({
  dim: size("the length of a model's vector"),
  num_models: z.literal(upstreamModels.length, {
    error: `must be ${upstreamModels.length}: the rows are named by upstream's table of ${upstreamModels.length} models`,
  }),
  text_dim: size("the length of a prompt's embedding"),
  num_classes: z.literal(1, { error: 'must be 1: only checkpoints with one output are a win rate' }),
  use_proj: z.literal(true, {
    error: 'must be true: a checkpoint without the projection of the prompt is not supported',
  }),
})

function parseConfig(bytes: Buffer, source: string): z.infer<typeof configSchema> {
  const parsed = configSchema.safeParse(parseJson(bytes, source))
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(
    ({ path, message }) => `  ${path.join('.') || 'the whole'} ${message}`,
  )
  throw new ArtifactError(
    'checkpoint-invalid',
    `${source} does not describe a matrix factorization checkpoint:\n${problems.join('\n')}\nIt says: ${excerpt(bytes)}\nCheck that the path or hub id is that of an mf checkpoint.`,
  )
}

function parseJson(bytes: Buffer, source: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new ArtifactError(
      'checkpoint-invalid',
      `${source} is not JSON: ${excerpt(bytes)}. Download the checkpoint again.`,
      { cause: error },
    )
  }
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readRegularFile(file)
  } catch (error) {
    throw new ArtifactError(
      'checkpoint-file-missing',
      `${file} cannot be read (${error instanceof Error ? error.message : error}). A checkpoint is a folder with ${upstreamConfigFile} and ${upstreamWeightsFile}; check the path or download it again.`,
      { cause: error },
    )
  }
}

function excerpt(bytes: Buffer): string {
  const text = bytes.toString('utf8').trim()
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
