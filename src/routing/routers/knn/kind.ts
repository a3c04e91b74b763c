import { z } from 'zod'
import { defineRouterKind } from '../router-kind.ts'
import { sharedSettings } from '../shared-settings.ts'

const { artifact, embedder } = sharedSettings

/** How the two models did on the most similar labelled prompts. */
export const knn = defineRouterKind({
  kind: 'knn',
  settings: z.strictObject({ artifact, embedder }),
  load: async (spec, dependencies) =>
    (await import('./load.ts')).loadNearestNeighboursRouter(spec, dependencies),
  training: { option: '--data', file: 'battles.jsonl', isNeeded: true },
  origin: {
    source: async ({ artifact: folder }) => (folder === undefined ? undefined : { kind: 'weights', folder }),
    record: async ({ artifact: folder }) =>
      folder === undefined ? undefined : (await import('../trained-artifact.ts')).readRecord(folder),
    trainedPrompts: async ({ artifact: folder }) =>
      folder === undefined ? undefined : (await import('../trained-artifact.ts')).readTrainedPrompts(folder),
  },
})
