import { defineRouterKind } from '../router-kind.ts'
import { mfSettings } from './settings.ts'
import { mapUpstreamArguments } from './upstream-arguments.ts'

/** Matrix factorization: what an embedded prompt is worth to each of many models. */
export const mf = defineRouterKind({
  kind: 'mf',
  settings: mfSettings,
  load: async (spec, dependencies) =>
    (await import('./load.ts')).loadMatrixFactorizationRouter(spec, dependencies),
  describe: ({ checkpoint }) => (checkpoint === undefined ? 'mf, the built-in one' : undefined),
  configuration: {
    isStandard: true,
    impliedBy: { key: 'checkpoint', article: 'a checkpoint' },
    fromUpstream: mapUpstreamArguments,
  },
  training: { option: '--data', file: 'battles.jsonl', isNeeded: false },
  needs: {
    packages: [
      {
        name: '@huggingface/hub',
        unlocks: ['checkpoints by hub id (`--checkpoint routellm/mf_gpt4_augmented`)'],
      },
    ],
  },
  origin: {
    source: async (spec, dependencies) => ({
      kind: 'weights',
      folder: await (await import('./load.ts')).resolveWeightsFolder(spec, dependencies),
    }),
    record: async (spec, dependencies) =>
      (await import('../trained-artifact.ts')).readRecord(
        await (await import('./load.ts')).resolveWeightsFolder(spec, dependencies),
      ),
    trainedPrompts: async ({ artifact: folder }) =>
      folder === undefined ? undefined : (await import('../trained-artifact.ts')).readTrainedPrompts(folder),
  },
})
