import { z } from 'zod'
import { sharedSettings } from '../shared-settings.ts'

const { artifact, checkpoint, revision, embedder, scoringStrongModel, scoringWeakModel } = sharedSettings

export const mfSettings = z.strictObject({
  encoder: z
    .string()
    .regex(/^[^#]+$/, 'must be a folder or a hub id')
    .exactOptional()
    .describe(
      'Of an `mf` router: scores with an encoder on this machine, by the router that comes with the package for it. A folder or a hub id of multilingual-e5-small, such as `intfloat/multilingual-e5-small`. Default: the built-in embedder.',
    ),
  artifact,
  checkpoint,
  revision,
  embedder,
  scoringStrongModel,
  scoringWeakModel,
})
