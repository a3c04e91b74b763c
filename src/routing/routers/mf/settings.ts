import { z } from 'zod'
import { sharedSettings } from '../shared-settings.ts'

const { artifact, checkpoint, revision, embedder, scoringStrongModel, scoringWeakModel } = sharedSettings

export const mfSettings = z.strictObject({
  artifact,
  checkpoint,
  revision,
  embedder,
  scoringStrongModel,
  scoringWeakModel,
})
