import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtinArtifactFolder } from '../../base/artifact/builtin-folder.ts'
import { hashOfWord } from '../../base/text/token-hash.ts'
import { ArtifactError } from '../../errors.ts'
import { askedFileName } from '../embedding/builtin/asked/asked-file.ts'
import { loadBuiltinEmbedder } from '../embedding/builtin/embedder.ts'
import { embedderFileName } from '../embedding/builtin/embedder-file.ts'
import { pieceTableFileName } from '../embedding/builtin/pieces/table-file.ts'
import type { LocalEmbedder, NamedFeatureEmbedder } from '../embedding/embedder.ts'
import { loadEmbedder } from '../embedding/registry.ts'
import { type TaskReader, tasks } from './task.ts'
import { createTaskReader, findTaskReader, loadTaskReader, tolerateFailures } from './task-reader.ts'
import { encodeTaskWeights, parseTaskWeights, readTaskWeights, type TaskWeights } from './task-weights.ts'

/** Two named features, of which the first is used, and one dense number: the number in the text. */
const embedder: LocalEmbedder & NamedFeatureEmbedder = {
  id: 'two',
  dimensions: 3,
  featureNames: ['constant', 'unused'],
  featureValues: () => [1, 9],
  embedNow: (text) => Float32Array.of(1, 9, Number(text) || 0),
  embed: async (texts) => texts.map((text) => Float32Array.of(1, 9, Number(text) || 0)),
}

/** Logit of `proof`: 1 + x + 0.5; of `greeting`: 2; of all others −30. */
function smallWeights(): TaskWeights {
  const weights = new Float32Array(tasks.length * 2)
  const biases = new Float32Array(tasks.length).fill(-30)
  const proof = tasks.indexOf('proof')
  weights.set([1, 1], proof * 2)
  biases[proof] = 0.5
  biases[tasks.indexOf('greeting')] = 2
  const strongShares = new Float32Array(tasks.length).fill(0.25)
  return { featureHashes: Int32Array.of(hashOfWord('constant')), weights, biases, strongShares }
}

describe('createTaskReader', () => {
  const reader = createTaskReader(embedder, smallWeights())

  it('gives the most likely kind of work with its probability', () => {
    expect(reader.taskOf('0.6')).toBe('proof')
    expect(reader.taskOf('0.4')).toBe('greeting')
    const reading = reader.read('1.5')!
    expect(reading).toMatchObject({ task: 'proof', strongShare: 0.25 })
    expect(reading.probability).toBeCloseTo(1 / (1 + Math.exp(-1)), 6)
  })

  it('gives none for a text that says nothing', () => {
    for (const text of ['', ' ', '\n\t ', '0'])
      expect([reader.taskOf(text), reader.read(text)]).toEqual([null, null])
  })

  it('refuses weights for other vectors', () => {
    const otherFeature = { ...smallWeights(), featureHashes: Int32Array.of(hashOfWord('another')) }
    const longer = { ...smallWeights(), weights: new Float32Array(tasks.length * 3) }
    for (const given of [otherFeature, longer])
      expect(() => createTaskReader(embedder, given)).toThrowError(
        expect.objectContaining({ code: 'tasks-file-unusable' }),
      )
  })
})

describe('tasks.safetensors', () => {
  it('keeps the weights', () => {
    const given = smallWeights()
    const bytes = encodeTaskWeights(given)
    expect(parseTaskWeights(bytes, 'a file')).toEqual(given)
    expect(encodeTaskWeights(parseTaskWeights(bytes, 'a file'))).toEqual(bytes)
  })

  it('is refused if it is damaged or for another list of kinds', () => {
    const given = smallWeights()
    const wrong: readonly TaskWeights[] = [
      { ...given, biases: given.biases.subarray(1) },
      { ...given, strongShares: given.strongShares.map(() => 2) },
    ]
    for (const each of wrong) {
      const parse = () => parseTaskWeights(encodeUnchecked(each), 'a file')
      expect(parse).toThrowError(ArtifactError)
    }
    const bytes = encodeTaskWeights(given)
    expect(() => parseTaskWeights(bytes.subarray(0, bytes.length - 4), 'a file')).toThrowError(ArtifactError)
    const tampered = Uint8Array.from(bytes)
    const format = Buffer.from(bytes).indexOf('"data_offsets":[0,8]')
    expect(format).toBeGreaterThan(0)
    const data = bytes.length - dataLength(given)
    tampered[data + 5]! ^= 1
    expect(() => parseTaskWeights(tampered, 'a file')).toThrowError(
      expect.objectContaining({ code: 'tasks-file-unusable' }),
    )
  })
})

/** `format` has 8 bytes, `features` 4 per name. */
function dataLength({ featureHashes, weights, biases, strongShares }: TaskWeights): number {
  return 8 + 4 * (featureHashes.length + weights.length + biases.length + strongShares.length)
}

/** As `encodeTaskWeights`, but with whatever lengths the arrays have. */
function encodeUnchecked(given: TaskWeights): Uint8Array {
  try {
    return encodeTaskWeights(given)
  } catch {
    return new Uint8Array(8)
  }
}

describe('the reader that ships', () => {
  let shipped: TaskReader
  let folder: string
  beforeAll(async () => {
    shipped = await loadTaskReader({})
    folder = await mkdtemp(join(tmpdir(), 'routellm-tasks-'))
    for (const file of [embedderFileName, pieceTableFileName, askedFileName])
      await copyFile(join(builtinArtifactFolder(), file), join(folder, file))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('reads plain prompts', () => {
    const read = (text: string) => shipped.read(text)?.task
    expect([
      read('Good morning!'),
      read('What is the capital of France?'),
      read('12 * 37'),
      read('Plan a three day trip to Lisbon with two kids'),
      read('Write a haiku about rain in which no letter e occurs'),
    ]).toEqual(['greeting', 'look-up', 'maths-simple', 'planning', 'creative-constrained'])
  })

  it('names the kinds of its list only, with a probability, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const reading = shipped.read(text)
        expect(reading?.task ?? null).toBe(shipped.taskOf(text))
        if (reading === null) return
        expect(tasks).toContain(reading.task)
        expect(reading.probability).toBeGreaterThanOrEqual(1 / tasks.length - 1e-12)
        expect(reading.probability).toBeLessThanOrEqual(1)
      }),
      { numRuns: 200 },
    )
  })

  it('reads hostile text', () => {
    const texts = ['a', '\u0301', '😀', '\ud800', 'x1 '].map((unit) => unit.repeat(300_000))
    for (const text of texts) expect([...tasks, null]).toContain(shipped.taskOf(text))
  })

  it('computes a vector once for a router and itself, if both share the embedder', async () => {
    const shared = new Map()
    const [one, other] = await Promise.all([
      loadEmbedder('builtin', { shared }),
      loadEmbedder('builtin', { shared }),
    ])
    expect(other).toBe(one)
    expect(await loadEmbedder('builtin', {})).not.toBe(one)
    const weights = await readTaskWeights(builtinArtifactFolder())
    const builtin = await loadBuiltinEmbedder()
    const reader = createTaskReader(builtin, weights)
    const vector = Float32Array.from(builtin.embedNow('The same text, twice.'))
    const task = reader.taskOf('The same text, twice.')
    expect(builtin.embedNow('Another text.')).not.toEqual(vector)
    expect(builtin.embedNow('The same text, twice.')).toEqual(vector)
    expect(reader.taskOf('The same text, twice.')).toBe(task)
  })

  it('is left out with a warning if its file is missing', async () => {
    const warnings: string[] = []
    const found = await findTaskReader({ builtinFolder: folder }, (message) => warnings.push(message))
    expect(found).toBeUndefined()
    expect(warnings).toEqual([
      expect.stringMatching(/^Decisions name no kind of work\. .*tasks\.safetensors/),
    ])
    await expect(loadTaskReader({ builtinFolder: folder })).rejects.toMatchObject({
      code: 'tasks-file-missing',
    })
  })
})

it('a reader that fails reads nothing, and says so once', () => {
  const failures: unknown[] = []
  const failing = () => {
    throw new Error('broken')
  }
  const reader = tolerateFailures({ taskOf: failing, read: failing }, (error) => failures.push(error))
  expect([reader.taskOf('x'), reader.read('x'), reader.taskOf('x')]).toEqual([null, null, null])
  expect(failures).toHaveLength(1)
})
