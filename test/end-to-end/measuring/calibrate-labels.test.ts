import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clopperPearsonUpper } from '../../../src/index.ts'
import { routellm as run } from '../../support/command-line.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-calibrate-labels-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const calibrate = (...argv: string[]) =>
  run(['calibrate', '--router', 'length', '--labels', 'labels.jsonl', ...argv], { folder })

async function write(rows: readonly object[], name = 'labels.jsonl'): Promise<void> {
  await writeFile(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
}

/** 200 prompts of 5 to 204 characters; the small model fails on every third of the long half. */
const outcomes = Array.from({ length: 200 }, (_, i) => ({
  prompt: 'x'.repeat(i + 5),
  scores: { big: 1, small: i >= 100 && i % 3 === 0 ? 0 : 1 },
}))

async function winRateOf(prompt: string): Promise<number> {
  const { stdout } = await run(['route', prompt, '--router', 'length', '--json'], { folder })
  return JSON.parse(stdout).strongWinRate
}

describe('calibrate --max-loss', () => {
  it('finds the cheapest threshold that the labels guarantee', async () => {
    await write(outcomes)
    const { exitCode, stdout } = await calibrate('--max-loss', '0.05', '--confidence', '0.95', '--json')
    expect(exitCode).toBe(0)
    const answer = JSON.parse(stdout)
    // P(Binomial(200, .05) ≤ 4) = .026, ≤ 5 = .062: four losses (102, 105, 108, 111) pass, the fifth at 114 does not.
    expect(answer).toEqual({
      possible: true,
      about: 'distinct-prompts',
      requests: 200,
      threshold: expect.any(Number),
      bound: clopperPearsonUpper(4, 200, 0.95),
      losses: 4,
      labels: 200,
      independentLabels: 200,
      strongCallFraction: 0.43,
      router: 'length',
      maxLoss: 0.05,
      confidence: 0.95,
      pair: { strong: 'big', weak: 'small' },
      lossMargin: 0,
      basis: 'independent',
      crossFittedLabels: 0,
      otherRows: 0,
      separation: expect.objectContaining({ kind: 'separates' }),
    })
    expect(answer.threshold).toBeLessThanOrEqual(await winRateOf('x'.repeat(119)))
    expect(answer.threshold).toBeGreaterThan(await winRateOf('x'.repeat(118)))
  })

  it('says it in words, and takes the share from prompts where they are given', async () => {
    await write(outcomes)
    await write(
      ['x', 'xx', 'xxx', 'x'.repeat(500)].map((prompt) => ({ prompt })),
      'prompts.jsonl',
    )
    const { stdout } = await calibrate('--max-loss', '0.05', '--prompts', 'prompts.jsonl')
    expect(stdout).toMatch(/^Threshold 0\.\d+: prompts with a win rate of at least that/)
    expect(stdout).toMatch(/router-length-0\.\d+\./)
    expect(stdout).toContain(
      'With 95 % confidence, at most 4.52 % of distinct prompts like these labels go to small and fail where big would not. Of the 200 labels, 4 do (2 %).',
    )
    expect(stdout).toContain('It sends 25 % of the 4 prompts given to the strong model.')
    expect(stdout).toContain('This is about distinct prompts like the labels')
  })

  it('for the next requests is stricter than in the long run', async () => {
    await write(outcomes)
    const { stdout } = await calibrate('--max-loss', '0.05', '--next-requests', '200', '--json')
    const answer = JSON.parse(stdout)
    expect(answer).toMatchObject({ nextRequests: 200, possible: true })
    expect(answer.losses).toBeLessThan(4)
    expect(answer.bound).toBeLessThanOrEqual(0.05)
    expect((await calibrate('--max-loss', '0.05', '--next-requests', '200')).stdout).toContain(
      'of the next 200 distinct prompts like these labels go to small',
    )
  })

  it('exits with 1 and says how many labels it takes where these are too few', async () => {
    await write(outcomes.slice(0, 40))
    const { exitCode, stdout } = await calibrate(
      ...['--max-loss', '0.05', '--strong-model', 'big', '--weak-model', 'small', '--json'],
    )
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      possible: false,
      labelsNeeded: 59,
      labels: 40,
      reason: 'too-few-labels',
    })
    const inWords = await calibrate('--max-loss', '0.05', '--strong-model', 'big', '--weak-model', 'small')
    expect(inWords.exitCode).toBe(1)
    expect(inWords.stdout).toContain('About 59 labels would, if they come out like these (19 more)')
  })

  it('exits with 1 where the router cannot tell the requests apart', async () => {
    await write(outcomes.map((row, i) => ({ ...row, prompt: `${i}`.padStart(20, '0') })))
    const { exitCode, stdout } = await calibrate('--max-loss', '0.05', '--json')
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      1,
      { possible: false, reason: 'router', labelsNeeded: null },
    ])
    expect((await calibrate('--max-loss', '0.05')).stdout).toContain('No number of labels would support')
  })

  it('takes battles: the weak model fails where the strong one wins, ties are no failure', async () => {
    await write(
      outcomes.map(({ prompt, scores }, i) => ({
        prompt,
        model_a: 'small',
        model_b: 'big',
        winner: scores.small === 0 ? 'model_b' : i % 2 === 0 ? 'tie' : 'tie (bothbad)',
      })),
    )
    const { stdout } = await calibrate('--max-loss', '0.05', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ losses: 4, pair: { strong: 'big', weak: 'small' } })
  })

  it('counts graded scores as failures beyond the margin only', async () => {
    await write(
      outcomes.map(({ prompt, scores }, i) => ({
        prompt,
        scores: { big: 9, small: scores.small === 1 ? 9 : i % 2 === 0 ? 8 : 4 },
      })),
    )
    const losses = async (...margin: string[]) => {
      const { stdout } = await calibrate('--max-loss', '0.2', ...margin, '--json')
      return JSON.parse(stdout).losses
    }
    expect(await losses()).toBeGreaterThan(await losses('--loss-margin', '1'))
    expect(await losses('--loss-margin', '5')).toBe(0)
  })

  it('does not count one prompt with many labels as many', async () => {
    await write(Array.from({ length: 10 }, () => outcomes.slice(0, 40)).flat())
    const { exitCode, stdout } = await calibrate(
      ...['--max-loss', '0.05', '--strong-model', 'big', '--weak-model', 'small', '--json'],
    )
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      possible: false,
      labels: 400,
      independentLabels: 40,
      labelsNeeded: 59,
    })
    const inWords = await calibrate('--max-loss', '0.05', '--strong-model', 'big', '--weak-model', 'small')
    expect(inWords.stdout).toContain('These 400 labels, 40 of them independent, cannot support')
    expect(inWords.stdout).toContain('About 59 labels of distinct prompts would')
  })

  it('takes left-out win rates for labels that the router was trained on, all or some of them', async () => {
    await write(outcomes)
    const pair = ['--strong-model', 'big', '--weak-model', 'small']
    const options = [...pair, '--output', 'my-knn', '--calibration-prompts', '20']
    const trained = await run(['train', 'knn', '--data', 'labels.jsonl', ...options], { folder })
    expect(trained.exitCode).toBe(0)
    for (const labels of [200, 150]) {
      await write(outcomes.slice(0, labels))
      const { stdout } = await run(
        ['calibrate', '--router', './my-knn', '--max-loss', '0.1', '--labels', 'labels.jsonl', '--json'],
        { folder },
      )
      expect(JSON.parse(stdout)).toMatchObject({ basis: 'cross-fitted', crossFittedLabels: labels, labels })
    }
  })

  it.each([
    [['--max-loss', '5'], 'Did you mean 0.05?'],
    [['--max-loss', '0.05', '--confidence', '1'], 'Must be below 1'],
    [['--max-loss', '0.05', '--confidence', '95'], 'Did you mean 0.95?'],
    [['--max-loss', '0.05', '--next-requests', '0'], '1 or more; got 0'],
    [['--max-loss', '0.05', '--strong-model', 'big'], '--weak-model'],
    [['--max-loss', '0.05', '--strong-model', 'big', '--weak-model', 'none'], 'compares big with none'],
    [['--max-loss', '0.05', '--min-quality', '0.9'], 'only one of'],
    [['--max-loss', '0.05', '--seed', '1'], '--seed has no effect with --max-loss'],
    [['--strong-model-pct', '0.5'], '--labels has no effect with --strong-model-pct'],
  ])('exits with 2: %j', async (argv, message) => {
    await write(outcomes)
    const { exitCode, stderr, stdout } = await calibrate(...argv)
    expect([exitCode, stderr, stdout]).toEqual([2, expect.stringContaining(message), ''])
  })

  it('exits with 2 on labels that cannot be counted, naming which', async () => {
    await write(outcomes.map((row, i) => ({ ...row, weight: i === 7 ? 3 : 1 })))
    expect((await calibrate('--max-loss', '0.05')).stderr).toContain(
      'rows of different weights (1 in the first label, 3 in label 8)',
    )
    await write([{ prompt: 'a', model_a: 'x', model_b: 'y', winner: 'model_a' }])
    expect((await calibrate('--max-loss', '0.05', '--loss-margin', '1')).stderr).toContain(
      'battles have none',
    )
    const { exitCode, stderr } = await run(['calibrate', '--router', 'length', '--max-loss', '0.05'], {
      folder,
    })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--max-loss needs --labels labels.jsonl')])
  })
})

describe('calibrate --min-quality', () => {
  it("keeps the part of the strong model's score, with its interval", async () => {
    await write(outcomes)
    const { exitCode, stdout } = await calibrate('--min-quality', '0.95', '--json')
    expect(exitCode).toBe(0)
    const answer = JSON.parse(stdout)
    // Ten failures in 200 are allowed: 102, 105, … 129; the eleventh is 132.
    expect(answer).toMatchObject({
      minQuality: 0.95,
      quality: 0.95,
      labels: 200,
      strongCallFraction: 0.34,
      basis: 'independent',
      confidence: 0.95,
    })
    const [low, high] = answer.qualityInterval
    expect(low).toBeGreaterThan(0.9)
    expect(low).toBeLessThan(0.95)
    expect(high).toBeGreaterThan(0.95)
    expect(high).toBeLessThan(1)
    const inWords = (await calibrate('--min-quality', '0.95')).stdout
    expect(inWords).toContain("it keeps 95 % of big's score; 95 % interval 9")
    expect(inWords).toContain('Less than 95 % is within chance.')
  })

  it('exits with 1 where even the least takes too much, and with 2 for battles', async () => {
    await write(outcomes.map((row, i) => ({ ...row, prompt: `${i}`.padStart(20, '0') })))
    const { exitCode, stdout } = await calibrate('--min-quality', '0.95', '--json')
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([1, { possible: false, quality: 0.835 }])
    await write([
      { prompt: 'a', model_a: 'x', model_b: 'y', winner: 'model_a' },
      { prompt: 'b', model_a: 'x', model_b: 'y', winner: 'model_a' },
    ])
    const refused = await calibrate('--min-quality', '0.95')
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('battles have none')])
  })
})

describe('calibrate --usd-per-request', () => {
  const budget = (...argv: string[]) =>
    run(['calibrate', '--router', 'length', '--prompts', 'prompts.jsonl', ...argv], { folder })
  const pair = ['--strong-model', 'big', '--weak-model', 'small']
  const prices = {
    date: '2026-11-01',
    source: 'a price list',
    models: {
      big: { inputUsdPerMillionTokens: 10, outputUsdPerMillionTokens: 100 },
      small: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 10 },
    },
  }
  const prompts = [8, 16, 40, 400].map((length) => ({
    prompt: 'x'.repeat(length),
    tokens: { big: { input: length / 4, output: 100 }, small: { input: length / 4, output: 100 } },
  }))

  it('buys as many strong calls as the money is for, by the tokens of each prompt', async () => {
    await write([prices], 'prices.json')
    await write(prompts, 'prompts.jsonl')
    // Weak: 1000 + tokens in millionths of a dollar each, strong ten times that. All weak 4116; the longest strong 4116 + 9900.
    const argv = [...pair, '--costs', 'prices.json', '--json']
    const { exitCode, stdout } = await budget('--usd-per-request', '0.004', ...argv)
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      possible: true,
      strongCallFraction: 0.25,
      usdPerRequest: expect.closeTo((4116 + 9900) / 4e6, 12),
      budgetUsdPerRequest: 0.004,
      prompts: 4,
      pair: { strong: 'big', weak: 'small' },
      prices: { asOf: '2026-11-01', source: 'a price list' },
      tokens: { kind: 'counted' },
    })
  })

  it('estimates tokens that are not counted, by means where they are given, and says so', async () => {
    await write([prices], 'prices.json')
    await write([{ prompt: 'xxxx' }, { prompt: 'x'.repeat(400) }], 'prompts.jsonl')
    const argv = [...pair, '--costs', 'prices.json', '--usd-per-request', '1']
    expect((await budget(...argv)).stdout).toContain(
      'one input token per 4 characters of the prompt, 264 output',
    )
    const { stdout } = await budget(
      ...argv,
      '--mean-input-tokens',
      '1000',
      '--mean-output-tokens',
      '50',
      '--json',
    )
    expect(JSON.parse(stdout)).toMatchObject({ usdPerRequest: 0.015, threshold: 0, strongCallFraction: 1 })
  })

  it('takes the prices of the configuration where no others are given', async () => {
    await write(prompts, 'prompts.jsonl')
    await writeFile(
      join(folder, 'routellm.yaml'),
      `version: 1
providers:
  local: { kind: openai-compatible, baseUrl: http://127.0.0.1:1/v1 }
models:
  big: { provider: local, upstream: b, inputUsdPerMillionTokens: 10, outputUsdPerMillionTokens: 100 }
  small: { provider: local, upstream: s, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 10 }
routers: { length: {} }
policy: { kind: pair, strong: big, weak: small }
auto: { router: length, threshold: 0.5 }
`,
    )
    const { stdout } = await budget('--usd-per-request', '0.004', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ strongCallFraction: 0.25, prices: { asOf: 'as configured' } })
  })

  it('exits with 1 where the budget is below the least, and with 2 without prices or prompts', async () => {
    await write([prices], 'prices.json')
    await write(prompts, 'prompts.jsonl')
    const tooLittle = await budget('--usd-per-request', '0.0001', ...pair, '--costs', 'prices.json', '--json')
    expect([tooLittle.exitCode, JSON.parse(tooLittle.stdout)]).toMatchObject([
      1,
      { possible: false, leastUsdPerRequest: 4116 / 4e6 },
    ])
    for (const [argv, message] of [
      [['--usd-per-request', '1'], 'needs prices'],
      [
        [
          '--usd-per-request',
          '1',
          '--costs',
          'prices.json',
          '--strong-model',
          'huge',
          '--weak-model',
          'small',
        ],
        'no price for huge',
      ],
    ] as const) {
      const { exitCode, stderr } = await budget(...argv)
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)])
    }
    const { exitCode, stderr } = await run(['calibrate', '--usd-per-request', '1'], { folder })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('needs --prompts')])
  })
})
