import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PoolResult } from '../../../src/jobs/pool/job.ts'
import { routellm as run } from '../../support/command-line.ts'

let folder: string
const routellm = (...argv: readonly string[]) => run(argv, { folder })
const writeLines = (file: string, values: readonly unknown[]) =>
  writeFile(join(folder, file), `${values.map((value) => JSON.stringify(value)).join('\n')}\n`)

/** The small model fails at half of the prompts, by their kind; the large one never does. */
const rowOf = (row: number) => ({
  prompt:
    row % 2 === 0
      ? `Write a function in Python that sorts list number ${row} by its key.`
      : `Write a poem about autumn leaf ${row} and the quiet of the evening.`,
  scores: { large: 1, small: row % 2, middle: row % 2 },
})
const cost = { large: 0.01, small: 0.0001, middle: 0.001 }
const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => rowOf(from + index))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-pool-'))
  await writeLines('labels.jsonl', rows(0, 60))
  await writeLines('others.jsonl', [
    ...rows(100, 160).map((row) => ({ ...row, cost })),
    { ...rowOf(161), scores: { large: 1 } },
  ])
  await writeLines('priceless.jsonl', rows(100, 160))
  await writeLines('bad.jsonl', [{ ...rowOf(1), cost: { large: -1 } }])
  const models = ['--models', 'large,middle,small']
  await routellm('train', 'few_label', '--labels', 'labels.jsonl', ...models, '--output', 'trained')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function measured(...argv: readonly string[]) {
  const { stdout, stderr } = await routellm('pool', ...argv, '--samples', '50', '--json')
  const result: PoolResult = JSON.parse(stdout)
  const usdOf = (name: string) =>
    result.policies.find((policy) => policy.name === name)?.usdFor.map(({ usd }) => usd)
  return { result, usdOf, stderr }
}

describe('routellm pool --outcomes', () => {
  it('measures what a router over many models costs for a share of the best score', async () => {
    const { result, usdOf, stderr } = await measured('--outcomes', 'others.jsonl', '--routers', './trained')
    expect(result).toMatchObject({ prompts: 60, incompleteRows: 1, best: 'large' })
    expect(stderr).toContain('1 rows lack a score or a cost')
    for (const usd of usdOf('best single model') ?? []) expect(usd).toBeCloseTo(0.01, 9)
    // The small model answers the poems; 90 % and 98 % of the rest goes to the large one.
    const [of95, of99] = [0.0001 + 0.45 * 0.0099, 0.0001 + 0.49 * 0.0099]
    for (const policy of ['trained, tolerance', 'trained, utility', 'oracle']) {
      expect(usdOf(policy)?.[0]).toBeCloseTo(of95, 6)
      expect(usdOf(policy)?.[1]).toBeCloseTo(of99, 6)
    }
    expect(usdOf('random mix')?.[0]).toBeCloseTo(0.0001 + 0.9 * 0.0099, 6)
  })

  it('scores prompts of the training by fits without them, and says so', async () => {
    const { usdOf, stderr } = await measured(
      ...['--outcomes', 'labels.jsonl', '--routers', './trained', '--models', 'large,small'],
      ...['--usd-per-request', 'large=0.01', '--usd-per-request', 'small=0.0001'],
    )
    expect(stderr).toContain(
      'was trained on 60 of the 60 prompts: each of them has the scores of a fit without it',
    )
    expect(usdOf('trained, tolerance')?.[0]).toBeLessThan(0.006)
  })

  it('expects the dollars of a reply as long as the router predicts it', async () => {
    // The large model is always better by as much, and its verse is 20 times as long as its code.
    const withLengths = (row: number) => ({
      prompt: rowOf(row).prompt,
      scores: { large: row % 3 === 0 ? 0.9 : 1, small: row % 3 === 0 ? 0.4 : 0.5 },
      tokens: { large: { input: 9, output: row % 2 === 0 ? 10 : 200 }, small: { input: 9, output: 10 } },
      cost: { large: row % 2 === 0 ? 0.001 : 0.02, small: 0.0001 },
    })
    const from = (first: number) => Array.from({ length: 60 }, (_, row) => withLengths(first + row))
    await writeLines('lengths.jsonl', from(0))
    await writeLines(
      'lengthless.jsonl',
      from(0).map(({ tokens: _, ...row }) => row),
    )
    await writeLines('long.jsonl', from(100))
    const models = ['--models', 'large,small', '--output']
    await routellm('train', 'few_label', '--labels', 'lengths.jsonl', ...models, 'reading')
    await routellm('train', 'few_label', '--labels', 'lengthless.jsonl', ...models, 'unreading')
    const { usdOf } = await measured('--outcomes', 'long.jsonl', '--routers', './reading,./unreading')
    // For 95 % nearly nine of ten requests go to the large model: all of the code and most of the verse.
    const cheapest = usdOf('reading, utility')![0]!
    expect(cheapest).toBeLessThan(0.0088)
    expect(usdOf('unreading, utility')![0]).toBeGreaterThan(cheapest + 0.0003)
  })

  it('prints a table', async () => {
    const { stdout } = await routellm('pool', '--outcomes', 'others.jsonl', '--samples', '50')
    expect(stdout).toMatch(/^large: 1 on average, \$0\.01 per request$/m)
    expect(stdout).toMatch(/^random mix +0\.00901 \(0\.00\d+ to 0\.00\d+\) /m)
  })

  it.each([
    ['--outcomes priceless.jsonl', 'no row has a cost of large, small, middle'],
    ['--outcomes others.jsonl --models large', 'this one has large'],
    ['--outcomes others.jsonl --models large,huge', 'no row has a score of huge'],
    ['--outcomes bad.jsonl', 'needs dollars of 0 or more for the model "large"'],
    ['--outcomes others.jsonl --routers length', 'the router length scores no models'],
    ['--outcomes others.jsonl --routers mf', 'does not predict scores in the unit of the outcomes'],
    ['--outcomes others.jsonl --points others.jsonl', 'both were given'],
    ['--json', 'needs --outcomes or --points'],
  ])('refuses %s with 2', async (argv, message) => {
    const { exitCode, stderr } = await routellm('pool', ...argv.split(' '))
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)])
  })
})
