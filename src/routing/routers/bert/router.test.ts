import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type TinyModel,
  tinyConfig,
  writeCheckpoint,
} from '../../../../test/support/encoders/tiny-checkpoint.ts'
import { unigramTokenizer, wordPieceTokenizer } from '../../../../test/support/encoders/tiny-tokenizer.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import { loadRouter, type RouterSpec, routerSpec } from '../registry.ts'
import { isBatchRouter, isCalibratedRouter, isClosableRouter, type Router } from '../router.ts'
import type { RouterDependencies } from '../router-kind.ts'
import { createBertRouter } from './router.ts'
import { winRateOfLogits } from './win-rate.ts'

const golden = (name: string) => fileURLToPath(new URL(`../../../../test/golden/${name}`, import.meta.url))
const opened: Router[] = []
let place = ''
let dependencies: RouterDependencies

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'bert-router-'))
  dependencies = { embedderOptions: {}, hub: {}, inference: { cacheFolder: join(place, 'cache') } }
})

afterAll(async () => {
  for (const router of opened) if (isClosableRouter(router)) await router.close()
  await rm(place, { recursive: true })
})

async function open(spec: RouterSpec): Promise<Router> {
  const router = await loadRouter(spec, dependencies)
  opened.push(router)
  return router
}

/** The golden checkpoint with a tokenizer that gives the word w29 the number 29. */
async function goldenFolder(): Promise<string> {
  const folder = join(place, 'golden')
  await cp(golden('xlm-roberta-tiny'), folder, { recursive: true })
  const pieces = Array.from({ length: 116 }, (_, index) => [`▁w${index + 4}`, -5] as const)
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(unigramTokenizer(pieces)))
  return folder
}

const textOf = (ids: readonly number[]) =>
  ids
    .slice(1, -1)
    .map((id) => `w${id}`)
    .join(' ')

it('winRateOfLogits agrees with the reference to 1e-9', async () => {
  const { bert } = JSON.parse(await readFile(golden('head_cases.json'), 'utf8'))
  expect(bert.length).toBeGreaterThan(5)
  for (const { logits, win_rate } of bert) expect(winRateOfLogits(logits, 'bert')).toBeCloseTo(win_rate, 9)
  expect(winRateOfLogits([0, Math.log(2), 0], 'bert')).toBeCloseTo(0.25, 12)
  expect(() => winRateOfLogits([Number.NaN, 0, 0], 'mine')).toThrow(
    'Router mine computed the logits NaN, 0, 0',
  )
})

describe('the golden checkpoint', async () => {
  const { cases } = JSON.parse(await readFile(golden('xlm-roberta-tiny/cases.json'), 'utf8'))
  const prompts = cases.map(({ input_ids }: { input_ids: number[] }) => promptFromText(textOf(input_ids)))

  it.each(['float32', 'int8'] as const)(
    'has the win rates of the reference in %s, alone and in a batch',
    async (precision) => {
      const router = await open({ name: 'bert', kind: 'bert', checkpoint: await goldenFolder(), precision })
      if (!isBatchRouter(router)) throw new Error('no batch router')
      const together = await router.strongWinRates(prompts)
      // Eight bits cost this little encoder of 32 numbers per token more than a real one.
      const tolerance = precision === 'float32' ? 1e-4 : 1e-2
      for (const [index, { strong_win_rate }] of cases.entries()) {
        const alone = await router.strongWinRate(prompts[index])
        expect(Math.abs(alone - strong_win_rate)).toBeLessThan(tolerance)
        expect(Math.abs((together[index] ?? Number.NaN) - alone)).toBeLessThan(1e-6)
      }
    },
  )
})

describe('loading', () => {
  const words = 'one two three'.split(' ')
  const model: TinyModel = { modelType: 'bert', vocabulary: 7, labels: 3 }
  const write = (name: string, change: Partial<TinyModel>, files = {}) =>
    writeCheckpoint(join(place, name), { ...model, ...change }, wordPieceTokenizer(words), files)

  it('knows a checkpoint by its folder, and its calibration', async () => {
    const record = {
      pair: { strong: 'large', weak: 'small' },
      data: [],
      winRateQuantiles: [0.1, 0.4, 0.9],
    }
    const folder = await write('mine', {}, { 'routellm.json': record })
    const router = await open(routerSpec(folder))
    expect(router.name).toBe('mine')
    expect(isCalibratedRouter(router) && router.winRateQuantiles).toEqual([0.1, 0.4, 0.9])
    expect(await router.strongWinRate(promptFromText('one two'))).toBeGreaterThan(0)
  })

  it('cuts a prompt where the tokenizer says', async () => {
    const folder = await write('short', {}, { 'tokenizer_config.json': { model_max_length: 4 } })
    const router = await open({ name: 'bert', kind: 'bert', checkpoint: folder })
    const score = (text: string) => router.strongWinRate(promptFromText(text))
    expect(await score('one two three')).toBe(await score('one two'))
    expect(await score('one two')).not.toBe(await score('one three'))
  })

  it.each([
    ['two labels', { labels: 2 }, 'a classifier of 2 labels, and a bert router needs one of 3'],
    ['an encoder alone', {}, 'no classifier, and a bert router needs one of 3'],
  ])('refuses %s', async (name, change, says) => {
    const { labels: _, ...encoder } = model
    const folder = join(place, name.replaceAll(' ', '-'))
    await writeCheckpoint(folder, { ...encoder, ...change }, wordPieceTokenizer(words))
    await expect(open({ name: 'bert', kind: 'bert', checkpoint: folder })).rejects.toThrow(says)
  })

  it('names what is supported where the model is not', async () => {
    const folder = await write(
      'other',
      {},
      { 'config.json': { ...tinyConfig(model), model_type: 'deberta-v2' } },
    )
    await expect(open({ name: 'bert', kind: 'bert', checkpoint: folder })).rejects.toMatchObject({
      code: 'unsupported-model',
      message: expect.stringContaining('"deberta-v2", and bert, roberta, xlm-roberta are supported'),
    })
  })

  it('refuses an artifact and a checkpoint at once', async () => {
    await expect(open({ name: 'x', kind: 'bert', artifact: 'a', checkpoint: 'b' })).rejects.toThrow(
      'Name one of them',
    )
  })
})

it('hands a batch over in slices, so that a large file is not a queue', async () => {
  const sizes: number[] = []
  const classifier = {
    width: 3,
    waiting: 0,
    run: async (texts: readonly string[]) => {
      sizes.push(texts.length)
      return texts.map((text) => Float32Array.of(text.length, 0, 0))
    },
    close: async () => {},
  }
  const router = createBertRouter({ name: 'bert', classifier })
  const winRates = await router.strongWinRates(
    Array.from({ length: 600 }, (_, i) => promptFromText('x'.repeat(i % 3))),
  )
  expect(sizes).toEqual([256, 256, 88])
  expect(winRates[2]).toBeGreaterThan(winRates[1] ?? 1)
})
