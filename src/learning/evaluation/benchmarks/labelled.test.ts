import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { evaluateTransfer } from '../transfer.ts'
import { benchmarkOfPair, loadLabelled, readLabelledRows } from './labelled.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-labelled-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(name: string, rows: readonly unknown[]): Promise<string> {
  const path = join(folder, name)
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  await writeFile(path, name.endsWith('.gz') ? gzipSync(text) : text)
  return path
}

const threeModels = [
  { prompt: 'a', category: 'x', scores: { big: 1, small: 0, tiny: 0 } },
  { prompt: 'b', category: 'y', weight: 2, scores: { big: true, small: true } },
  { prompt: 'c', scores: { big: 1, tiny: 1 } },
]

it('makes a benchmark of any two models, leaving out rows that do not score both', async () => {
  const path = await file('three.jsonl.gz', threeModels)
  const benchmark = await loadLabelled(path, { strong: 'big', weak: 'small' })
  expect(benchmark).toMatchObject({ name: path, unit: 'percent', strongModel: 'big', weakModel: 'small' })
  expect(benchmark.rows).toEqual([
    { prompt: 'a', category: 'x', strongScore: 100, weakScore: 0 },
    { prompt: 'b', category: 'y', weight: 2, strongScore: 100, weakScore: 100 },
  ])
})

it('knows the pair of a file with two models: the better one is strong', async () => {
  const path = await file('two.jsonl', [
    { prompt: 'a', scores: { p: 3, q: 9 } },
    { prompt: 'b', scores: { p: 8, q: 7 } },
  ])
  const benchmark = await loadLabelled(path)
  expect([benchmark.strongModel, benchmark.weakModel, benchmark.unit]).toEqual(['q', 'p', '1-10'])
  expect(benchmark.rows[0]).toEqual({ prompt: 'a', strongScore: 9, weakScore: 3 })
})

it('takes other scores as points', () => {
  const rows = [{ prompt: 'a', scores: { p: 1200, q: -3 } }]
  expect(benchmarkOfPair('elo', rows, { strong: 'p', weak: 'q' })).toMatchObject({ unit: 'points' })
})

it('says what is missing', async () => {
  const path = await file('three.jsonl', threeModels)
  await expect(loadLabelled(path)).rejects.toThrow(
    /scores big \(mean 1\), small \(mean 0\.5\), tiny \(mean 0\.5\), so it does not say which two/,
  )
  await expect(loadLabelled(path, { strong: 'large', weak: 'small' })).rejects.toThrow(
    /does not score large; it scores big/,
  )
  const apart = await file('apart.jsonl', [
    { prompt: 'a', scores: { p: 1 } },
    { prompt: 'b', scores: { q: 0 } },
  ])
  await expect(loadLabelled(apart, { strong: 'p', weak: 'q' })).rejects.toThrow(
    /No row of .* scores both p and q/,
  )
  const tied = await file('tied.jsonl', [{ prompt: 'a', scores: { p: 1, q: 1 } }])
  await expect(loadLabelled(tied)).rejects.toThrow(/does not say which two/)
  const broken = await file('broken.jsonl', [{ prompt: 'a', category: 3, scores: { p: 1, q: 1 } }])
  await expect(loadLabelled(broken)).rejects.toThrow(
    /broken\.jsonl line 1 needs a string in "category", got 3/,
  )
})

it('measures one set of win rates on several pairs', async () => {
  const rows = await readLabelledRows(
    await file('pool.jsonl', [
      { prompt: 'hard', scores: { a: 1, b: 0, c: 0 } },
      { prompt: 'easy', scores: { a: 1, b: 1, c: 0 } },
    ]),
  )
  const winRates = new Map([
    ['hard', 0.9],
    ['easy', 0.1],
  ])
  const [ab, bc] = evaluateTransfer({
    name: 'pool',
    rows,
    pairs: [
      { strong: 'a', weak: 'b' },
      { strong: 'b', weak: 'c' },
    ],
    routers: [{ name: 'mine', winRates }],
    samples: 10,
  })
  expect(ab!.benchmark).toBe('pool: a against b')
  // On a and b the hard prompt goes first and brings everything; on b and c it comes first and brings nothing.
  expect(ab!.routers[0]!.apgr).toBeCloseTo(0.75, 10)
  expect(bc!.routers[0]!.apgr).toBeCloseTo(0.25, 10)
  expect(() =>
    evaluateTransfer({
      name: 'pool',
      rows,
      pairs: [{ strong: 'a', weak: 'b' }],
      routers: [{ name: 'mine', winRates: new Map() }],
    }),
  ).toThrow(/mine has no win rate for "hard"/)
})

it('reads battles and preferences as the scores of their two models', async () => {
  const models = { strong: 'big', weak: 'small' }
  const battle = { model_a: 'small', model_b: 'big' }
  const battles = await file('battles.jsonl', [
    { prompt: 'a', ...battle, winner: 'model_b', requests: 3 },
    { prompt: 'b', ...battle, winner: 'tie' },
    { prompt: 'c', ...battle, winner: 'model_a' },
    { prompt: 'd', model_a: 'big', model_b: 'tiny', winner: 'model_a' },
  ])
  const { rows } = await loadLabelled(battles, models)
  expect(
    rows.map(({ prompt, strongScore, weakScore, weight }) => [prompt, strongScore, weakScore, weight]),
  ).toEqual([
    ['a', 100, 0, 3],
    ['b', 50, 50, undefined],
    ['c', 0, 100, undefined],
  ])
  const preferences = await file('preferences.jsonl', [
    { prompt: 'a', model_a: 'big', model_b: 'small', pref_b: 0.25 },
  ])
  expect((await loadLabelled(preferences, models)).rows[0]).toMatchObject({ strongScore: 75, weakScore: 25 })
})
