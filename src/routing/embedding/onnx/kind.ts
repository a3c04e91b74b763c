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
  needs: { packages: inferenceNeeds('local embedders (`--embedder onnx:…`)') },
}
