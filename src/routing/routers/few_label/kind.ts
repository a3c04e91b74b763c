import { z } from 'zod'
import { defineRouterKind } from '../router-kind.ts'
import { sharedSettings } from '../shared-settings.ts'

const { artifact, embedder } = sharedSettings

/** What a few hundred labels of one pair say. */
export const fewLabel = defineRouterKind({
  kind: 'few_label',
  settings: z.strictObject({ artifact, embedder }),
  load: async (spec, dependencies) => (await import('./load.ts')).loadFewLabelRouter(spec, dependencies),
  training: { option: '--labels', file: 'labels.jsonl', isNeeded: true },
  origin: {
    source: async ({ artifact: folder }) => (folder === undefined ? undefined : { kind: 'weights', folder }),
    record: async ({ artifact: folder }) =>
      folder === undefined ? undefined : (await import('../trained-artifact.ts')).readRecord(folder),
    trainedPrompts: async ({ artifact: folder }) =>
      folder === undefined ? undefined : (await import('../trained-artifact.ts')).readTrainedPrompts(folder),
  },
})
