import { z } from 'zod'
import { sharedSettings } from '../shared-settings.ts'

export const bertSettings = z.strictObject({
  artifact: sharedSettings.artifact,
  checkpoint: sharedSettings.checkpoint.describe(
    'Default of a `bert` router: `routellm/bert_gpt4_augmented`.',
  ),
  revision: sharedSettings.revision,
  precision: z
    .enum(['float32', 'int8'])
    .exactOptional()
    .describe('What the encoder of a `bert` router computes with. Default: `float32`.'),
})
