import { mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type TinyModel,
  tinyTensors,
  writeCheckpoint,
} from '../../../test/support/encoders/tiny-checkpoint.ts'
import { wordPieceTokenizer } from '../../../test/support/encoders/tiny-tokenizer.ts'
import { encodeSafetensors, float32Tensor, type Tensor } from '../../base/artifact/safetensors.ts'
import { openCheckpoint } from './checkpoint.ts'
import { openQuantisedTensors } from './quantised-checkpoint.ts'

const model: TinyModel = { modelType: 'bert', vocabulary: 7, labels: 3 }
const head = { kind: 'classification', labels: 3 } as const
let place = ''
let cache = ''

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'quantised-'))
})
afterAll(() => rm(place, { recursive: true }))

let folders = 0
async function checkpoint(change?: (tensors: Map<string, Tensor>) => void) {
  const folder = join(place, `model-${folders++}`)
  cache = `${folder}-cache`
  await writeCheckpoint(folder, model, wordPieceTokenizer(['one', 'two', 'three']))
  const tensors = tinyTensors(model)
  change?.(tensors)
  await writeFile(join(folder, 'model.safetensors'), encodeSafetensors(tensors))
  return openCheckpoint(folder)
}

describe('openQuantisedTensors', () => {
  it('stores matrices in 8 bits, tables in 16, and what the result hangs on in 32', async () => {
    const { tensors } = await openQuantisedTensors(await checkpoint(), head, cache)
    const types = (pattern: RegExp) =>
      new Set([...tensors].filter(([name]) => pattern.test(name)).map(([, { dtype }]) => dtype))
    expect(types(/(query|key|value|dense)\.weight$/)).toEqual(new Set(['I8', 'F32']))
    expect(tensors.get('bert.encoder.layer.1.intermediate.dense.weight')).toMatchObject({
      dtype: 'I8',
      shape: [16, 32],
    })
    expect(tensors.get('bert.encoder.layer.1.intermediate.dense.weight.scales')?.shape).toEqual([32])
    expect(types(/embeddings\.\w+_embeddings/)).toEqual(new Set(['F16']))
    expect(types(/pooler|classifier|LayerNorm|bias/)).toEqual(new Set(['F32']))
    for (const { offset, bytes, dtype } of tensors.values())
      if (dtype === 'F32') expect([offset % 4, bytes % 4]).toEqual([0, 0])
  })

  it('writes one file, the same bytes each time, and finds it again', async () => {
    const opened = await checkpoint()
    const first = await openQuantisedTensors(opened, head, cache)
    const [name, ...others] = await readdir(first.folder)
    expect(others).toEqual([])
    const path = join(first.folder, name!)
    const [bytes, { mtimeMs }] = [await readFile(path), await stat(path)]
    await openQuantisedTensors(opened, head, cache)
    expect((await stat(path)).mtimeMs).toBe(mtimeMs)
    await rm(path)
    await openQuantisedTensors(opened, head, cache)
    expect((await readFile(path)).equals(bytes)).toBe(true)
  })

  it('writes a cut file anew', async () => {
    const opened = await checkpoint()
    const { folder } = await openQuantisedTensors(opened, head, cache)
    const path = join(folder, (await readdir(folder))[0]!)
    const { size } = await stat(path)
    await truncate(path, size - 5)
    await openQuantisedTensors(opened, head, cache)
    expect((await stat(path)).size).toBe(size)
  })

  it('does not take one model for another: a changed file has another name', async () => {
    const opened = await checkpoint()
    const { folder } = await openQuantisedTensors(opened, head, cache)
    const [file] = opened.tensors.files
    await utimes(file!.path, 1, 1)
    await openQuantisedTensors(opened, head, cache)
    expect(await readdir(folder)).toHaveLength(2)
  })

  it('leaves nothing where the weights are broken', async () => {
    const opened = await checkpoint((tensors) => {
      const bad = new Float32Array(256).fill(1)
      bad[7] = Number.NaN
      tensors.set('bert.encoder.layer.0.attention.self.query.weight', float32Tensor(bad, [16, 16]))
    })
    await expect(openQuantisedTensors(opened, head, cache)).rejects.toMatchObject({
      code: 'weights-not-finite',
      message: expect.stringContaining(
        'Number 7 of tensor bert.encoder.layer.0.attention.self.query.weight is NaN',
      ),
    })
    expect(await readdir(join(cache, 'quantised'))).toEqual([])
  })
})
