import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TinyModel, writeCheckpoint } from '../../../../test/support/encoders/tiny-checkpoint.ts'
import { unigramTokenizer, wordPieceTokenizer } from '../../../../test/support/encoders/tiny-tokenizer.ts'
import { describeWith, requirement } from '../../../../test/support/requirement.ts'
import { parseSafetensors } from '../../../base/artifact/safetensors.ts'
import { promptFromText } from '../../../routing/prompts/routed-prompt.ts'
import { headProbabilities } from '../../../routing/routers/bert/head.ts'
import { loadRouter } from '../../../routing/routers/registry.ts'
import { isBatchRouter, isCalibratedRouter, isClosableRouter } from '../../../routing/routers/router.ts'
import { saveBertCheckpoint } from './save-checkpoint.ts'
import { type BertHeadTraining, trainBertHead } from './train.ts'

const words = 'prove show that this is prime what who hello please thanks name'.split(' ')
let place = ''
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'bert-head-'))
})
afterAll(() => rm(place, { recursive: true }))

/** The strong model wins where something is to be proved, else it is a tie or the weak one is as good. */
async function writeData(): Promise<string> {
  const rows = Array.from({ length: 240 }, (_, index) => {
    const hard = index % 2 === 0
    const middle = `${words[index % 12]} ${words[(index * 7) % 12]} ${words[(index * 5 + 3) % 12]}`
    return {
      prompt: hard ? `prove that ${middle} is prime ${index}` : `hello ${middle} thanks ${index}`,
      scores: { big: hard ? 1 : index % 3 === 0 ? 0 : 0.5, small: hard ? 0 : 0.5 },
    }
  })
  const file = join(place, 'data.jsonl')
  await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'))
  return file
}

async function training(model: TinyModel, tokenizer: object): Promise<BertHeadTraining> {
  return {
    name: 'mine',
    data: [await writeData()],
    encoder: await writeCheckpoint(join(place, model.modelType), model, tokenizer),
    strongModel: 'big',
    weakModel: 'small',
    seed: 3,
    inference: { computeThreads: 1 },
  }
}

describe.each([
  ['bert', ['bert.pooler.dense', 'classifier'], 'BertForSequenceClassification', wordPieceTokenizer(words)],
  [
    'xlm-roberta',
    ['classifier.dense', 'classifier.out_proj'],
    'XLMRobertaForSequenceClassification',
    unigramTokenizer(words.map((word) => [`▁${word}`, -3] as const)),
  ],
] as const)('a head on %s', (modelType, [hidden, output], architecture, tokenizer) => {
  const model: TinyModel = { modelType, vocabulary: 4 + words.length }

  it('is written in the form of transformers, and the router reads it back', async () => {
    const trained = await trainBertHead(await training(model, tokenizer))
    const folder = join(place, `my-${modelType}`)
    await saveBertCheckpoint(folder, trained)
    expect((await readdir(folder)).toSorted()).toEqual([
      'config.json',
      'model.safetensors',
      'routellm.json',
      'tokenizer.json',
      'trained-prompts.safetensors',
    ])
    const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))
    expect(config).toMatchObject({
      architectures: [architecture],
      id2label: { 0: 'strong_wins', 1: 'tie', 2: 'weak_wins' },
      hidden_size: 16,
    })
    const bytes = await readFile(join(folder, 'model.safetensors'))
    const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString())
    expect(header.__metadata__).toEqual({ format: 'pt' })
    const tensors = parseSafetensors(bytes, folder)
    expect(tensors.get(`${hidden}.weight`)?.shape).toEqual([16, 16])
    expect(tensors.get(`${output}.weight`)?.shape).toEqual([3, 16])
    const root = modelType === 'bert' ? 'bert.' : 'roberta.'
    const outside = [...tensors.keys()].filter(
      (name) => !name.startsWith(root) && !name.startsWith('classifier'),
    )
    expect(outside).toEqual([])

    const router = await loadRouter(
      { name: 'mine', artifact: folder },
      { embedderOptions: {}, hub: {}, inference: { computeThreads: 1 } },
    )
    if (!isBatchRouter(router) || !isClosableRouter(router)) throw new Error('not a bert router')
    expect(isCalibratedRouter(router) && router.winRateQuantiles).toHaveLength(201)
    const [hard = 0, easy = 1] = await router.strongWinRates(
      ['prove that this is prime', 'hello who is this thanks'].map(promptFromText),
    )
    expect(hard).toBeGreaterThan(0.8)
    expect(easy).toBeLessThan(0.2)
    expect(trained.record.metrics.validationApgrLow).toBeGreaterThan(0.5)
    await router.close()
  })

  it('is the same, byte for byte, for the same seed', async () => {
    const given = await training(model, tokenizer)
    const folders = ['one', 'two'].map((name) => join(place, `${modelType}-${name}`))
    for (const folder of folders) await saveBertCheckpoint(folder, await trainBertHead(given))
    for (const name of await readdir(folders[0]!))
      expect((await readFile(join(folders[0]!, name))).equals(await readFile(join(folders[1]!, name)))).toBe(
        true,
      )
  })
})

it('the router gives the probabilities that were trained', async () => {
  const given = await training(
    { modelType: 'roberta', vocabulary: 4 + words.length },
    wordPieceTokenizer(words),
  )
  const { head, record } = await trainBertHead({ ...given, kind: 'mlp', epochs: 3 })
  expect(record.options.kind).toBe('mlp')
  const size = 16
  const one = headProbabilities(head, { features: new Float32Array(size).fill(0.1), size })
  expect(one.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 12)
})

it('a folder that is no checkpoint of ours is left as it is', async () => {
  const trained = await trainBertHead(
    await training({ modelType: 'bert', vocabulary: 4 + words.length }, wordPieceTokenizer(words)),
  )
  const folder = await mkdtemp(join(place, 'other-'))
  await writeFile(join(folder, 'notes.txt'), 'mine')
  await expect(saveBertCheckpoint(folder, trained)).rejects.toMatchObject({ code: 'not-an-artifact' })
  expect(await readdir(folder)).toEqual(['notes.txt'])
})

it.each([
  [{ epochs: 0 }, /epochs is 0; it has to be an integer from 1/],
  [{ validationFraction: 1 }, /validationFraction is 1/],
  [{ name: 'My Router' }, /name is My Router/],
  [{ learningRate: 2 }, /learningRate is 2/],
])('%j is refused', async (change, says) => {
  const given = await training({ modelType: 'bert', vocabulary: 4 + words.length }, wordPieceTokenizer(words))
  await expect(trainBertHead({ ...given, ...change })).rejects.toThrow(says)
})

describeWith(await requirement('training files'), 'on real prompts', (folder) => {
  it('a head on a small random encoder beats chance on prompts that it has not seen', async () => {
    const text = gunzipSync(await readFile(join(folder, 'train_pairs_strong_weak.jsonl.gz'))).toString()
    const rows = text
      .split('\n')
      .filter((line) => line.includes('"tier": "A"'))
      .filter((_, index) => index % 12 === 0)
      .map((line) => JSON.parse(line))
    expect(rows.length).toBeGreaterThan(1000)
    const data = join(place, 'real.jsonl')
    const outcome = ({ prompt, score_strong: strong, score_weak: weak }: Record<string, unknown>) =>
      JSON.stringify({ prompt, scores: { strong, weak } })
    await writeFile(data, rows.map(outcome).join('\n'))
    const frequent = frequentWords(rows.map(({ prompt }) => prompt))
    const model: TinyModel = {
      modelType: 'bert',
      vocabulary: 4 + frequent.length,
      size: 64,
      heads: 4,
      inner: 64,
      layers: 1,
      positions: 96,
    }
    const encoder = await writeCheckpoint(join(place, 'real'), model, wordPieceTokenizer(frequent))
    const { record } = await trainBertHead({
      name: 'real',
      data: [data],
      encoder,
      strongModel: 'strong',
      weakModel: 'weak',
      validationFraction: 0.4,
      seed: 1,
    })
    expect(record.metrics.validationApgrLow).toBeGreaterThan(0.5)
  })
})

/** The 2,000 words that stand in the most prompts, and all that they are spelt with. */
function frequentWords(prompts: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const prompt of prompts)
    for (const word of new Set(prompt.toLowerCase().match(/[a-z]+|\d|[^\sa-z\d]/g)))
      counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts]
    .sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
    .slice(0, 2000)
    .map(([word]) => word)
}
