import { describe, expect, it } from 'vitest'
import type { Embedder } from '../routing/embedding/embedder.ts'
import { embedderContract } from './embedder-contract.ts'

/** Every capability, every rule kept. */
function createSoundEmbedder() {
  const embedNow = (text: string): Float32Array =>
    Float32Array.of(text.length, text.charCodeAt(0) || 0, text.charCodeAt(text.length - 1) || 0)
  return {
    id: 'sound@1',
    dimensions: 3,
    featureNames: ['length'] as readonly string[],
    featureValues: (text: string): readonly number[] => [text.length],
    embedNow,
    async embed(texts: readonly string[], signal?: AbortSignal) {
      signal?.throwIfAborted()
      return texts.map(embedNow)
    },
  }
}

/** The names of the rules that an embedder breaks. */
async function breakingRules(faults: object): Promise<string[]> {
  const broken: string[] = []
  const create = (): Embedder => ({ ...createSoundEmbedder(), ...faults })
  for (const { name, run } of await embedderContract(create)) await run().catch(() => broken.push(name))
  return broken
}

describe('embedderContract', () => {
  it('lets an embedder pass that keeps every rule', async () => {
    expect(await breakingRules({})).toEqual([])
  })

  it('asks for a capability only of an embedder that has it', async () => {
    const { id, dimensions, embed } = createSoundEmbedder()
    const names = (await embedderContract(() => ({ id, dimensions, embed }))).map(({ name }) => name)
    expect(names.join()).not.toMatch(/embedNow|feature/)
  })

  it('finds vectors of another length, or with broken numbers', async () => {
    for (const vector of [Float32Array.of(1, 2), Float32Array.of(1, 2, Number.NaN)]) {
      const embed = async (texts: readonly string[]) => texts.map(() => vector)
      const rules = await breakingRules({ embed })
      expect(rules).toContain('the vector of a question has the stated length and finite numbers')
    }
  })

  it('finds vectors out of order', async () => {
    const sound = createSoundEmbedder()
    const embed = async (texts: readonly string[], signal?: AbortSignal) =>
      sound.embed(texts.toSorted(), signal)
    expect(await breakingRules({ embed })).toEqual([
      'vectors come in the order of the texts, and equal texts have equal vectors',
    ])
  })

  it('finds one vector for everything', async () => {
    const one = (): Float32Array => Float32Array.of(1, 1, 1)
    const embed = async (texts: readonly string[], signal?: AbortSignal) => {
      signal?.throwIfAborted()
      return texts.map(one)
    }
    expect(await breakingRules({ embed, embedNow: one })).toEqual([
      'vectors come in the order of the texts, and equal texts have equal vectors',
    ])
  })

  it('finds an embedder that ignores an abort', async () => {
    const { embedNow } = createSoundEmbedder()
    const embed = async (texts: readonly string[]) => texts.map(embedNow)
    expect(await breakingRules({ embed })).toEqual(['after an abort it rejects with the reason'])
  })

  it('finds noise beyond the tolerance only', async () => {
    let calls = 0
    const { id, dimensions, embedNow } = createSoundEmbedder()
    const create = (): Embedder => ({
      id,
      dimensions,
      async embed(texts, signal) {
        signal?.throwIfAborted()
        return texts.map((text) => embedNow(text).map((number) => number + 0.001 * (++calls % 7)))
      },
    })
    const broken = async (tolerance: number): Promise<string[]> => {
      const names: string[] = []
      for (const { name, run } of await embedderContract(create, { tolerance }))
        await run().catch(() => names.push(name))
      return names
    }
    expect(await broken(0)).toContain('two embedders created alike agree')
    expect(await broken(0.01)).toEqual([])
  })

  it('finds an embedNow that disagrees with embed, or hands out its own memory', async () => {
    const rules = await breakingRules({ embedNow: () => Float32Array.of(9, 9, 9) })
    expect(rules).toContain('embedNow of a question returns the vector of embed')
    const kept = new Map<string, Float32Array>()
    const embedNow = (text: string): Float32Array => {
      const vector = kept.get(text) ?? createSoundEmbedder().embedNow(text)
      kept.set(text, vector)
      return vector
    }
    expect(await breakingRules({ embedNow })).toEqual(['the caller owns the vector of embedNow'])
  })

  it('finds features without a name or a measurement', async () => {
    expect(await breakingRules({ featureNames: ['a', 'a'], featureValues: () => [1, 2] })).toEqual([
      'its features have distinct names, no more than there are dimensions',
    ])
    const rules = await breakingRules({ featureValues: () => [Number.NaN] })
    expect(rules.filter((rule) => rule.startsWith('every named feature'))).toHaveLength(13)
  })
})
