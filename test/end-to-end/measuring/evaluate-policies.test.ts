import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PolicyComparison } from '../../../src/jobs/compare-policies/comparison.ts'
import { routellm } from '../../support/command-line.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-evaluate-policies-'))
  await writeFile(join(folder, 'routellm.yaml'), config)
  await writeFile(join(folder, 'outcomes.jsonl'), toLines(outcomes))
  await writeFile(join(folder, 'unpriced.jsonl'), toLines(outcomes.map(({ cost: _, ...row }) => row)))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const toLines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
const evaluate = (...argv: string[]) => routellm(['evaluate', ...argv], { folder })
const evaluated = async (...argv: string[]): Promise<PolicyComparison> =>
  JSON.parse((await evaluate(...argv, '--json')).stdout)

const config = `version: 1
providers: { demo: { kind: demo } }
models:
  large: { provider: demo, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 }
  medium: { provider: demo, inputUsdPerMillionTokens: 0.5, outputUsdPerMillionTokens: 1 }
  small: { provider: demo, inputUsdPerMillionTokens: 0.1, outputUsdPerMillionTokens: 0.2 }
  local: { provider: demo }
policy: { strong: large, weak: small }
policies:
  frugal:
    kind: cheapest-good-enough
    candidates: [large, medium, small, local]
    quality: { large: 0.9, medium: 0.88, small: 0.7, local: 0.6 }
    tolerance: 0.05
  halves: { kind: pair, strong: large, weak: small, router: length, threshold: 0.5 }
auto: { policy: frugal }
`
const isLong = (i: number) => i % 4 === 0
/** Long prompts need the large model. */
const outcomes = Array.from({ length: 80 }, (_, i) => ({
  prompt: isLong(i) ? `Long ${i}: ${'explain why this is so and prove it. '.repeat(20)}` : `Hi ${i}`,
  scores: { large: 1, medium: isLong(i) ? 0.5 : 1, small: isLong(i) ? 0 : 1, local: 0 },
  cost: { large: 0.01, medium: 0.005, small: 0.001, local: 0.0001 },
}))

describe('evaluate --policies', () => {
  it('measures policies over many models on outcomes, in the dollars of the outcomes', async () => {
    const found = await evaluated('--benchmark', 'outcomes.jsonl', '--policies', 'frugal,halves')
    expect(found).toMatchObject({ log: null, requests: 80, best: 'large', labels: { labels: 80 }, notes: [] })
    const [frugal, halves] = found.policies
    expect(frugal).toMatchObject({ name: 'frugal', shares: { medium: 1 }, score: 0.875, loss: 0.125 })
    expect(frugal!.usd).toBeCloseTo(80 * 0.005, 12)
    expect(halves).toMatchObject({ name: 'halves', shares: { large: 0.25, small: 0.75 }, score: 1 })
    expect(halves!.usd).toBeCloseTo(20 * 0.01 + 60 * 0.001, 12)
    // At random with the same shares, small would answer three quarters of the quarter that is long.
    expect(halves!.random!.loss).toBeCloseTo(0.75 * 0.25, 12)
    expect(halves!.random!.gainInterval![0]).toBeGreaterThan(0)
    expect(found.models.map(({ name }) => name)).toEqual(['large', 'medium', 'small', 'local'])
    expect(found.oracle).toMatchObject({ score: 1 })
  })

  it('is what policies compare says of the same labels', async () => {
    const argv = ['--labels', 'outcomes.jsonl', '--policies', 'frugal', '--json']
    const { stdout } = await routellm(['policies', 'compare', ...argv], { folder })
    const all = await evaluated('--benchmark', 'outcomes.jsonl', '--policies', 'all')
    expect(all.policies.map(({ name }) => name)).toEqual(['frugal', 'halves'])
    expect(await evaluated('--benchmark', 'outcomes.jsonl', '--policies', 'frugal')).toEqual(
      JSON.parse(stdout),
    )
  })

  it('estimates tokens where the outcomes say nothing of dollars, and says so; without a price there are none', async () => {
    const { notes, policies } = await evaluated(
      '--benchmark',
      'unpriced.jsonl',
      '--policies',
      'frugal,halves',
    )
    expect(notes).toEqual([
      expect.stringMatching(/^Unpriced: local\./),
      expect.stringMatching(/^The tokens of 80 labels are estimated: .* 264 output tokens an answer/),
    ])
    const input = outcomes.reduce((sum, { prompt }) => sum + Math.ceil(prompt.length / 4), 0)
    expect(policies[0]!.usd).toBeCloseTo((0.5 * input + 80 * 264) / 1e6, 12)
  })

  it('prints what it measured', async () => {
    const { exitCode, stdout } = await evaluate(
      '--benchmark',
      'outcomes.jsonl',
      '--policies',
      'frugal,halves',
    )
    expect(exitCode).toBe(0)
    expect(stdout).toContain('Dollars: of the 80 requests of the labels.')
    expect(stdout).toMatch(/frugal +\$0\.40/)
  })

  it.each([
    [
      '--routers',
      ['--benchmark', 'outcomes.jsonl', '--routers', 'mf'],
      '--routers has no effect on policies',
    ],
    ['--no-cache', ['--benchmark', 'outcomes.jsonl', '--no-cache'], '--no-cache has no effect on policies'],
    ['a benchmark of a pair', ['--benchmark', 'mmlu'], '--benchmark mmlu: policies are measured on files'],
    [
      'a policy that is not configured',
      ['--benchmark', 'outcomes.jsonl', '--policies', 'none'],
      'there is no policy "none"',
    ],
  ])('refuses %s', async (_, argv, message) => {
    const policies = argv.includes('--policies') ? [] : ['--policies', 'frugal']
    const { exitCode, stderr } = await evaluate(...argv, ...policies)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)])
  })
})

it('policies compare needs a log or labels', async () => {
  const { exitCode, stderr } = await routellm(['policies', 'compare'], { folder })
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('name a log (--log), or labels (--labels)')])
})
