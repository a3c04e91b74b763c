import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createLetterEmbedder,
  createRemoteLetterEmbedder,
} from '../../../../test/support/encoders/letter-embedder.ts'
import { createRandom } from '../../../base/math/random.ts'
import { normalizeRows } from '../../../base/math/similarity/rows.ts'
import { fitSimilarityWeighted } from '../../../learning/training/sw_ranking/fit.ts'
import { routerContract } from '../../../testing/router/router-contract.ts'
import type { Embedder } from '../../embedding/embedder.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import type { BattleColumns } from './battle-columns.ts'
import type { SimilarityWeightedParameters } from './parameters.ts'
import { createSimilarityWeightedRouter, type SimilarityWeightedRouterOptions } from './router.ts'

const embedder = createLetterEmbedder()
const models = ['best', 'good', 'fair', 'poor']
const strength = [2, 1, 0, -1]
const texts = [
  'prove the theorem',
  'hello there',
  'write a haiku',
  'sort this list in rust',
  'what is 2 + 2',
].flatMap((text) => [text, `${text}, please`, `${text} and explain it`])

type Row = { a: number; b: number; outcome: number; prompt: number; weight: number }

const random = createRandom(3)
const rows: readonly Row[] = Array.from({ length: 400 }, () => {
  const a = random.nextInt(4)
  const b = (a + 1 + random.nextInt(3)) % 4
  const prompt = random.nextInt(texts.length)
  // Over proofs, the first three prompts, the stronger model wins much more often.
  const edge = (strength[a]! - strength[b]!) * (prompt < 3 ? 1.5 : 0.3)
  const draw = random.next()
  const outcome = draw < 0.15 ? 2 : random.next() < 1 / (1 + Math.exp(-edge)) ? 0 : 1
  return { a, b, outcome, prompt, weight: 1 }
})

function columnsOf(battles: readonly Row[]): BattleColumns {
  return {
    modelA: Int32Array.from(battles, ({ a }) => a),
    modelB: Int32Array.from(battles, ({ b }) => b),
    outcomes: Uint8Array.from(battles, ({ outcome }) => outcome),
    prompts: Int32Array.from(battles, ({ prompt }) => prompt),
    weights: Float32Array.from(battles, ({ weight }) => weight),
  }
}

function parametersOf(battles: readonly Row[], tierCount = 4): SimilarityWeightedParameters {
  const { dimensions, embedNow } = embedder
  const values = normalizeRows(Float32Array.from(texts.flatMap((text) => [...embedNow(text)])), dimensions)
  const prompts = { rows: { precision: 'float32', dimensions, values } as const, excerpts: texts }
  return fitSimilarityWeighted(models, columnsOf(battles), prompts, { tierCount })
}

function createRouter(options: Partial<SimilarityWeightedRouterOptions> = {}) {
  const pair = { strong: 'best', weak: 'fair' }
  return createSimilarityWeightedRouter({ parameters: parametersOf(rows), pair, embedder, ...options })
}

const scoreOf = (text: string, options: Partial<SimilarityWeightedRouterOptions> = {}) =>
  Number(createRouter(options).strongWinRate(promptFromText(text)))

describe('similarity-weighted ranking keeps the contract of a router', async () => {
  for (const [place, embedderOf] of [
    ['in this thread', createLetterEmbedder],
    ['with a remote embedder', createRemoteLetterEmbedder],
  ] as const) {
    const create = (embedder: Embedder) => createRouter({ embedder, winRateQuantiles: [0.2, 0.5, 0.9] })
    describe(place, async () => {
      for (const { name, run } of await routerContract(() => create(embedderOf()))) it(name, run)
    })
  }
})

describe('similarity-weighted ranking', () => {
  it('is called sw_ranking unless told', () => expect(createRouter().name).toBe('sw_ranking'))

  it('leans on the battles over similar prompts', () => {
    // Letter counts of any two texts are rather similar, so that it takes a large γ to tell them apart.
    const far = { gamma: 1e5 }
    expect(scoreOf('prove the theorem', far)).toBeGreaterThan(scoreOf('hello there', far) + 0.05)
  })

  it('is the same for every prompt at γ = 1: plain Bradley-Terry of the tiers', async () => {
    const [rate] = texts.map((text) => scoreOf(text, { gamma: 1 }))
    for (const text of texts) expect(scoreOf(text, { gamma: 1 })).toBeCloseTo(rate!, 9)
    const { contributions } = await createRouter({ gamma: 1 }).explain(promptFromText('anything'))
    expect(contributions[0]!.effect).toBeCloseTo(0, 9)
    // Every model has a tier of its own, so the plain rating is the models' own.
    const { ratings } = parametersOf(rows)
    expect(rate).toBeCloseTo(1 / (1 + 10 ** ((ratings[2]! - ratings[0]!) / 400)), 4)
  })

  it('does not depend on the order of the battles, nor on who is called A', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...rows], { minLength: rows.length }), (shuffled) => {
        const turned = shuffled.map((row, i) =>
          i % 2 === 0 ? row : { ...row, a: row.b, b: row.a, outcome: [1, 0, 2][row.outcome]! },
        )
        expect(scoreOf('a proof', { parameters: parametersOf(turned) })).toBeCloseTo(scoreOf('a proof'), 9)
      }),
      { numRuns: 10 },
    )
  })

  it('counts a battle twice where it stands twice or has the weight 2', () => {
    const some = rows.filter((_, i) => i % 3 === 0)
    const doubled = parametersOf([...rows, ...some])
    const weighted = parametersOf(rows.map((row, i) => ({ ...row, weight: i % 3 === 0 ? 2 : 1 })))
    expect(scoreOf('a proof', { parameters: doubled })).toBeCloseTo(
      scoreOf('a proof', { parameters: weighted }),
      9,
    )
    expect(scoreOf('a proof', { parameters: parametersOf([...rows, ...rows]) })).toBeCloseTo(
      scoreOf('a proof'),
      9,
    )
  })

  it('hears nothing from battles within a tier, but in reference mode', () => {
    const parameters = { ...parametersOf(rows), tiers: Int32Array.of(0, 0, 1, 1) }
    const within = ({ a, b }: Row) => a < 2 === b < 2
    const without = { ...parameters, battles: columnsOf(rows.filter((row) => !within(row))) }
    expect(rows.some(within)).toBe(true)
    expect(scoreOf('a proof', { parameters })).toBeCloseTo(scoreOf('a proof', { parameters: without }), 6)
    const reference = scoreOf('a proof', { parameters, mode: 'reference' })
    expect(Math.abs(reference - scoreOf('a proof', { parameters }))).toBeGreaterThan(1e-3)
  })

  it('scores alike in 16 bits, and nearly so in bytes', () => {
    for (const text of texts) {
      const exact = scoreOf(text, { precision: 'float32' })
      expect(Math.abs(scoreOf(text, { precision: 'int16' }) - exact)).toBeLessThan(1e-4)
      expect(Math.abs(scoreOf(text, { precision: 'int8' }) - exact)).toBeLessThan(5e-3)
    }
  })

  it('shows a battle over each of the nearest prompts, one of the two tiers where there is one', async () => {
    const { nearest } = await createRouter().explain(promptFromText('write a haiku'))
    expect(nearest).toHaveLength(5)
    expect(nearest![0]).toMatchObject({ prompt: 'write a haiku', similarity: expect.closeTo(1, 4) })
    const first = rows.find(
      ({ prompt, a, b }) => texts[prompt] === 'write a haiku' && [a, b].includes(0) && [a, b].includes(2),
    )!
    expect(nearest![0]).toMatchObject({ modelA: models[first.a], modelB: models[first.b] })
    expect(new Set(nearest!.map(({ prompt }) => prompt)).size).toBe(5)
  })

  it('refuses a model without battles, naming the nearest, and a pair in one tier', () => {
    expect(() => createRouter({ pair: { strong: 'bset', weak: 'fair' } })).toThrow(/nearest are best/)
    const parameters = { ...parametersOf(rows), tiers: Int32Array.of(0, 0, 0, 1) }
    expect(() => createRouter({ parameters })).toThrow(/same tier \(0\)/)
  })

  it('refuses an embedder of other dimensions, and a γ below 1', () => {
    expect(() => createRouter({ embedder: { ...embedder, dimensions: 5 } })).toThrow(/27 numbers/)
    expect(() => createRouter({ gamma: 0.5 })).toThrow(/gamma is 0.5/)
  })
})

describe('a large similarity-weighted ranking', () => {
  // Above the size that is scanned in the calling thread.
  const dimensions = 32
  const prompts = 80_000
  const large = createLarge()
  function createLarge() {
    const values = normalizeRows(
      Float32Array.from({ length: prompts * dimensions }, () => random.nextGaussian()),
      dimensions,
    )
    const battles = Array.from({ length: prompts }, (_, prompt) => ({
      ...rows[prompt % rows.length]!,
      prompt,
    }))
    const labelled = {
      rows: { precision: 'float32', dimensions, values } as const,
      excerpts: new Array<string>(prompts).fill(''),
    }
    return fitSimilarityWeighted(models, columnsOf(battles), labelled, { tierCount: 4 })
  }
  const spread = (text: string) =>
    Float32Array.from({ length: dimensions }, (_, i) => Math.sin(text.length * (i + 1)))
  const local = {
    id: 'spread@1',
    dimensions,
    embedNow: spread,
    embed: async (list: readonly string[]) => list.map(spread),
  }

  it('scores in a thread of its own with the same result as in the calling one', async () => {
    const router = createRouter({ parameters: large, embedder: local })
    const scored = router.strongWinRate(promptFromText('a prompt'))
    expect(scored).toBeInstanceOf(Promise)
    expect(await scored).toBe(router.strongWinRateOfEmbedding(spread('a prompt')))
    const batch = await router.strongWinRates(['a', 'bb', 'ccc', 'a prompt'].map(promptFromText))
    expect(batch[3]).toBe(await scored)
    await router.close()
    await expect(router.strongWinRate(promptFromText('x'))).rejects.toMatchObject({ code: 'router-closed' })
  })

  it('gives up with the reason of the signal', async () => {
    const router = createRouter({ parameters: large, embedder: local })
    const abort = new AbortController()
    const scored = router.strongWinRate(promptFromText('a prompt'), abort.signal)
    abort.abort(new Error('the client went away'))
    await expect(scored).rejects.toThrow('the client went away')
    await router.close()
  })
})
