import { z } from 'zod'
import { defineRouterKind } from '../router-kind.ts'
import { sharedSettings } from '../shared-settings.ts'

const { artifact, embedder, scoringStrongModel, scoringWeakModel } = sharedSettings

/** Bradley–Terry over the battles of similar prompts. */
export const swRanking = defineRouterKind({
  kind: 'sw_ranking',
  settings: z.strictObject({ artifact, embedder, scoringStrongModel, scoringWeakModel }),
  load: async (spec, dependencies) =>
    (await import('./load.ts')).loadSimilarityWeightedRouter(spec, dependencies),
  training: { option: '--data', file: 'battles.jsonl', isNeeded: true },
  origin: {
    source: async ({ artifact: folder }) => (folder === undefined ? undefined : { kind: 'weights', folder }),
    record: async ({ artifact: folder }) =>
      folder === undefined ? undefined : (await import('../trained-artifact.ts')).readRecord(folder),
    trainedPrompts: async ({ artifact: folder }) =>
      folder === undefined ? undefined : (await import('../trained-artifact.ts')).readTrainedPrompts(folder),
  },
})
