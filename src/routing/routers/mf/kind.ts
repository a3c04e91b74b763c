import { inferenceNeeds } from '../../onnx/inference/runtime-packages.ts'
import { defineRouterKind } from '../router-kind.ts'
import { encoderConflict } from './encoder/conflict.ts'
import { mfSettings } from './settings.ts'
import { mapUpstreamArguments } from './upstream-arguments.ts'

/** Matrix factorization: what an embedded prompt is worth to each of many models. */
export const mf = defineRouterKind({
  kind: 'mf',
  settings: mfSettings,
  load: async (spec, dependencies) =>
    (await import('./load.ts')).loadMatrixFactorizationRouter(spec, dependencies),
  describe: ({ checkpoint, encoder }) =>
    encoder !== undefined
      ? `mf, on the encoder ${encoder}`
      : checkpoint === undefined
        ? 'mf, the built-in one'
        : undefined,
  configuration: {
    isStandard: true,
    impliedBy: { key: 'checkpoint', article: 'a checkpoint' },
    check: ({ encoder, ...others }) => {
      const conflict = encoder === undefined ? undefined : encoderConflict(others)
      return conflict === undefined ? [] : [{ path: ['encoder'], message: conflict }]
    },
    fromUpstream: mapUpstreamArguments,
  },
  training: { option: '--data', file: 'battles.jsonl', isNeeded: false },
  needs: {
    packages: [
      {
        name: '@huggingface/hub',
        unlocks: ['checkpoints by hub id (`--checkpoint routellm/mf_gpt4_augmented`)'],
      },
      ...inferenceNeeds('the encoder tier (`{ kind: mf, encoder: intfloat/multilingual-e5-small }`)'),
    ],
  },
  origin: {
    source: async (spec, dependencies) =>
      // What is cached must not depend on whether the encoder was there.
      spec.encoder !== undefined
        ? undefined
        : {
            kind: 'weights',
            folder: await (await import('./load.ts')).resolveWeightsFolder(spec, dependencies),
          },
    record: async (spec, dependencies) =>
      (await import('../trained-artifact.ts')).readRecord(
        await (await import('./load.ts')).resolveWeightsFolder(spec, dependencies),
      ),
    trainedPrompts: async ({ artifact: folder }) =>
      folder === undefined ? undefined : (await import('../trained-artifact.ts')).readTrainedPrompts(folder),
  },
})
