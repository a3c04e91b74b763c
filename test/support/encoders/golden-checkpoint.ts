import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { RouterArtifact } from '../../../src/base/artifact/router-artifact.ts'
import { parseSafetensors } from '../../../src/base/artifact/safetensors.ts'
import type { LocalEmbedder } from '../../../src/routing/embedding/embedder.ts'

/** The golden matrix factorization: 64 models, vectors of 16, prompts of 24 numbers. */
export const goldenTextDimensions = 24

/** The golden weights as an artifact whose prompts are embedded by `stubEmbedder`. */
export async function goldenArtifact(): Promise<RouterArtifact> {
  const file = fileURLToPath(new URL('../../golden/mf_model.safetensors', import.meta.url))
  const tensors = parseSafetensors(await readFile(file), file)
  const models = Array.from({ length: 64 }, (_, index) => `model-${index}`)
  return {
    manifest: {
      formatVersion: 1,
      kind: 'mf',
      name: 'golden',
      embedder: { id: stubEmbedder.id, dimensions: goldenTextDimensions },
      pair: { strong: 'model-0', weak: 'model-1' },
      models,
      data: [{ name: 'golden', sha256: 'a'.repeat(64), licence: 'Apache-2.0', rows: 64 }],
      seed: 7,
      options: { epochs: 1, bias: false, loss: 'logistic' },
      metrics: { 'test.accuracy': 0.5 },
      calibration: { prompts: 3, winRateQuantiles: [0.1, 0.5, 0.9] },
      created: '2026-01-02T03:04:05.000Z',
      expires: '2099-01-02T03:04:05.000Z',
    },
    tensors,
  }
}

/** A small embedder that hashes characters into 24 numbers: real, local and exact. */
export const stubEmbedder: LocalEmbedder = {
  id: 'character-codes@1',
  dimensions: goldenTextDimensions,
  embedNow: embedCharacters,
  async embed(texts, signal) {
    signal?.throwIfAborted()
    return texts.map(embedCharacters)
  },
}

function embedCharacters(text: string): Float32Array {
  const vector = new Float32Array(goldenTextDimensions)
  for (let index = 0; index < text.length; index++) {
    const slot = (index * 7 + text.charCodeAt(index)) % goldenTextDimensions
    vector[slot] = (vector[slot] ?? 0) + Math.cos(text.charCodeAt(index))
  }
  const length = Math.hypot(...vector) || 1
  return vector.map((number) => number / length)
}
