import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InferenceSession, Tensor as Input } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  encodeSafetensors,
  float32Of,
  float32Tensor,
  parseSafetensors,
  type Tensor,
} from '../../base/artifact/safetensors.ts'
import { winRateOfLogits } from '../routers/bert/win-rate.ts'
import { openCheckpointTensors } from './checkpoint-tensors.ts'
import { encodeEncoderGraph, type Head } from './encoder-graph.ts'
import { encoderOf } from './families/registry.ts'
import { float16Of } from './quantised-weights.ts'

const golden = (name: string) => fileURLToPath(new URL(`../../../test/golden/${name}`, import.meta.url))

describe('xlm-roberta-tiny', async () => {
  const run = await runner(golden('xlm-roberta-tiny'), { kind: 'classification', labels: 3 })
  const { cases } = JSON.parse(await readFile(golden('xlm-roberta-tiny/cases.json'), 'utf8'))
  it('has the logits of transformers, each text alone', async () => {
    for (const { input_ids, logits } of cases)
      expect(near(await run([input_ids]), [logits])).toBeLessThan(1e-4)
  })
  it('has them in a padded batch', async () => {
    const expected = cases.map((one: { logits_in_padded_batch: number[] }) => one.logits_in_padded_batch)
    const found = await run(cases.map((one: { input_ids: number[] }) => one.input_ids))
    expect(near(found, expected)).toBeLessThan(1e-4)
  })
})

/** Rounding every weight to bfloat16 alone moves logits by up to 0.017, so their bound is that of win rates. */
describe.each([
  ['F16', 1e-2],
  ['BF16', 3e-2],
] as const)('xlm-roberta-tiny in %s', (dtype, logitsApart) => {
  let place = ''
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'golden-half-'))
  })
  afterAll(() => rm(place, { recursive: true }))

  it('has the win rates to 1e-2, alone, padded, and in shards; its numbers are widened exactly', async () => {
    const { cases } = JSON.parse(await readFile(golden('xlm-roberta-tiny/cases.json'), 'utf8'))
    const head = { kind: 'classification', labels: 3 } as const
    const run = await runner(await copyOf('xlm-roberta-tiny', join(place, 'half'), dtype, dtype), head)
    const wide = await runner(await copyOf('xlm-roberta-tiny', join(place, 'wide'), dtype, 'F32'), head)
    const ids = cases.map((one: { input_ids: number[] }) => one.input_ids)
    const logits: number[][] = cases.map((one: { logits: number[] }) => one.logits)
    const together = await run(ids)
    expect(near(together, logits)).toBeLessThan(logitsApart)
    expect(near(together, logits)).toBeGreaterThan(1e-5)
    expect(near(together, await wide(ids))).toBeLessThan(1e-5)
    for (const [index, one] of ids.entries()) {
      const [alone = []] = await run([one])
      expect(near([alone], [together[index] ?? []])).toBeLessThan(1e-5)
      const apart = winRateOfLogits(alone, 'half') - cases[index].strong_win_rate
      expect(Math.abs(apart)).toBeLessThan(1e-2)
    }
  })
})

describe('bert-embedder-tiny', async () => {
  const { cases } = JSON.parse(await readFile(golden('bert-embedder-tiny/cases.json'), 'utf8'))
  const ids = cases.map((one: { input_ids: number[] }) => one.input_ids)
  it.each([
    ['mean', 'mean_pooled_normalized'],
    ['cls', 'cls_normalized'],
  ] as const)('has the %s-pooled vectors, alone and in a padded batch', async (pooling, key) => {
    const run = await runner(golden('bert-embedder-tiny'), { kind: 'embedding', pooling, normalise: true })
    const expected: number[][] = cases.map((one: Record<string, number[]>) => one[key])
    expect(near(await run(ids), expected)).toBeLessThan(1e-4)
    for (const [index, one] of ids.entries())
      expect(near(await run([one]), [expected[index] ?? []])).toBeLessThan(1e-4)
  })
})

/** A copy with every number rounded to half precision and stored as `stored`, in two shards with their index. */
async function copyOf(name: string, to: string, rounded: 'F16' | 'BF16', stored: 'F16' | 'BF16' | 'F32') {
  await mkdir(to)
  const from = golden(name)
  const tensors = parseSafetensors(await readFile(join(from, 'model.safetensors')), from)
  const shards = [new Map<string, Tensor>(), new Map<string, Tensor>()]
  const weightMap: Record<string, string> = {}
  for (const [tensor, { shape, ...whole }] of tensors) {
    const values = float32Of({ shape, ...whole }, tensor)
    const bits =
      rounded === 'F16'
        ? float16Of(values)
        : Uint16Array.from(new Uint32Array(values.buffer), (word) => (word + 0x8000) >>> 16)
    const half: Tensor = { dtype: rounded, shape, bytes: new Uint8Array(bits.buffer) }
    const shard = Object.keys(weightMap).length % 2
    weightMap[tensor] = `model-0000${shard + 1}-of-00002.safetensors`
    shards[shard]?.set(tensor, stored === 'F32' ? float32Tensor(float32Of(half, tensor), shape) : half)
  }
  for (const [index, shard] of shards.entries())
    await writeFile(join(to, `model-0000${index + 1}-of-00002.safetensors`), encodeSafetensors(shard))
  await writeFile(join(to, 'model.safetensors.index.json'), JSON.stringify({ weight_map: weightMap }))
  await copyFile(join(from, 'config.json'), join(to, 'config.json'))
  return to
}

/** Runs token numbers through a checkpoint, in this thread. */
async function runner(folder: string, head: Head) {
  const config: unknown = JSON.parse(await readFile(`${folder}/config.json`, 'utf8'))
  const encoder = encoderOf(config, folder)
  const tensors = await openCheckpointTensors(folder)
  const session = await InferenceSession.create(encodeEncoderGraph(encoder, tensors, head), {
    extra: { session: { model_external_initializers_file_folder_path: tensors.folder } },
  })
  return async (batch: readonly (readonly number[])[]): Promise<number[][]> => {
    const length = Math.max(...batch.map((ids) => ids.length))
    const tokens = new Int32Array(batch.length * length).fill(encoder.padToken)
    const mask = new Int32Array(batch.length * length)
    for (const [row, ids] of batch.entries()) {
      tokens.set(ids, row * length)
      mask.fill(1, row * length, row * length + ids.length)
    }
    const shape = [batch.length, length]
    const { result } = await session.run({
      tokens: new Input('int32', tokens, shape),
      mask: new Input('int32', mask, shape),
    })
    const numbers = Array.from(result?.data as Float32Array)
    const width = numbers.length / batch.length
    return batch.map((_, row) => numbers.slice(row * width, (row + 1) * width))
  }
}

/** The largest difference; infinite where shapes differ. */
function near(found: readonly number[][], expected: readonly number[][]): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY
  return Math.max(
    ...expected.flatMap((row, index) =>
      row.map((number, column) => Math.abs(number - (found[index]?.[column] ?? Number.NaN))),
    ),
  )
}
