import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtinArtifactFolder } from '../../../base/artifact/builtin-folder.ts'
import { encodeSafetensors, parseSafetensors } from '../../../base/artifact/safetensors.ts'
import { ArtifactError } from '../../../errors.ts'
import { embedderContract } from '../../../testing/embedder-contract.ts'
import { askedFileName } from './asked/asked-file.ts'
import { loadBuiltinEmbedder } from './embedder.ts'
import { embedderFileName, encodeEmbedder, readEmbedderFile } from './embedder-file.ts'
import { featureNames, structuralWeight } from './parameters.ts'
import { pieceTableFileName } from './pieces/table-file.ts'

const embedder = await loadBuiltinEmbedder()
const parameters = await readEmbedderFile(builtinArtifactFolder())

describe('the built-in embedder', async () => {
  for (const { name, run } of await embedderContract(() => embedder)) it(name, run)

  it('has the id and the layout that routers are trained on', () => {
    expect(embedder.id).toBe('builtin@2')
    expect(embedder.featureNames).toEqual(featureNames)
    expect(embedder.dimensions).toBe(featureNames.length + 128)
  })

  it('has a dense part of length 1, or 0 without text', () => {
    const lengthOf = (text: string) => Math.hypot(...embedder.embedNow(text).subarray(featureNames.length))
    expect(lengthOf('Prove that two is prime.')).toBeCloseTo(1, 6)
    expect(lengthOf('')).toBe(0)
  })

  it('ends its features with a constant', () => {
    const at = featureNames.indexOf('constant')
    const expected = Math.fround(structuralWeight / Math.sqrt(featureNames.length))
    expect(embedder.embedNow('')[at]).toBe(expected)
    expect(embedder.embedNow('Some text of 7 words or so.')[at]).toBe(expected)
    expect(embedder.featureValues('anything')[at]).toBe(1)
  })

  it('knows lengths in characters', () => {
    expect(embedder.featureValues('x'.repeat(123_456))[featureNames.indexOf('length')]).toBe(123_456)
  })

  it('puts texts of a topic closer together than others', () => {
    const dense = (text: string) => embedder.embedNow(text).subarray(featureNames.length)
    const similarity = (one: string, other: string) =>
      dense(one).reduce((sum, value, index) => sum + value * dense(other)[index]!, 0)
    const physics = 'What force acts on a particle that moves through a magnetic field?'
    expect(
      similarity(physics, 'The electron has charge and velocity; find the electric field.'),
    ).toBeGreaterThan(
      similarity(physics, 'Which statute governs the contract between seller and buyer?') + 0.2,
    )
  })

  it('counts the words that it does not know', () => {
    expect(embedder.featureValues('electromagnetizm')[featureNames.indexOf('unknown words, share')]).toBe(1)
    expect(embedder.featureValues('magnetism')[featureNames.indexOf('unknown words, share')]).toBe(0)
  })

  it('gives finite vectors for any text', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 })
    fc.assert(
      fc.property(text, (sample) => {
        expect(embedder.embedNow(sample).every(Number.isFinite)).toBe(true)
      }),
      { seed: 1, numRuns: 200 },
    )
  })
})

describe('the file of the built-in embedder', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'builtin-embedder-'))
    for (const file of [pieceTableFileName, askedFileName])
      await copyFile(join(builtinArtifactFolder(), file), join(folder, file))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  async function load(bytes: Uint8Array): Promise<unknown> {
    await writeFile(join(folder, embedderFileName), bytes)
    return loadBuiltinEmbedder(folder).then(
      () => 'loaded',
      (error: unknown) => (error instanceof ArtifactError ? error.code : error),
    )
  }
  const good = encodeEmbedder(parameters)
  function changed(edit: (tensors: ReturnType<typeof parseSafetensors>) => void): Uint8Array {
    const tensors = parseSafetensors(Uint8Array.from(good), 'test')
    edit(tensors)
    return encodeSafetensors(tensors)
  }

  it('is read back as it was written, within 1 MB', async () => {
    expect(await load(good)).toBe('loaded')
    expect(Buffer.compare(encodeEmbedder(await readEmbedderFile(folder)), good)).toBe(0)
    expect(good.length).toBeLessThan(1_000_000)
  })

  it('of another release is refused with what to do', async () => {
    const old = changed((tensors) => void tensors.get('format')!.bytes.fill(0, 1, 4).fill(1, 0, 1))
    await writeFile(join(folder, embedderFileName), old)
    await expect(loadBuiltinEmbedder(folder)).rejects.toThrow(
      /has format version 1, this release reads 2\. Train it again/,
    )
  })

  it('that is missing is named', async () => {
    await expect(loadBuiltinEmbedder(join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'embedder-file-missing',
      message: expect.stringContaining(join(folder, 'nowhere')),
    })
  })

  it.each([
    ['cut off', () => good.subarray(0, good.length - 1000), 'safetensors-invalid'],
    ['no safetensors at all', () => new TextEncoder().encode('hello'), 'safetensors-invalid'],
    [
      'of another version',
      () =>
        changed(
          (tensors) =>
            void new DataView(
              tensors.get('format')!.bytes.buffer,
              tensors.get('format')!.bytes.byteOffset,
            ).setInt32(0, 99, true),
        ),
      'embedder-version',
    ],
    [
      'for other features',
      () => changed((tensors) => void tensors.get('format')!.bytes.fill(7, 4, 8)),
      'embedder-features',
    ],
    ['without a tensor', () => changed((tensors) => void tensors.delete('tokens.hashes')), 'embedder-broken'],
    [
      'with too few rarities',
      () =>
        changed((tensors) => {
          const { bytes, shape } = tensors.get('tokens.rarities')!
          tensors.set('tokens.rarities', { dtype: 'F32', shape: [shape[0]! - 1], bytes: bytes.subarray(4) })
        }),
      'embedder-broken',
    ],
    [
      'with a deviation of zero',
      () => changed((tensors) => void tensors.get('features.deviations')!.bytes.fill(0, 0, 4)),
      'embedder-broken',
    ],
    [
      'with a number that is not finite',
      () => changed((tensors) => void tensors.get('features.means')!.bytes.fill(0xff, 0, 4)),
      'weights-not-finite',
    ],
    [
      'with a hash twice',
      () => changed((tensors) => void tensors.get('tokens.hashes')!.bytes.copyWithin(0, 4, 8)),
      'embedder-broken',
    ],
  ])('that is %s is refused', async (_, bytes, code) => {
    expect(await load(bytes())).toBe(code)
  })
})
