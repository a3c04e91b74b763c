import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PolicyComparison } from '../../../src/jobs/compare-policies/comparison.ts'
import { routellm } from '../../support/command-line.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-compare-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const toLines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
const compare = (...argv: string[]) => routellm(['policies', 'compare', ...argv], { folder })
const compared = async (...argv: string[]): Promise<PolicyComparison> =>
  JSON.parse((await compare(...argv, '--json')).stdout)

// Long prompts need the large model. Input is priced at 1 and 0.1 dollars per million, output at 2 and 0.2.
const config = `version: 1
providers: { demo: { kind: demo } }
models:
  large: { provider: demo, upstream: gpt-large, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 }
  small: { provider: demo, upstream: gpt-small, inputUsdPerMillionTokens: 0.1, outputUsdPerMillionTokens: 0.2 }
  free: { provider: demo, upstream: gpt-free }
policy: { kind: pair, strong: large, weak: small }
policies:
  by-length: { kind: pair, strong: large, weak: small, router: length, threshold: 0.5 }
  cheap: { kind: fixed, model: small }
  by-table: { kind: cheapest-good-enough, candidates: [large, small], quality: { large: 0.9, small: 0.8 }, tolerance: 0.05 }
auto: { policy: by-length }
`
const isLong = (i: number) => i % 4 === 0
const promptOf = (i: number) =>
  isLong(i) ? `Long ${i}: ${'explain why this is so and prove it. '.repeat(20)}` : `Hi ${i}`
/** 200 requests, which small answered with 100 tokens and large with 300. */
const log = Array.from({ length: 200 }, (_, i) => ({
  prompt: promptOf(i),
  model: i % 2 === 0 ? 'gpt-large' : 'gpt-small',
  input_tokens: 10,
  output_tokens: i % 2 === 0 ? 300 : 100,
}))
const labels = Array.from({ length: 120 }, (_, i) => ({
  prompt: promptOf(i),
  scores: { large: 1, small: isLong(i) ? 0 : 1 },
}))

beforeEach(async () => {
  await writeFile(join(folder, 'routellm.yaml'), config)
  await writeFile(join(folder, 'log.jsonl'), toLines(log))
  await writeFile(join(folder, 'labels.jsonl'), toLines(labels))
})

describe('policies compare', () => {
  it('says what each policy chooses, costs and loses on the same traffic', async () => {
    const found = await compared('--log', 'log.jsonl', '--labels', 'labels.jsonl')
    expect(found).toMatchObject({ log: 'log.jsonl', requests: 200, best: 'large' })
    const [byLength, cheap, byTable] = found.policies
    expect(found.policies.map(({ name, kind }) => [name, kind])).toEqual([
      ['by-length', 'pair'],
      ['cheap', 'fixed'],
      ['by-table', 'cheapest-good-enough'],
    ])
    // 10 tokens of input and 300 of output at large's prices; small writes 100 where it is not known how long it answers.
    const [large, small] = [(10 + 2 * 300) / 1e6, (0.1 * 10 + 0.2 * 100) / 1e6]
    expect(byLength!.usd).toBeCloseTo(50 * large + 150 * small, 12)
    expect(byLength).toMatchObject({ shares: { large: 0.25, small: 0.75 }, loss: 0, score: 1 })
    expect(cheap!.usd).toBeCloseTo(200 * small, 12)
    expect(cheap).toMatchObject({ loss: 0.25, oracleLoss: 0.25 })
    expect(byTable).toMatchObject({ shares: { large: 1 }, loss: 0 })
    expect(byLength!.usdInterval![0]).toBeLessThan(byLength!.usd!)
    // Random at the same shares fails on three quarters of the quarter that is long.
    expect(byLength!.random!.loss).toBeCloseTo(0.75 * 0.25, 12)
    expect(byLength!.random!.gainInterval![0]).toBeGreaterThan(0)
    expect(byLength!.length).toMatchObject({ loss: 0, gain: 0 })
    expect(found.models.map(({ name }) => name).sort()).toEqual(['large', 'small'])
    expect(found.labels).toMatchObject({ labels: 120, about: 'distinct-prompts', learned: 0 })
  })

  it('is the same for the same seed, and takes the policies that are named', async () => {
    const args = ['--log', 'log.jsonl', '--labels', 'labels.jsonl', '--policies', 'cheap,by-length']
    const one = await compare(...args, '--json')
    expect(await compare(...args, '--json')).toEqual(one)
    expect(JSON.parse(one.stdout).policies.map(({ name }: { name: string }) => name)).toEqual([
      'cheap',
      'by-length',
    ])
  })

  it('shows it to a person', async () => {
    const { exitCode, stdout, stderr } = await compare('--log', 'log.jsonl', '--labels', 'labels.jsonl')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^by-length +\$0\.034 +\$0\.0\d+ to \$0\.0\d+ +0\.000/m)
    expect(stdout).toMatch(/^large alone +\$0\.12/m)
    expect(stdout).toContain('by-length (pair): large 25 %, small 75 %')
    expect(stdout).toMatch(/^by-length, at random .* 0\.188 +\+0\.188 \(\+0\.\d+ to \+0\.\d+\)$/m)
    expect(stdout).toContain('the mean score of large alone, the best candidate')
    expect(stderr).toContain('Output tokens of large: 300 (mean of 100 requests)')
  })

  it('knows nothing of quality without labels, and says so', async () => {
    const found = await compared('--log', 'log.jsonl')
    expect(found).toMatchObject({ labels: null, best: null, oracle: null })
    expect(found.policies[0]).toMatchObject({
      loss: null,
      lossInterval: null,
      shares: { large: 0.25, small: 0.75 },
    })
    const { stdout } = await compare('--log', 'log.jsonl')
    expect(stdout).toContain('Nothing is known of quality without --labels')
  })

  it('never takes an unpriced model for free', async () => {
    await writeFile(
      join(folder, 'routellm.yaml'),
      config
        .replace('model: small }', 'model: free }')
        .replaceAll('candidates: [large, small]', 'candidates: [large, small, free]')
        .replace('small: 0.8 }', 'small: 0.8, free: 0.9 }'),
    )
    const found = await compared('--log', 'log.jsonl')
    const byName = new Map([...found.policies, ...found.models].map((row) => [row.name, row]))
    expect(byName.get('cheap')).toMatchObject({ usd: null, usdInterval: null, shares: { free: 1 } })
    expect(byName.get('free')).toMatchObject({ usd: null })
    expect(byName.get('by-table')!.shares).toEqual({ large: 1 })
    expect(found.notes.join(' ')).toContain('Unpriced: free.')
  })

  it('counts labels as the requests that they stand for', async () => {
    await writeFile(
      join(folder, 'labels.jsonl'),
      toLines(labels.map((label, i) => ({ ...label, requests: isLong(i) ? 1 : 3 }))),
    )
    const { policies, labels: about } = await compared('--log', 'log.jsonl', '--labels', 'labels.jsonl')
    expect(policies[1]!.loss).toBeCloseTo(30 / (30 + 3 * 90), 12)
    expect(about).toMatchObject({ labels: 120, requests: 300, about: 'requests' })
  })

  it('leaves out labels that lack the score of a candidate, and counts them', async () => {
    const partial = [...labels, { prompt: 'only one', scores: { small: 1 } }]
    await writeFile(join(folder, 'labels.jsonl'), toLines(partial))
    expect((await compared('--log', 'log.jsonl', '--labels', 'labels.jsonl')).labels).toMatchObject({
      labels: 120,
      withoutScores: 1,
    })
  })
})

it('prices models as the gateway does: by the list where the configuration states nothing', async () => {
  await writeFile(
    join(folder, 'routellm.yaml'),
    `version: 1
providers: { openai: { kind: openai-compatible, baseUrl: https://api.openai.com/v1, apiKeyEnv: OPENAI_API_KEY } }
models: { large: { provider: openai, upstream: gpt-4o }, small: { provider: openai, upstream: gpt-4o-mini } }
policy: { kind: pair, strong: large, weak: small }
policies: { plain: { kind: fixed, model: small } }
auto: { policy: plain }
`,
  )
  const { policies, notes } = await compared('--log', 'log.jsonl')
  expect(policies[0]!.usd).toBeGreaterThan(0)
  expect(notes[0]).toMatch(/^Prices that the configuration does not state: .*genai-prices/)
})

describe('refuses', () => {
  it.each([
    ['a policy that is not there', ['--log', 'log.jsonl', '--policies', 'chep'], 'unknown-policy'],
    [
      'labels of other models',
      ['--log', 'log.jsonl', '--labels', 'others.jsonl'],
      'labels-without-candidates',
    ],
    ['a log without prompts', ['--log', 'no-text.jsonl'], 'request-log-without-text'],
    ['an empty log', ['--log', 'empty.jsonl'], 'empty-log'],
  ])('%s', async (_, argv, code) => {
    await writeFile(join(folder, 'others.jsonl'), toLines([{ prompt: 'a', scores: { x: 1, y: 0 } }]))
    await writeFile(join(folder, 'empty.jsonl'), '')
    await writeFile(
      join(folder, 'no-text.jsonl'),
      toLines([
        {
          id: 'rllm-1',
          protocol: 'chat-completions',
          path: '/v1/chat/completions',
          status: 200,
          attempts: 1,
          model: 'small',
          router: 'mf',
          strongWinRate: 0.1,
          threshold: 0.5,
          tokens: { input: 1, output: 1 },
        },
      ]),
    )
    const { exitCode, stdout } = await compare(...argv, '--json')
    expect(exitCode).toBe(2)
    expect(JSON.parse(stdout).error.code).toBe(code)
  })
})
