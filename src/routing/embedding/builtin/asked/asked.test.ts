import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { builtinArtifactFolder } from '../../../../base/artifact/builtin-folder.ts'
import { ArtifactError } from '../../../../errors.ts'
import { loadBuiltinEmbedder } from '../embedder.ts'
import { askedFeature } from '../parameters.ts'
import { encodeAsked, parseAsked } from './asked-file.ts'
import { createDifficultyReader, gateOf } from './difficulty.ts'
import { createGramReader, gramBuckets } from './grams.ts'
import type { AskedParameters } from './parameters.ts'

const pieceCount = 1000
const clusters = Uint8Array.from({ length: pieceCount }, (_, piece) => piece % 7)

function smallParameters(): AskedParameters {
  return {
    clusters,
    gramWeights: new Int8Array(gramBuckets * 2).map((_, place) => (place % 11) - 5),
    gramScales: Float32Array.of(0.5, 0.25),
    vectorWeights: Float32Array.of(1, -2, 0.5, 3),
    biases: Float32Array.of(0.125, -4),
  }
}

describe('createGramReader', () => {
  const read = createGramReader(clusters)
  const placesOf = (pieces: readonly number[]) => {
    const { places, count } = read(Int32Array.from(pieces))
    return [...places.subarray(0, count)]
  }

  it('counts each gram once, and tells pieces, pairs, clusters and beginnings apart', () => {
    // A piece: itself, its cluster, both as first, itself as opening.
    expect(placesOf([5])).toHaveLength(5)
    expect(placesOf([5, 5])).toHaveLength(8)
    expect(new Set(placesOf([5, 6])).size).toBe(placesOf([5, 6]).length)
    // Pieces 5 and 12 are of one cluster.
    expect(placesOf([5]).filter((place) => placesOf([12]).includes(place))).toHaveLength(2)
    expect(placesOf([])).toEqual([])
  })

  it('property: reads the beginning and the end of a text of any length, at a bounded cost', () => {
    const pieces = fc.array(fc.nat(pieceCount - 1), { maxLength: 400, size: 'max' })
    fc.assert(
      fc.property(pieces, (text) => {
        const places = placesOf(text)
        expect(new Set(places).size).toBe(places.length)
        expect(places.length).toBeLessThanOrEqual(269)
        expect(places.every((place) => place >= 0 && place < gramBuckets)).toBe(true)
        const shortened = text.length <= 56 ? text : [...text.slice(0, 32), ...text.slice(-24)]
        expect(placesOf(shortened)).toEqual(places)
      }),
      { numRuns: 200 },
    )
  })
})

describe('createDifficultyReader', () => {
  const { difficultyOf } = createDifficultyReader(smallParameters(), 2, pieceCount)
  const vector = Float32Array.of(9, 1, 0.5)

  it('adds the grams, over the root of their number, to the vector and the bias', () => {
    const pieces = Int32Array.of(3)
    const { places, count } = createGramReader(clusters)(pieces)
    const weightOf = (column: number) =>
      [...places.subarray(0, count)].reduce((sum, place) => sum + (((2 * place + column) % 11) - 5), 0)
    const strong = (0.5 * weightOf(0)) / Math.sqrt(count) + (1 * 1 - 2 * 0.5) + 0.125
    const exam = (0.25 * weightOf(1)) / Math.sqrt(count) + (0.5 * 1 + 3 * 0.5) - 4
    expect(gateOf(exam)).toBeGreaterThan(0.01)
    expect(difficultyOf(pieces, vector, 1)).toBeCloseTo(strong * gateOf(exam), 6)
  })

  it('says nothing about a text without pieces', () => {
    expect(difficultyOf(new Int32Array(), vector, 1)).toBe(0)
  })

  it('gives way as a text becomes an examination question', () => {
    expect(gateOf(-5)).toBeGreaterThan(0.999)
    expect(gateOf(2)).toBeCloseTo(0.5, 9)
    expect(gateOf(6)).toBeLessThan(0.001)
  })

  it('refuses parameters of another vocabulary or other vectors', () => {
    expect(() => createDifficultyReader(smallParameters(), 2, pieceCount + 1)).toThrow(/clusters has 1000/)
    expect(() => createDifficultyReader(smallParameters(), 3, pieceCount)).toThrow(/vector_weights has 4/)
  })
})

describe('asked.safetensors', () => {
  it('keeps the parameters, and gives the same bytes', () => {
    const bytes = encodeAsked(smallParameters())
    const { gramWeights, ...rest } = parseAsked(bytes, 'a file')
    const { gramWeights: given, ...expected } = smallParameters()
    expect(rest).toEqual(expected)
    expect(gramWeights.every((weight, place) => weight === given[place])).toBe(true)
    expect(Buffer.compare(encodeAsked(parseAsked(bytes, 'a file')), bytes)).toBe(0)
  })

  it('is refused if it is damaged, with the reason and what to do', () => {
    const broken = { ...smallParameters(), biases: Float32Array.of(1, Number.NaN) }
    expect(() => parseAsked(encodeAsked(broken), 'a file')).toThrow(/biases of a file is NaN/)
    const bytes = encodeAsked(smallParameters())
    for (const end of [10, bytes.length - 1])
      expect(() => parseAsked(bytes.subarray(0, end), 'a file')).toThrow(ArtifactError)
  })
})

describe('what is asked, as the shipped embedder reads it', async () => {
  const embedder = await loadBuiltinEmbedder(builtinArtifactFolder())
  const feature = embedder.featureNames.indexOf(askedFeature)
  const difficulty = (text: string) => embedder.featureValues(text)[feature]!

  it('orders plain prompts by what they ask, whatever their length', () => {
    const hard = [
      'Prove that the square root of 2 is irrational.',
      'Design a job queue that survives a data centre outage.',
      'Warum verklemmen sich diese zwei Threads, und wie behebe ich es ohne globalen Lock?',
    ]
    const fruit = 'aple, banannas, oragnes, chery, peachs, mellon, graps, lemmon, strawbery, kiwwi'
    const easy = [
      'hello',
      'What is the capital of France?',
      `Fix the spelling: ${fruit}`,
      '¿Qué hora es en Lima?',
    ]
    for (const one of hard)
      for (const other of easy) expect(difficulty(one)).toBeGreaterThan(difficulty(other))
  })

  it('is finite for hostile text', () => {
    for (const unit of ['a', '\u0301', '😀', '\ud800', 'x1 ', '字'])
      expect(Number.isFinite(difficulty(unit.repeat(30_000)))).toBe(true)
    expect(difficulty('')).toBe(0)
  })
})
