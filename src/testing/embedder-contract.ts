import assert from 'node:assert/strict'
import type { Embedder, LocalEmbedder, NamedFeatureEmbedder } from '../routing/embedding/embedder.ts'
import { isLocalEmbedder, isNamedFeatureEmbedder } from '../routing/embedding/embedder.ts'
import type { ContractCase } from './contract-case.ts'
import { firstText, sampleTexts, secondText, thirdText } from './sample-texts.ts'

export type EmbedderContractOptions = {
  /**
   * The maximum difference of two vectors of one text per number. Default: 0. Set it for an embedder that computes
   * elsewhere.
   */
  readonly tolerance?: number
}

/**
 * The rules of `Embedder`, and those of each capability that the embedder has.
 *
 * @param createEmbedder makes the embedder under test, the same one each time. Called once here and once per case.
 */
export async function embedderContract(
  createEmbedder: () => Embedder | Promise<Embedder>,
  { tolerance = 0 }: EmbedderContractOptions = {},
): Promise<readonly ContractCase[]> {
  const embedder = await createEmbedder()
  return [
    ...embeddingCases(createEmbedder, tolerance),
    ...(isLocalEmbedder(embedder) ? localCases(capable(createEmbedder, isLocalEmbedder)) : []),
    ...(isNamedFeatureEmbedder(embedder)
      ? namedFeatureCases(capable(createEmbedder, isNamedFeatureEmbedder))
      : []),
  ]
}

function embeddingCases(
  createEmbedder: () => Embedder | Promise<Embedder>,
  tolerance: number,
): ContractCase[] {
  return [
    {
      name: 'it has an id of its vector space and the length of its vectors',
      run: async () => {
        const { id, dimensions } = await createEmbedder()
        assert.notEqual(id.trim(), '')
        assert.ok(Number.isSafeInteger(dimensions) && dimensions > 0, `dimensions is ${dimensions}`)
      },
    },
    ...sampleTexts.map(({ kind, text }) => ({
      name: `the vector of ${kind} has the stated length and finite numbers`,
      run: async () => {
        const embedder = await createEmbedder()
        const vectors = await embedder.embed([text])
        assert.equal(vectors.length, 1)
        assertVector(vectors[0], embedder.dimensions, kind)
      },
    })),
    {
      name: 'vectors come in the order of the texts, and equal texts have equal vectors',
      run: async () => {
        const embedder = await createEmbedder()
        const forwards = await embedder.embed([firstText, secondText, thirdText])
        const backwards = await embedder.embed([thirdText, secondText, firstText, thirdText])
        for (const [index, expected] of [2, 1, 0, 2].entries())
          assertSame(backwards[index], forwards[expected], tolerance)
        assert.notDeepEqual(forwards[0], forwards[1], 'texts that differ have vectors that differ')
      },
    },
    {
      name: 'two embedders created alike agree',
      run: async () => {
        const [one, other] = [await createEmbedder(), await createEmbedder()]
        assert.equal(one.id, other.id)
        const [a, b] = [await one.embed([firstText]), await other.embed([firstText])]
        assertSame(a[0], b[0], tolerance)
      },
    },
    {
      name: 'embed of no texts returns no vectors',
      run: async () => assert.deepEqual(await (await createEmbedder()).embed([]), []),
    },
    {
      name: 'after an abort it rejects with the reason',
      run: async () => {
        const embedder = await createEmbedder()
        const reason = new Error('the client went away')
        const vectors = embedder.embed(['A text that nothing embedded before.'], AbortSignal.abort(reason))
        await assert.rejects(vectors, (error) => error === reason)
      },
    },
    {
      name: 'after an abort it works again',
      run: async () => {
        const embedder = await createEmbedder()
        await embedder.embed([thirdText], AbortSignal.abort(new Error('gone'))).catch(() => undefined)
        assertVector((await embedder.embed([thirdText]))[0], embedder.dimensions, thirdText)
      },
    },
  ]
}

function localCases(createEmbedder: () => Promise<LocalEmbedder>): ContractCase[] {
  return [
    ...sampleTexts.map(({ kind, text }) => ({
      name: `embedNow of ${kind} returns the vector of embed`,
      run: async () => {
        const embedder = await createEmbedder()
        assert.deepEqual(embedder.embedNow(text), (await embedder.embed([text]))[0])
      },
    })),
    {
      name: 'the caller owns the vector of embedNow',
      run: async () => {
        const embedder = await createEmbedder()
        const vector = embedder.embedNow(firstText)
        const copy = Float32Array.from(vector)
        vector.fill(7)
        assert.deepEqual(embedder.embedNow(firstText), copy)
      },
    },
    {
      name: 'embedNow with a target returns the same vector',
      run: async () => {
        const embedder = await createEmbedder()
        const target = new Float32Array(embedder.dimensions).fill(7)
        assert.deepEqual(embedder.embedNow(firstText, target), embedder.embedNow(firstText))
      },
    },
  ]
}

function namedFeatureCases(createEmbedder: () => Promise<NamedFeatureEmbedder>): ContractCase[] {
  return [
    {
      name: 'its features have distinct names, no more than there are dimensions',
      run: async () => {
        const { featureNames, dimensions } = await createEmbedder()
        assert.ok(
          featureNames.length > 0 && featureNames.length <= dimensions,
          `${featureNames.length} names`,
        )
        assert.equal(new Set(featureNames).size, featureNames.length)
        assert.ok(featureNames.every((name) => name.trim() !== ''))
      },
    },
    ...sampleTexts.map(({ kind, text }) => ({
      name: `every named feature of ${kind} has a finite measurement`,
      run: async () => {
        const embedder = await createEmbedder()
        const values = embedder.featureValues(text)
        assert.equal(values.length, embedder.featureNames.length)
        for (const [index, value] of values.entries())
          assert.ok(Number.isFinite(value), `${embedder.featureNames[index]} is ${value}`)
      },
    })),
  ]
}

/** The embedder again, by its capability, which every embedder of the factory must have. */
function capable<Capability extends Embedder>(
  createEmbedder: () => Embedder | Promise<Embedder>,
  isCapable: (embedder: Embedder) => embedder is Capability,
): () => Promise<Capability> {
  return async () => {
    const embedder = await createEmbedder()
    assert.ok(isCapable(embedder), 'the factory makes the same kind of embedder each time')
    return embedder
  }
}

function assertVector(vector: Float32Array | undefined, dimensions: number, of: string): void {
  assert.ok(vector instanceof Float32Array, `the vector of ${of} is not a Float32Array`)
  assert.equal(vector.length, dimensions, `the vector of ${of}`)
  const broken = vector.findIndex((number) => !Number.isFinite(number))
  assert.equal(broken, -1, `number ${broken} of the vector of ${of} is ${vector[broken]}`)
}

function assertSame(
  actual: Float32Array | undefined,
  expected: Float32Array | undefined,
  tolerance: number,
): void {
  assert.ok(actual !== undefined && expected !== undefined, 'a vector is missing')
  assert.equal(actual.length, expected.length)
  for (const [index, number] of expected.entries()) {
    const apart = Math.abs((actual[index] ?? Number.NaN) - number)
    assert.ok(apart <= tolerance, `number ${index} is ${actual[index]}, expected ${number}`)
  }
}
