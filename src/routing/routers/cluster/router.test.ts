import { describe, expect, it } from 'vitest'
import {
  createLetterEmbedder,
  createRemoteLetterEmbedder,
} from '../../../../test/support/encoders/letter-embedder.ts'
import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import { float32Tensor } from '../../../base/artifact/safetensors.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import {
  believedScores,
  clusterEffects,
  expectedScores,
  sumScores,
} from '../../../learning/training/cluster/fit.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import { type ClusterParameters, parametersOfArtifact, tensorsOfParameters } from './parameters.ts'
import { createClusterRouter } from './router.ts'

const embedder = createLetterEmbedder()
const centre = (letter: number) => Array.from({ length: 27 }, (_, index) => (index === letter ? 4 : 0))
const parameters: ClusterParameters = {
  centres: Float32Array.from([...centre(0), ...centre(1)]),
  dimensions: 27,
  // big, small on the kinds a, b
  scores: Float32Array.of(0.75, 1, 0.25, 1),
  shares: Float32Array.of(0.5, 0.5),
  slope: 2,
  offset: -1,
}
const options = { parameters, models: ['big', 'small'], pair: { strong: 'big', weak: 'small' }, embedder }

describe('the win rate', () => {
  it('is that of the nearest kind of prompt', () => {
    const router = createClusterRouter(options)
    expect(router.strongWinRate(promptFromText('aaaa'))).toBeCloseTo(sigmoid(2 * 0.5 - 1), 12)
    expect(router.strongWinRate(promptFromText('bbbb'))).toBeCloseTo(sigmoid(-1), 12)
  })

  it('rises with the difference of the expected scores of the models, which it also gives', async () => {
    const models = ['small', 'other', 'big']
    const scores = Float32Array.of(0.25, 1, 0.5, 0, 0.75, 1)
    const given = { ...options, models, parameters: { ...parameters, scores } }
    const router = createClusterRouter(given)
    expect(router.models).toEqual(models)
    expect(await router.modelScores(promptFromText('aaaa'))).toEqual(Float64Array.of(0.25, 0.5, 0.75))
    expect(await router.modelScores(promptFromText('bbbb'))).toEqual(Float64Array.of(1, 0, 1))
    expect(router.modelScoresOfEmbedding(centre(0))).toEqual(Float64Array.of(0.25, 0.5, 0.75))
    const remote = createClusterRouter({ ...given, embedder: createRemoteLetterEmbedder() })
    expect(await remote.modelScores(promptFromText('bbbb'))).toEqual(Float64Array.of(1, 0, 1))
    expect(router.strongWinRateOfEmbedding(centre(0))).toBeCloseTo(sigmoid(2 * (0.75 - 0.25) - 1), 12)
  })

  it('is explained by the kind and by how the models do on it', async () => {
    const { reason, contributions } = await createClusterRouter(options).explain(promptFromText('aaaa'))
    expect(reason).toBe('prompts of kind 1 of 2: big scores 0.75 on them, small 0.25')
    expect(contributions).toEqual([{ feature: 'kind of prompt', value: 1, effect: 1 }])
  })

  it('waits for an embedder elsewhere', async () => {
    const router = createClusterRouter({ ...options, embedder: createRemoteLetterEmbedder() })
    expect(await router.strongWinRate(promptFromText('aaaa'))).toBeCloseTo(0.5, 12)
  })

  it('refuses what is no embedding of its kind', () => {
    const router = createClusterRouter(options)
    expect(() => router.strongWinRateOfEmbedding([1, 2])).toThrow(
      expect.objectContaining({ code: 'embedding-dimensions' }),
    )
    expect(() => router.strongWinRateOfEmbedding(new Array(27).fill(Number.NaN))).toThrow(
      expect.objectContaining({ code: 'embedding-not-finite' }),
    )
    expect(() => createClusterRouter({ ...options, embedder: { ...embedder, dimensions: 3 } })).toThrow(
      expect.objectContaining({ code: 'embedding-dimensions' }),
    )
  })
})

describe('the expected scores, worked by hand', () => {
  const sums = sumScores({
    clusters: 2,
    models: 2,
    cluster: Int32Array.of(0, 0, 1, 0),
    model: Int32Array.of(0, 0, 0, 1),
    score: Float64Array.of(1, 0, 1, 1),
  })

  it('sums each model up in each cluster', () => {
    expect([...sums.sums]).toEqual([1, 1, 1, 0])
    expect([...sums.counts]).toEqual([2, 1, 1, 0])
  })

  it('believes of a model what it is on the whole, moved as the known ones are', () => {
    // Model 0: (2 − 2 · −0.5 − 1 · 0.5) / 3; model 1: (1 − 1 · −0.5) / 1.
    const expected = believedScores(sums, Float64Array.of(-0.5, 0.5))
    expect([...expected].map((value) => Number(value.toFixed(6)))).toEqual([0.333333, 1.333333, 1, 2])
  })

  it('draws means towards the belief by its weight', () => {
    const belief = { expected: Float64Array.of(0, 0, 0, 0.5), prompts: 2 }
    expect([...expectedScores(sums, belief)].map((value) => Number(value.toFixed(6)))).toEqual([
      0.25, 0.333333, 0.333333, 0.5,
    ])
  })

  it('finds what clusters have in common over models', () => {
    // Means by share: model 0 0.5, model 1 0.75.
    expect([...clusterEffects(Float32Array.of(0, 1, 0.5, 1), Float32Array.of(0.5, 0.5))]).toEqual([
      -0.375, 0.375,
    ])
  })
})

describe('as tensors', () => {
  const artifact = (tensors: RouterArtifact['tensors']): RouterArtifact => ({
    manifest: {
      formatVersion: 1,
      kind: 'cluster',
      name: 'kinds',
      embedder: { id: 'letters@1', dimensions: 27 },
      pair: { strong: 'big', weak: 'small' },
      models: ['big', 'small'],
      data: [],
      seed: 0,
      options: {},
      metrics: {},
      created: '2026-01-01',
    },
    tensors,
  })
  const changed = (name: string, values: number[], shape = [values.length]) =>
    artifact(
      new Map(tensorsOfParameters(parameters)).set(name, float32Tensor(Float32Array.from(values), shape)),
    )

  it('it comes back as it was', () => {
    expect(parametersOfArtifact(artifact(tensorsOfParameters(parameters)), './kinds')).toEqual(parameters)
  })

  it.each([
    ['scores of another number of models', changed('scores', [1, 2], [1, 2]), 'weights-shape'],
    ['scores that are no table', changed('scores', [1, 2, 3, 4]), 'weights-shape'],
    ['a slope that turns the order round', changed('scale', [-1, 0]), 'weights-invalid'],
    ['no clusters', changed('centres', [], [0, 27]), 'weights-shape'],
  ])('%s is an error', (_, broken, code) => {
    expect(() => parametersOfArtifact(broken, './kinds')).toThrow(expect.objectContaining({ code }))
  })
})
