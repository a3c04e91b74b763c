import { inferenceNeeds } from '../../onnx/inference/runtime-packages.ts'
import { defineRouterKind } from '../router-kind.ts'
import { bertSettings } from './settings.ts'
import { mapUpstreamArguments } from './upstream-arguments.ts'

/** A fine-tuned encoder that classifies prompts. */
export const bert = defineRouterKind({
  kind: 'bert',
  settings: bertSettings,
  load: async (spec, dependencies) => (await import('./load.ts')).loadBertRouter(spec, dependencies),
  configuration: { fromUpstream: mapUpstreamArguments },
  training: { option: '--data', file: 'battles.jsonl', isNeeded: false },
  needs: { packages: inferenceNeeds('the bert router', '`train bert --head`') },
  origin: {
    source: async (spec, dependencies) => {
      const folder = await (await import('./origin.ts')).resolveNamedFolder(spec, dependencies)
      return folder === undefined ? undefined : { kind: 'weights', folder }
    },
    record: async (spec, dependencies) => (await import('./origin.ts')).readOrigin(spec, dependencies),
    trainedPrompts: async (spec, dependencies) =>
      (await import('./origin.ts')).readTrainedPrompts(spec, dependencies),
    isTrainedFolder: async (folder) => (await import('../../onnx/checkpoint.ts')).isEncoderFolder(folder),
  },
})
