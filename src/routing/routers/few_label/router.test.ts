import { describe, expect, it } from 'vitest'
import {
  createLetterEmbedder,
  createRemoteLetterEmbedder,
} from '../../../../test/support/encoders/letter-embedder.ts'
import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import { float32Tensor } from '../../../base/artifact/safetensors.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import { createTextScanner } from '../../../base/text/text-scan.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import { describeTrainedPrompts } from '../trained-prompts/trained-prompts.ts'
import type { FewLabelParameters } from './parameters.ts'
import { asBaseEmbedder, type BaseEmbedder } from './prompt-space.ts'
import { createFewLabelRouter } from './router.ts'
import { parametersOfArtifact, tensorsOfParameters } from './tensors.ts'
import { visitTerms } from './terms.ts'

/** Two named features (letters and the constant) and two dimensions more. */
const base: BaseEmbedder = {
  id: 'tiny@1',
  dimensions: 4,
  featureNames: ['letters', 'constant'],
  featureValues: (text) => [text.length, 1],
  embedNow: (text) =>
    Float32Array.of(text.length, 1, text.startsWith('a') ? 3 : 0, text.startsWith('a') ? 0 : 3),
  embed: async (texts) => texts.map((text) => base.embedNow(text)),
}

const hashesOf = (text: string) => {
  const hashes: number[] = []
  visitTerms(createTextScanner()(text), (hash) => hashes.push(hash))
  return hashes
}
const [prove] = hashesOf('prove')

const none = { rows: new Float32Array(0), factors: new Float32Array(0) }
const parameters: FewLabelParameters = {
  space: {
    priorDirection: Float32Array.of(1, 0, 0, 0),
    priorCentre: 10,
    priorDeviation: 5,
    namedCentres: Float32Array.of(10),
    namedDeviations: Float32Array.of(10),
    denseCentre: Float32Array.of(0, 0),
    vocabulary: { hashes: Int32Array.of(prove!), rarities: Float32Array.of(2) },
  },
  weights: {
    constant: 0.25,
    prior: 0.5,
    named: Float32Array.of(0.5),
    dense: Float32Array.of(0.125, -0.125),
    terms: Float32Array.of(1),
    other: new Float32Array(0),
    build: { rows: Float32Array.of(0), factors: Float32Array.of(0.5) },
    topic: none,
  },
  scale: { slope: 2, offset: -1 },
  trained: describeTrainedPrompts(['a labelled prompt'], () => 0.75),
}
const withWeights = (weights: Partial<FewLabelParameters['weights']>): FewLabelParameters => ({
  ...parameters,
  weights: { ...parameters.weights, ...weights },
})

describe('the win rate', () => {
  it('is the sum of all parts, worked by hand', () => {
    const router = createFewLabelRouter({ parameters, embedder: base })
    // 15 letters: z = 1 and the feature 0.5; begins with a: dense (1, 0); no known word; exp(−½ · 0.25) to the support.
    const score = 0.25 + 0.5 * 1 + 0.5 * 0.5 + 0.125 + 0.5 * Math.exp(-0.125)
    expect(router.strongWinRate(promptFromText('a'.repeat(15)))).toBeCloseTo(sigmoid(2 * score - 1), 12)
    // 5 letters: z = −1, the feature −0.5; the one known word has TF-IDF 1.
    const known = 0.25 - 0.5 - 0.25 - 0.125 + 1 + 0.5 * Math.exp(-0.125)
    expect(router.strongWinRate(promptFromText('Prove'))).toBeCloseTo(sigmoid(2 * known - 1), 12)
  })

  it('does not follow the prior beyond 3 standard deviations, nor a feature beyond 5', () => {
    const router = createFewLabelRouter({ parameters, embedder: base })
    expect(router.strongWinRate(promptFromText('a'.repeat(10_000)))).toBe(
      router.strongWinRate(promptFromText('a'.repeat(20_000))),
    )
  })
})

describe('a further embedder', () => {
  const letters = createLetterEmbedder()
  const other = Float32Array.from({ length: letters.dimensions }, (_, index) => (index === 0 ? 0.1 : 0))
  const learned = withWeights({ other })

  it('is waited for, unless it is local', async () => {
    const remote = createFewLabelRouter({
      parameters: learned,
      embedder: base,
      other: createRemoteLetterEmbedder(),
    })
    const local = createFewLabelRouter({ parameters: learned, embedder: base, other: letters })
    const prompt = promptFromText('banana')
    const without = Number(createFewLabelRouter({ parameters, embedder: base }).strongWinRate(prompt))
    const expected = sigmoid(Math.log(without / (1 - without)) + 2 * 0.3)
    expect(local.strongWinRate(prompt)).toBeCloseTo(expected, 6)
    const promise = remote.strongWinRate(prompt)
    expect(promise).toBeInstanceOf(Promise)
    expect(await promise).toBe(local.strongWinRate(prompt))
    expect(await remote.strongWinRates([prompt, prompt])).toEqual(
      Float64Array.of(Number(await promise), Number(await promise)),
    )
    const { contributions } = await remote.explain(prompt)
    expect(contributions.find(({ feature }) => feature === 'embedding')?.effect).toBeCloseTo(0.6, 6)
  })

  it('is needed where it was trained with', () => {
    expect(() => createFewLabelRouter({ parameters: learned, embedder: base })).toThrow(
      expect.objectContaining({
        code: 'embedding-dimensions',
        message: expect.stringContaining('no embedder gives 0'),
      }),
    )
  })

  it('that gives no numbers is an error, not a win rate', async () => {
    const broken = {
      ...createRemoteLetterEmbedder(),
      embed: async () => [new Float32Array(27).fill(Number.NaN)],
    }
    const router = createFewLabelRouter({ parameters: learned, embedder: base, other: broken })
    await expect(router.strongWinRate(promptFromText('x'))).rejects.toMatchObject({
      code: 'embedding-not-finite',
    })
  })

  it('that gives too few vectors is an error', async () => {
    const broken = { ...createRemoteLetterEmbedder(), embed: async () => [] }
    const router = createFewLabelRouter({ parameters: learned, embedder: base, other: broken })
    await expect(router.strongWinRate(promptFromText('x'))).rejects.toMatchObject({ code: 'embedding-count' })
  })
})

it.each(['a labelled prompt', 'A labelled  prompt?', 'ａ ｌａｂｅｌｌｅｄ ｐｒｏｍｐｔ\u200b'])(
  'knows a labelled prompt however it is spelt: %j',
  (text) => {
    const router = createFewLabelRouter({ parameters, embedder: base })
    expect(router.crossFittedWinRate(promptFromText(text))).toBe(0.75)
    expect(router.crossFittedWinRate(promptFromText(`${text} more`))).toBeUndefined()
  },
)

it('takes for its base an embedder that answers at once and names its dimensions', () => {
  expect(asBaseEmbedder(base)).toBe(base)
  for (const embedder of [createRemoteLetterEmbedder(), createLetterEmbedder()])
    expect(() => asBaseEmbedder(embedder)).toThrow(expect.objectContaining({ code: 'unsuitable-embedder' }))
})

describe('as tensors', () => {
  const artifact = (tensors: RouterArtifact['tensors']): RouterArtifact => ({
    manifest: {
      formatVersion: 1,
      kind: 'few_label',
      name: 'few_label',
      embedder: { id: 'tiny@1', dimensions: 4 },
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
  const sizes = { base: 4, named: 1, dense: 2, other: 0 }
  const read = (tensors: RouterArtifact['tensors']) =>
    parametersOfArtifact(artifact(tensors), './mine', sizes)

  it('it comes back as it was', () => {
    expect(read(tensorsOfParameters(parameters))).toEqual(parameters)
  })

  const changed = (name: string, values: number[]) =>
    new Map(tensorsOfParameters(parameters)).set(
      name,
      float32Tensor(Float32Array.from(values), [values.length]),
    )
  const without = (name: string) => {
    const tensors = new Map(tensorsOfParameters(parameters))
    tensors.delete(name)
    return tensors
  }

  it.each([
    ['a missing tensor', without('term_weights'), 'weights-missing', 'term_weights'],
    ['a missing length', without('term_hashes'), 'weights-missing', 'term_hashes'],
    ['labels without prompts', without('trained_prompts'), 'weights-missing', 'trained_prompts'],
    ['another embedder', changed('prior_direction', [1, 2]), 'weights-shape', 'prior_direction'],
    [
      'a prior without spread',
      changed('scalars', [0, 0, 0, 0, 1, 0]),
      'weights-invalid',
      'prior deviation of 0',
    ],
    [
      'a slope that turns the order round',
      changed('scalars', [0, 1, 0, 0, -1, 0]),
      'weights-invalid',
      'slope of -1',
    ],
    ['a feature without spread', changed('named_deviations', [0]), 'weights-invalid', 'named_deviations 0'],
    ['an impossible win rate', changed('left_out_win_rates', [1.5]), 'weights-invalid', '1.5'],
  ])('%s is an error', (_, tensors, code, says) => {
    expect(() => read(tensors)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(new RegExp(`${says}.*`, 's')) }),
    )
    expect(() => read(tensors)).toThrow(/\.\/mine/)
  })

  it('the hash 0 is an error', () => {
    const zero = tensorsOfParameters({
      ...parameters,
      space: { ...parameters.space, vocabulary: { hashes: Int32Array.of(0), rarities: Float32Array.of(1) } },
    })
    expect(() => read(zero)).toThrow(/term hash 0/)
  })
})
