import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Evaluation } from '../../../src/learning/evaluation/evaluation.ts'
import type { PoolMember } from '../../../src/learning/evaluation/pool/pool-report.ts'
import { packagedPrices } from '../../../src/routing/catalogue/packaged-prices.ts'
import { benchmarkFiles, describeWithBenchmarkFiles } from '../../support/benchmark-files.ts'
import { routellm as run } from '../../support/command-line.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-views-'))
  await writeLines('labels.jsonl', labels)
  await writeLines('scores.jsonl', scores)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const routellm = (...argv: readonly string[]) => run(argv, { folder })
const measure = (...argv: readonly string[]) =>
  routellm('evaluate', '--benchmark', 'labels.jsonl', '--scores', 'mine=scores.jsonl', ...argv)
const writeLines = (file: string, values: readonly unknown[]) =>
  writeFile(join(folder, file), `${values.map((value) => JSON.stringify(value)).join('\n')}\n`)
const writeJson = (file: string, value: unknown) => writeFile(join(folder, file), JSON.stringify(value))

/** Strong 100, weak 50: `big` gains on A and B alone. */
const labels = [
  { prompt: 'A', small: 0, bigOutput: 100 },
  { prompt: 'B', small: 0, bigOutput: 300 },
  { prompt: 'C', small: 1, bigOutput: 100 },
  { prompt: 'D', small: 1, bigOutput: 500 },
].map(({ prompt, small, bigOutput }) => ({
  prompt,
  scores: { big: 1, small },
  tokens: { big: { input: 100, output: bigOutput }, small: { input: 100, output: 100 } },
}))
const scores = [0.9, 0.7, 0.4, 0.2].map((strongWinRate, row) => ({ prompt: 'ABCD'[row], strongWinRate }))
const prices = {
  date: '2026-11-01',
  source: 'the price pages of that day',
  models: {
    big: { inputUsdPerMillionTokens: 10, outputUsdPerMillionTokens: 30 },
    small: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 },
  },
}

describe('evaluate --costs', () => {
  it('gives the dollars of the prompts that each model really gets', async () => {
    await writeJson('prices.json', prices)
    const { stdout } = await measure('--costs', 'prices.json', '--json')
    const { costs } = JSON.parse(stdout)
    expect(costs).toMatchObject({
      prices: { asOf: '2026-11-01', source: 'the price pages of that day' },
      tokens: { kind: 'counted' },
      unpriced: [],
    })
    const [small, big, at20, at50] = costs.lines
    // Per query: small (100 · 1 + 100 · 2) / 10⁶; big the mean of 4,000, 10,000, 4,000 and 16,000 / 10⁶.
    expect(small).toMatchObject({ name: 'small', gapPercent: null, benefitCostRatio: null })
    expect(small.usdPerQuery).toBeCloseTo(300e-6, 12)
    expect(big.usdPerQuery).toBeCloseTo(8500e-6, 12)
    expect([big.benefitCostRatio, big.savingPercent]).toEqual([1, 0])
    // Half of the gap: A alone goes to big, (4,000 + 3 · 300) / 4.
    expect(at50).toMatchObject({ name: 'mine', gapPercent: 50, strongCallPercent: 25, score: 75 })
    expect(at50.usdPerQuery).toBeCloseTo(1225e-6, 12)
    expect(at50.qualityCostRatio).toBeCloseTo(75 / 1.225, 9)
    expect(at50.savingPercent).toBeCloseTo(100 * (1 - 1225 / 8500), 9)
    expect(at50.benefitCostRatio).toBeCloseTo(0.5 / (925 / 8200), 9)
    // A fifth: 370 / 8,200 of the extra cost lies below the floor of 0.05.
    expect(at20.usdPerQuery).toBeCloseTo(670e-6, 12)
    expect(at20.benefitCostRatio).toBeCloseTo(0.2 / 0.05, 9)
  })

  it('says what is unpriced and what is estimated, in text and in the page', async () => {
    await writeJson('prices.json', { ...prices, models: { small: prices.models.small } })
    await writeLines(
      'labels.jsonl',
      labels.map(({ prompt, scores: both }) => ({ prompt, scores: both })),
    )
    const { stdout } = await measure('--costs', 'prices.json', '--html', 'report.html')
    expect(stdout).toMatch(/^big alone +100\.0 % +unpriced/m)
    // One character is one token by the estimate: (1 · 1 + 264 · 2) / 10⁶.
    expect(stdout).toMatch(/^small alone +0\.0 % +\$0\.000529 /m)
    expect(stdout).toContain('No price is known for big')
    expect(stdout).toContain('Tokens are estimated for 4 of 4 rows: one input token per 4 characters')
    expect(stdout).toContain('264 output tokens an answer')
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('<h2>Cost</h2>')
  })

  it('takes prices from the package where no file is given', async () => {
    const named = labels.map(({ prompt, scores: { big, small } }) => ({
      prompt,
      scores: { 'gpt-4-1106-preview': big, 'no-such-model': small },
    }))
    await writeLines('labels.jsonl', named)
    const { costs } = JSON.parse((await measure('--json', '--costs')).stdout)
    expect(costs.unpriced).toEqual(['no-such-model'])
    expect(costs.lines[0]).toMatchObject({ usdPerQuery: 'unpriced', qualityCostRatio: null })
    // $10 and $30 per million tokens: (1 · 10 + 264 · 30) / 10⁶.
    expect(costs.lines[1].usdPerQuery).toBeCloseTo(7930e-6, 12)
    expect(costs.prices.source).toContain('gpt-4-1106-preview as openai')
    expect(costs.prices.source).toMatch(/^the installed @pydantic\/genai-prices \d+\.\d+\.\d+ /)
  })

  it('names the package to install where it is missing', async () => {
    const absent = () => Promise.reject(new Error('not found'))
    await expect(packagedPrices(['big'], new Date(0), absent)).rejects.toThrow(
      'npm install @pydantic/genai-prices',
    )
  })

  it.each([
    ['no such file', undefined, 'cannot be read as JSON'],
    ['no date', { ...prices, date: undefined }, 'needs "date"'],
    ['no source', { ...prices, source: ' ' }, 'needs "source"'],
    [
      'a negative price',
      { ...prices, models: { big: { inputUsdPerMillionTokens: -1 } } },
      'of big, a number of 0 or more, got -1',
    ],
  ])('refuses %s with 2', async (_case, table, message) => {
    if (table !== undefined) await writeJson('prices.json', table)
    const { exitCode, stderr } = await measure('--costs', 'prices.json')
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)])
  })
})

describe('evaluate --energy and --latency', () => {
  it('gives the score per watt-hour with the source', async () => {
    await writeJson('energy.json', {
      source: 'measured on one machine',
      models: { big: { wattHoursPerRequest: 3 }, small: { wattHoursPerThousandTokens: 2 } },
    })
    const { stdout } = await measure('--energy', 'energy.json', '--json')
    const { energy } = JSON.parse(stdout)
    expect(energy).toMatchObject({ source: 'measured on one machine', unit: 'Wh', unknown: [] })
    // small: 200 tokens at 2 Wh per 1,000; half of the gap: a quarter of the calls to big.
    expect(energy.lines[0].perQuery).toBeCloseTo(0.4, 12)
    expect(energy.lines[3].perQuery).toBeCloseTo(0.25 * 3 + 0.75 * 0.4, 12)
    expect(energy.lines[3].scorePerUnit).toBeCloseTo(75 / 1.05, 9)
  })

  it('makes no figure up, and takes none without a source', async () => {
    await writeJson('latency.json', {
      source: 'our logs',
      models: { small: { millisecondsPerRequest: 200 } },
    })
    const { stdout } = await measure('--latency', 'latency.json')
    expect(stdout).toMatch(/^big alone +100\.0 % +unknown/m)
    expect(stdout).toContain('Source of the milliseconds: our logs.')
    await writeJson('latency.json', { models: {} })
    const { exitCode, stderr } = await measure('--latency', 'latency.json')
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('needs "source"')])
  })
})

describe('transfer', () => {
  it('measures one ranking on several pairs', async () => {
    const rows = [
      { prompt: 'a long prompt', scores: { 'big:8b': 1, small: 0, other: 1, tiny: 1 } },
      { prompt: 'short', scores: { 'big:8b': 1, small: 1, other: 1, tiny: 0 } },
    ]
    await writeLines('outcomes.jsonl', rows)
    const argv = [
      'transfer',
      '--data',
      'outcomes.jsonl',
      '--routers',
      'length',
      '--pairs',
      'big:8b:small,other:tiny',
    ]
    const { evaluations } = JSON.parse((await routellm(...argv, '--json')).stdout)
    // The long prompt first: all of the gap at half of the calls, then none of it.
    expect(evaluations.map(({ strong, routers }: Evaluation) => [strong, routers[0]])).toMatchObject([
      [{ model: 'big:8b' }, { name: 'length', apgr: 0.75 }],
      [{ model: 'other' }, { name: 'length', apgr: 0.25 }],
    ])
    expect((await routellm(...argv)).stdout).toMatch(/^other against tiny +2 +100\.00, 50\.00 +0\.250/m)
    const { exitCode, stderr } = await routellm(...argv.slice(0, -1), 'big:none')
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('scores big:8b, small, other, tiny')])
  })
})

describe('pool', () => {
  it("gives RouterBench's AIQ and RouterArena's score", async () => {
    await writeLines('points.jsonl', [
      { name: 'cheap', costUsd: 0.001, quality: 0.4 },
      { name: 'dear', costUsd: 0.003, quality: 0.8 },
      { name: 'mine', costUsd: 0.001, quality: 0.4 },
      { name: 'mine', costUsd: 0.002, quality: 0.8 },
    ])
    const report = JSON.parse((await routellm('pool', '--points', 'points.jsonl', '--json')).stdout)
    const aiqOf = Object.fromEntries(report.members.map(({ name, aiq }: PoolMember) => [name, aiq]))
    // mine: half of the range from 0.4 to 0.8, half at 0.8. dear: nothing can be answered below its cost.
    expect(aiqOf.mine).toBeCloseTo(0.7, 12)
    expect(aiqOf.cheap).toBeCloseTo(0.4, 12)
    expect(aiqOf.dear).toBe(0)
    expect(report.zeroRouter.aiq).toBeCloseTo(0.6, 12)
    expect(report.members[0]).toMatchObject({ name: 'mine', kind: 'router', hull: [{}, { quality: 0.8 }] })
    expect(report.members[0].aiqAboveZeroRouter).toBeCloseTo(0.1, 12)
    const cheapness = (Math.log2(200) - Math.log2(2)) / (Math.log2(200) - Math.log2(0.0044))
    expect(report.members[0].points[1].routerArena).toBeCloseTo(
      (100 * 1.1 * 0.8 * cheapness) / (0.1 * 0.8 + cheapness),
      9,
    )
    const { stdout } = await routellm('pool', '--points', 'points.jsonl')
    expect(stdout).toMatch(/^mine +router +2 +0\.7 +\+0\.1 /m)
  })

  it.each([
    [{ name: 'a', costUsd: -1, quality: 1 }, 'points.jsonl line 1 needs dollars per query in "costUsd"'],
    [{ name: 'a', costUsd: 1, quality: 'good' }, 'needs a finite number in "quality", got "good"'],
    [{ name: 'a', costUsd: 1, quality: 1 }, 'AIQ needs a range of costs that is not empty'],
  ])('refuses %j with 2', async (row, message) => {
    await writeLines('points.jsonl', [row])
    const { exitCode, stderr } = await routellm('pool', '--points', 'points.jsonl')
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)])
  })
})

describeWithBenchmarkFiles('evaluate on MT-Bench', () => {
  it('shows the commercial routers beside, and that the comparison is indirect', async () => {
    const argv = ['evaluate', '--benchmark', 'mt-bench', '--routers', 'length', '--data', benchmarkFiles]
    const json = await routellm(...argv, '--samples', '20', '--json')
    const { commercial } = JSON.parse(json.stdout)
    expect(commercial.note).toContain('Indirect')
    expect(commercial.services).toMatchObject([
      { name: 'unify', strongCalls: { kind: 'counted', percent: 50, publishedPercent: 45.625 } },
      { name: 'martian', scoreOnAll: 8.3125, strongCalls: { kind: 'estimated', percent: 50 } },
    ])
    expect(commercial.services[0].atEqualScore).toEqual([
      { router: 'length', strongCallPercent: expect.any(Number) },
    ])
    const { stdout } = await routellm(...argv, '--samples', '20', '--html', join(folder, 'report.html'))
    expect(stdout).toMatch(/^martian +\d\.\d+ +50 % estimated +\d+\.\d %/m)
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('Commercial routers')
  })
})
