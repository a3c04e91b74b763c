import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSafetensors } from '../../../base/artifact/safetensors.ts'
import { EmbeddingError } from '../../../errors.ts'
import type { Embedder, LocalEmbedder, NamedFeatureEmbedder } from '../../embedding/embedder.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import type { Explanation } from '../explanation.ts'
import { isCalibratedRouter } from '../router.ts'
import { fixedPairVector } from './fixed-pair.ts'
import { upstreamModels, upstreamPair } from './model-table.ts'
import { createMatrixFactorizationRouter } from './router.ts'
import { type MatrixFactorizationWeights, weightsOfTensors } from './weights.ts'

const golden = new URL('../../../../test/golden/', import.meta.url)

async function goldenWeights(): Promise<MatrixFactorizationWeights> {
  const tensors = parseSafetensors(await readFile(new URL('mf_model.safetensors', golden)), 'golden')
  return weightsOfTensors(tensors, upstreamModels, 24, 'golden')
}

/** Two models in two dimensions; v_a/|v_a| = (0.6, 0.8), v_b/|v_b| = (1, 0). */
const small: MatrixFactorizationWeights = {
  models: ['a', 'b'],
  modelEmbeddings: Float32Array.of(3, 4, 2, 0),
  // W₁: [2, 3]
  projection: Float32Array.of(1, 0, 2, 0, 1, -1),
  classifier: Float32Array.of(10, 5),
  dimensions: 2,
  textDimensions: 3,
}
// (v̂_a − v̂_b) ⊙ w₂ = (−0.4·10, 0.8·5) = (−4, 4); u = W₁ᵀ(−4, 4) = (−4, 4, −12)
const smallVector = [-4, 4, -12]

/** [length, vowels | first character / 100]; the first two have names. */
function measure(text: string): Float32Array {
  return Float32Array.of(
    text.length / 10,
    (text.match(/[aeiou]/g) ?? []).length,
    (text.charCodeAt(0) || 0) / 100,
  )
}

const remote: Embedder = {
  id: 'remote@1',
  dimensions: 3,
  embed: async (texts, signal) => {
    signal?.throwIfAborted()
    return texts.map(measure)
  },
}

const local: LocalEmbedder & NamedFeatureEmbedder = {
  ...remote,
  id: 'local@1',
  embedNow: measure,
  featureNames: ['length', 'vowels'],
  featureValues: (text) => [text.length, (text.match(/[aeiou]/g) ?? []).length],
}

const routerOf = (embedder: Embedder, winRateQuantiles?: readonly number[]) =>
  createMatrixFactorizationRouter({
    name: 'mf',
    weights: small,
    pair: { strong: 'a', weak: 'b' },
    embedder,
    ...(winRateQuantiles && { winRateQuantiles }),
  })

describe('the golden cases of the reference implementation', async () => {
  const weights = await goldenWeights()
  const { rows }: { rows: { embedding: number[]; strong: string; weak: string; win_rate: number }[] } =
    JSON.parse(await readFile(new URL('mf_cases.json', golden), 'utf8'))
  const external: Embedder = { ...remote, dimensions: 24 }

  it('agree to 1e-6', () => {
    expect(rows.length).toBe(40)
    let largest = 0
    for (const { embedding, strong, weak, win_rate } of rows) {
      const router = createMatrixFactorizationRouter({
        name: 'mf',
        weights,
        pair: { strong, weak },
        embedder: external,
      })
      largest = Math.max(largest, Math.abs(router.strongWinRateOfEmbedding(embedding) - win_rate))
    }
    expect(largest).toBeLessThan(1e-6)
  })

  it('are of a table of 64 models, the pair of the checkpoints among them', () => {
    expect(new Set(upstreamModels).size).toBe(64)
    expect([upstreamModels.indexOf(upstreamPair.strong), upstreamModels.indexOf(upstreamPair.weak)]).toEqual([
      24, 36,
    ])
    expect([upstreamModels[0], upstreamModels[63]]).toEqual(['RWKV-4-Raven-14B', 'zephyr-7b-beta'])
  })
})

describe('fixedPairVector', () => {
  it('is the hand-computed one', () => {
    const vector = [...fixedPairVector(small, { strong: 'a', weak: 'b' })]
    for (const [index, value] of vector.entries()) expect(value).toBeCloseTo(smallVector[index] ?? 0, 6)
    expect([...fixedPairVector(small, { strong: 'b', weak: 'a' })]).toEqual(vector.map((value) => -value))
  })

  it('takes a model without direction for neither good nor bad', () => {
    const weights = { ...small, modelEmbeddings: Float32Array.of(0, 0, 2, 0) }
    expect([...fixedPairVector(weights, { strong: 'a', weak: 'b' })]).toEqual([-10, 0, -20])
  })

  it.each([
    ['gpt-4', /nearest are gpt-4-0125-preview, gpt-4-0314, gpt-4-0613/],
    ['gpt-5', /nearest are gpt-[^,]*, gpt-[^,]*, gpt-/],
    ['llama-9b', /nearest are llama-13b, llama/],
    ['mixtral-8x7b', /nearest are mixtral-8x7b-instruct-v0.1/],
    ['Vicuna-13B-v1.5', /nearest are vicuna-13b/],
    ['claude-3-opus', /nearest are .*claude-/],
  ])('names models near %s', async (model, message) => {
    const weights = await goldenWeights()
    const ask = (pair: typeof upstreamPair | { strong: string; weak: string }) => () =>
      fixedPairVector(weights, pair)
    expect(ask({ ...upstreamPair, strong: model })).toThrow(message)
    expect(ask({ ...upstreamPair, strong: model })).toThrow(
      expect.objectContaining({ code: 'unknown-scoring-model', param: '--scoring-strong-model' }),
    )
    expect(ask({ ...upstreamPair, weak: model })).toThrow(/--scoring-weak-model \(scoringWeakModel\)/)
  })
})

describe('model scores', () => {
  it('are the hand-computed ones, at once with a local embedder', async () => {
    // W₁e('idea') = (0.4 + 2.1, 3 − 1.05) = (2.5, 1.95); δ_a = 6·2.5 + 4·1.95 = 22.8, δ_b = 10·2.5 = 25.
    const scores = routerOf(local).modelScores(promptFromText('idea'))
    if (scores instanceof Promise) throw new Error('not at once')
    expect(scores[0]).toBeCloseTo(22.8, 5)
    expect(scores[1]).toBeCloseTo(25, 5)
    expect(await routerOf(remote).modelScores(promptFromText('idea'))).toEqual(scores)
    expect(routerOf(remote).modelScoresOfEmbedding(measure('idea'))).toEqual(scores)
  })

  it('property: any two models of the table have the win rate σ(difference of their scores)', async () => {
    const weights = await goldenWeights()
    const model = fc.constantFrom(...upstreamModels)
    const number = fc.double({ min: -3, max: 3, noNaN: true })
    fc.assert(
      fc.property(
        fc.uniqueArray(model, { minLength: 2, maxLength: 2 }),
        fc.array(number, { minLength: 24, maxLength: 24 }),
        ([strong, weak], embedding) => {
          const pair = { strong: strong!, weak: weak! }
          const external = { ...remote, dimensions: 24 }
          const router = createMatrixFactorizationRouter({ name: 'mf', weights, pair, embedder: external })
          const scores = router.modelScoresOfEmbedding(embedding)
          const [a, b] = [pair.strong, pair.weak].map((name) => scores[router.models.indexOf(name)]!)
          const winRate = router.strongWinRateOfEmbedding(embedding)
          expect(1 / (1 + Math.exp(b! - a!))).toBeCloseTo(winRate, 9)
          if (Math.abs(a! - b!) > 1e-9) expect(a! > b!).toBe(winRate > 0.5)
        },
      ),
      { seed: 3, numRuns: 200 },
    )
  })

  it('of an embedding that is none are refused', async () => {
    for (const embedding of [[], [1, 2], [1, 2, Number.NaN]])
      expect(() => routerOf(local).modelScoresOfEmbedding(embedding)).toThrow(EmbeddingError)
  })
})

describe('a win rate', () => {
  // e('idea') = (0.4, 3, 1.05); u·e = −1.6 + 12 − 12.6 = −2.2
  const expected = 1 / (1 + Math.exp(2.2))

  it('is a number at once with a local embedder, a promise with any other', async () => {
    expect(routerOf(local).strongWinRate(promptFromText('idea'))).toBeCloseTo(expected, 6)
    const waited = routerOf(remote).strongWinRate(promptFromText('idea'))
    expect(waited).toBeInstanceOf(Promise)
    expect(await waited).toBe(routerOf(local).strongWinRate(promptFromText('idea')))
  })

  it('in a batch is the same number, beyond one call of the embedder too', async () => {
    const prompts = Array.from({ length: 600 }, (_, index) => promptFromText(`prompt ${index * 7}`))
    const single = prompts.map((prompt) => routerOf(local).strongWinRate(prompt))
    expect([...(await routerOf(local).strongWinRates(prompts))]).toEqual(single)
    const calls: number[] = []
    const counting: Embedder = {
      ...remote,
      embed: (texts, signal) => {
        calls.push(texts.length)
        return remote.embed(texts, signal)
      },
    }
    expect([...(await routerOf(counting).strongWinRates(prompts))]).toEqual(single)
    expect(calls).toEqual([256, 256, 88])
  })

  it('of a batch is given up between prompts once aborted', async () => {
    const abort = new AbortController()
    const reason = new Error('stop')
    let embedded = 0
    const counting: LocalEmbedder = {
      ...local,
      embedNow: (text) => {
        if (++embedded === 10) abort.abort(reason)
        return measure(text)
      },
    }
    const prompts = Array.from({ length: 1000 }, () => promptFromText('x'))
    await expect(routerOf(counting).strongWinRates(prompts, abort.signal)).rejects.toBe(reason)
    expect(embedded).toBeLessThan(20)
  })

  it.each<[string, ArrayLike<number>, RegExp]>([
    ['too short', [1, 2], /needs embeddings of 3 numbers, and this one has 2/],
    ['too long', [1, 2, 3, 4], /this one has 4/],
    ['with NaN', [1, Number.NaN, 3], /Number 1 of the embedding is NaN/],
    ['with an infinite number', Float32Array.of(1, 2, Infinity), /Number 2 of the embedding is Infinity/],
  ])('of an embedding %s is refused', (_, embedding, message) => {
    expect(() => routerOf(local).strongWinRateOfEmbedding(embedding)).toThrow(EmbeddingError)
    expect(() => routerOf(local).strongWinRateOfEmbedding(embedding)).toThrow(message)
  })

  it('is refused where the embedder gives NaN, another count or another length', async () => {
    const giving = (vectors: Float32Array[]): Embedder => ({ ...remote, embed: async () => vectors })
    const score = (embedder: Embedder) => routerOf(embedder).strongWinRate(promptFromText('x'))
    await expect(score(giving([Float32Array.of(1, Number.NaN, 1)]))).rejects.toThrow(/NaN or infinite/)
    await expect(score(giving([]))).rejects.toThrow(/0 vectors for 1 texts/)
    await expect(routerOf(giving([])).strongWinRates([promptFromText('x')])).rejects.toThrow(
      /0 vectors for 1 texts/,
    )
    expect(() => routerOf({ ...remote, dimensions: 4 })).toThrow(
      /needs embeddings of 3 numbers, and remote@1 gives 4/,
    )
  })
})

describe('an explanation', () => {
  const logOddsOf = ({ strongWinRate }: Explanation) => Math.log(strongWinRate / (1 - strongWinRate))

  it('names the features, largest first, and sums to the log-odds', async () => {
    const explanation = await routerOf(local).explain(promptFromText('idea'))
    expect(explanation.strongWinRate).toBe(routerOf(local).strongWinRate(promptFromText('idea')))
    expect(explanation.contributions.map(({ feature }) => feature)).toEqual(['wording', 'vowels', 'length'])
    const [wording, vowels, length] = explanation.contributions
    expect(wording?.effect).toBeCloseTo(-12.6, 5)
    expect(wording?.value).toBeCloseTo(-1, 6)
    expect(vowels).toMatchObject({ value: 3, effect: expect.closeTo(12, 5) })
    expect(length).toMatchObject({ value: 4, effect: expect.closeTo(-1.6, 5) })
    const sum = explanation.contributions.reduce((total, { effect }) => total + effect, 0)
    expect(sum).toBeCloseTo(logOddsOf(explanation), 9)
  })

  it('leaves the constant out: it is the same for every prompt', async () => {
    const named = { ...local, featureNames: ['constant', 'vowels'] }
    const { contributions } = await routerOf(named).explain(promptFromText('idea'))
    expect(contributions.map(({ feature }) => feature)).toEqual(['wording', 'vowels'])
  })

  it('of an embedder without names is its wording alone', async () => {
    const explanation = await routerOf(remote).explain(promptFromText('idea'))
    expect(explanation.contributions).toHaveLength(1)
    expect(explanation.contributions[0]).toMatchObject({
      feature: 'wording',
      effect: expect.closeTo(-2.2, 5),
    })
    const silent: Embedder = { ...remote, embed: async () => [new Float32Array(3)] }
    expect((await routerOf(silent).explain(promptFromText(''))).contributions).toEqual([])
  })
})

it('knows its win rates only where it was told them', () => {
  expect(isCalibratedRouter(routerOf(local))).toBe(false)
  expect(routerOf(local, [0.1, 0.9])).toMatchObject({ name: 'mf', winRateQuantiles: [0.1, 0.9] })
})
