import { inferenceNeeds } from '../../onnx/inference/runtime-packages.ts'
import type { EmbedderKind } from '../embedder-kind.ts'
import { parseOnnxSpec } from './spec.ts'

/** A sentence-transformers checkpoint, computed in this process. */
export const onnxEmbedder: EmbedderKind = {
  kind: 'onnx',
  argument: {
    placeholder: '<folder or hub id>',
    example: 'sentence-transformers/all-MiniLM-L6-v2',
    folder: (argument) => parseOnnxSpec(argument).place,
  },
  load: async (argument, { hub, inference }) =>
    (await import('./embedder.ts')).loadOnnxEmbedder(argument, {
      ...(hub !== undefined && { hub }),
      ...(inference !== undefined && { inference }),
    }),
  // A folder and an encoder in the cache are read without asking the hub.
  contact: (_argument, { hub, ...options }) =>
    hub?.offline === true || hub?.endpoint !== undefined
      ? undefined
      : {
          host: 'huggingface.co',
          purpose: 'downloads its encoder from',
          withoutContact: { ...options, hub: { ...hub, offline: true } },
        },
  needs: { packages: inferenceNeeds('local embedders (`--embedder onnx:…`)') },
}
