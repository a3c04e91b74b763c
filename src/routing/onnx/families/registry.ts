import { z } from 'zod'
import { ArtifactError } from '../../../errors.ts'
import { bertConfig, robertaConfig, xlmRobertaConfig } from './bert.ts'
import type { Encoder } from './family.ts'

/** `model_type` of config.json → its reader. Adding an architecture is one file and one row. */
const families = {
  bert: bertConfig,
  roberta: robertaConfig,
  'xlm-roberta': xlmRobertaConfig,
} as const

/** What `model_type` may be. */
export const supportedModelTypes: readonly string[] = Object.keys(families)

/**
 * The architecture that a config.json describes.
 *
 * @param config its parsed JSON.
 * @param source its path, for errors.
 * @throws ArtifactError `unsupported-model`, which names what is supported, or `checkpoint-invalid`.
 */
export function encoderOf(config: unknown, source: string): Encoder {
  const type = z.object({ model_type: z.string() }).safeParse(config)
  const modelType = type.success ? type.data.model_type : undefined
  if (modelType === undefined || !isSupported(modelType))
    throw new ArtifactError(
      'unsupported-model',
      `${source} is of ${modelType === undefined ? 'no model_type' : `the model_type ${JSON.stringify(modelType)}`}, and ${supportedModelTypes.join(', ')} are supported. Choose an encoder of one of these.`,
    )
  const read = families[modelType].safeParse(config)
  if (read.success) return read.data
  const problems = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new ArtifactError(
    'checkpoint-invalid',
    `${source} does not describe a ${modelType} that can be run here: ${problems.join('; ')}.`,
    { cause: read.error },
  )
}

function isSupported(modelType: string): modelType is keyof typeof families {
  return Object.hasOwn(families, modelType)
}
