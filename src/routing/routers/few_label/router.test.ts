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
import { int32Tensor } from '../labelled-prompts/tensors.ts'
import { describeTrainedPrompts } from '../trained-prompts/trained-prompts.ts'
import { leaf } from './forest/forest.ts'
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

const parameters: FewLabelParameters = {
  space: {
    priorDirection: Float32Array.of(1, 0, 0, 0),
    priorCentre: 10,
    priorDeviation: 5,
    namedCentres: Float32Array.of(10),
    namedDeviations: Float32Array.of(10),
    meaning: { centre: Float32Array.of(0, 0), axes: Float32Array.of(0.6, 0.8) },
    vocabulary: { hashes: Int32Array.of(prove!), rarities: Float32Array.of(2) },
  },
  weights: {
    constant: 0.25,
    prior: 0.5,
    named: Float32Array.of(0.5),
    terms: Float32Array.of(1),
    build: { rows: Float32Array.of(0), factors: Float32Array.of(0.5) },
    meaning: { rows: Float32Array.of(Math.SQRT2, 0), factors: Float32Array.of(0.125) },
    // Inputs: letters, the prior router's opinion, the one axis.
    forest: {
      roots: Int32Array.of(0),
      features: Int32Array.of(2, leaf, leaf),
      thresholds: Float32Array.of(1, 0, 0),
      children: Int32Array.of(1, 0, 0),
      values: Float32Array.of(0, -0.25, 0.25),
    },
  },
  scale: { slope: 2, offset: -1 },
  trained: describeTrainedPrompts(['a labelled prompt'], () => 0.75),
}

describe('the win rate', () => {
  it('is the sum of all parts, worked by hand', () => {
    const router = createFewLabelRouter({ parameters, embedder: base })
    // 15 letters: z = 1 and the feature 0.5; begins with a: the direction (√2, 0), that of the labelled prompt, and
    // √2 · 0.6 along the axis; no known word; exp(−½ · 0.25) to the labelled prompt's build.
    const score = 0.25 + 0.5 * 1 + 0.5 * 0.5 + 0.125 - 0.25 + 0.5 * Math.exp(-0.125)
    expect(router.strongWinRate(promptFromText('a'.repeat(15)))).toBeCloseTo(sigmoid(2 * score - 1), 12)
    // 5 letters: z = −1, the feature −0.5; the direction (0, √2), at a right angle, and √2 · 0.8 along the axis; the one
    // known word has TF-IDF 1.
    const known = 0.25 - 0.5 - 0.25 + 0.125 * Math.exp(-2) + 0.25 + 1 + 0.5 * Math.exp(-0.125)
    expect(router.strongWinRate(promptFromText('Prove'))).toBeCloseTo(sigmoid(2 * known - 1), 8)
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
  const firstLetter = Float32Array.from({ length: letters.dimensions }, (_, index) => (index === 0 ? 1 : 0))
  const learned: FewLabelParameters = {
    ...parameters,
    space: {
      ...parameters.space,
      meaning: { centre: new Float32Array(letters.dimensions), axes: firstLetter },
    },
    weights: {
      ...parameters.weights,
      meaning: { rows: firstLetter.map((value) => Math.SQRT2 * value), factors: Float32Array.of(0.3) },
    },
  }

  it('is waited for, unless it is local', async () => {
    const remote = createFewLabelRouter({
      parameters: learned,
      embedder: base,
      other: createRemoteLetterEmbedder(),
    })
    const local = createFewLabelRouter({ parameters: learned, embedder: base, other: letters })
    const prompt = promptFromText('banana')
    // Three a, one b, two n, and the length; the labelled prompt has the direction of a, and so has the axis.
    const cosine = 3 / Math.sqrt(3 ** 2 + 1 + 2 ** 2 + Math.log1p(6) ** 2)
    const topic = 0.3 * Math.exp((cosine - 1) / 0.5) + 0.25
    const rest = 0.25 - 0.5 * 0.8 - 0.5 * 0.4 + 0.5 * Math.exp(-0.5 * 0.4 ** 2)
    expect(local.strongWinRate(prompt)).toBeCloseTo(sigmoid(2 * (rest + topic) - 1), 6)
    const promise = remote.strongWinRate(prompt)
    expect(promise).toBeInstanceOf(Promise)
    expect(await promise).toBe(local.strongWinRate(prompt))
    expect(await remote.strongWinRates([prompt, prompt])).toEqual(
      Float64Array.of(Number(await promise), Number(await promise)),
    )
    const { contributions } = await remote.explain(prompt)
    expect(contributions.find(({ feature }) => feature === 'topic')?.effect).toBeCloseTo(2 * topic, 6)
  })

  it('is needed where it was trained with', () => {
    expect(() => createFewLabelRouter({ parameters: learned, embedder: base })).toThrow(
      expect.objectContaining({
        code: 'embedding-dimensions',
        message: expect.stringMatching(/needs embeddings of 27 numbers, and tiny@1 gives 2/),
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
  const sizes = { base: 4, named: 1, meaning: 2 }
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
  const turned = (name: string, values: number[]) =>
    new Map(tensorsOfParameters(parameters)).set(name, int32Tensor(Int32Array.from(values)))
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
    [
      'a tree that asks for an input that is not there',
      turned('forest_features', [3, -1, -1]),
      'weights-invalid',
      'input 3 of 3',
    ],
    ['a tree that never ends', turned('forest_children', [0, 0, 0]), 'weights-invalid', 'children at 0'],
    ['a tree without nodes', turned('forest_roots', [3]), 'weights-invalid', 'root 3 of 3'],
    ['a node without a value', changed('forest_values', [1]), 'weights-shape', 'forest_values'],
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
