import { join } from 'node:path'
import { builtinWinRates, rememberVectors } from '../../../benchmarks/loop/product.mjs'
import { readWorld, type WorldPrompt } from '../../../benchmarks/loop/world.mjs'
import { createRandom } from '../../../src/base/math/random.ts'
import { loadPriorRouter, type PriorRouter } from '../../../src/learning/training/few_label/prior.ts'
import { loadBuiltinEmbedder } from '../../../src/routing/embedding/builtin/embedder.ts'
import type { BaseEmbedder } from '../../../src/routing/routers/few_label/prompt-space.ts'

export type LoopWorld = {
  readonly world: readonly WorldPrompt[]
  readonly embedder: BaseEmbedder
  readonly prior: PriorRouter
}

/** What simulated months are made of. @param folder of the training files. @param mostPerSubject default: all prompts. */
export async function openLoopWorld(folder: string, mostPerSubject?: number): Promise<LoopWorld> {
  const embedder = rememberVectors(await loadBuiltinEmbedder())
  const prior = await loadPriorRouter()
  const world = readWorld(join(folder, 'train_pool.jsonl.gz'), {
    createRandom,
    builtinWinRate: builtinWinRates(prior, embedder),
    ...(mostPerSubject !== undefined && { mostPerSubject }),
  })
  return { world, embedder, prior }
}
