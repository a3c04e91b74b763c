import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routellm } from '../../support/command-line.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-calibrate-policy-'))
  await writeFile(
    join(folder, 'routellm.yaml'),
    `version: 1
providers: { demo: { kind: demo } }
models:
  large: { provider: demo, upstream: gpt-large, inputUsdPerMillionTokens: 10, outputUsdPerMillionTokens: 10 }
  small: { provider: demo, upstream: gpt-small, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1 }
policy: { kind: pair, strong: large, weak: small }
policies:
  frugal: { kind: cheapest-good-enough, candidates: [large, small], quality: { large: 0.9, small: 0.8 }, tolerance: 0 }
  plain: { kind: fixed, model: small }
`,
  )
  // The names of the labels are the upstream's; small fails on 4 of 200.
  const rows = Array.from({ length: 200 }, (_, i) => ({
    prompt: `Request ${i}`,
    scores: { 'gpt-large': 1, 'gpt-small': i % 50 === 0 ? 0 : 1 },
  }))
  await writeFile(join(folder, 'labels.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const calibrate = (...argv: string[]) => routellm(['calibrate', '--policy', ...argv], { folder })

describe('calibrate --policy', () => {
  it('prints one object with policy and tolerance', async () => {
    const { exitCode, stdout } = await calibrate(
      'frugal',
      '--max-loss',
      '0.05',
      '--labels',
      'labels.jsonl',
      '--json',
    )
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      possible: true,
      policy: 'frugal',
      tolerance: 0.1,
      maxLoss: 0.05,
      confidence: 0.95,
      labels: 200,
      losses: 4,
      reference: 'large',
      basis: 'independent',
      shares: { small: 1 },
    })
  })

  it('says to a person what it does and where to write it', async () => {
    const { stdout } = await calibrate('frugal', '--max-loss', '0.05', '--labels', 'labels.jsonl')
    expect(stdout).toMatch(/^Tolerance 0\.1: frugal takes the cheapest model/)
    expect(stdout).toMatch(/at most 4\.52 % of distinct prompts like these labels fail where large would not/)
    expect(stdout).toContain('Next: write tolerance: 0.1 for the policy frugal in routellm.yaml.')
  })

  it('ends with 1 if there is no such tolerance', async () => {
    const { exitCode, stdout } = await calibrate(
      'frugal',
      '--max-loss',
      '0.01',
      '--labels',
      'labels.jsonl',
      '--json',
    )
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ possible: false, reason: 'router', labelsNeeded: null })
  })

  it.each([
    [['plain', '--max-loss', '0.05', '--labels', 'labels.jsonl'], 'policy-without-tolerance'],
    [['frugl', '--max-loss', '0.05', '--labels', 'labels.jsonl'], 'unknown-policy'],
    [['frugal', '--strong-model-pct', '0.5'], 'option-without-use'],
    [['frugal', '--max-loss', '0.05', '--labels', 'labels.jsonl', '--router', 'mf'], 'option-without-use'],
    [['frugal', '--max-loss', '0.05', '--labels', 'labels.jsonl', '--strong-model', 'tiny'], 'unknown-model'],
    [
      ['frugal', '--min-quality', '0.9', '--labels', 'labels.jsonl', '--strong-model', 'large'],
      'option-without-use',
    ],
    [
      ['frugal', '--min-quality', '0.9', '--labels', 'labels.jsonl', '--prompts', 'labels.jsonl'],
      'option-without-use',
    ],
  ])('refuses %j', async (argv, code) => {
    const { exitCode, stdout } = await calibrate(...argv, '--json')
    expect(exitCode).toBe(2)
    expect(JSON.parse(stdout).error.code).toBe(code)
  })
})
