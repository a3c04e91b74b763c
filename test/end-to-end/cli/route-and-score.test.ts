import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadRouterManifest } from '../../../src/base/artifact/load.ts'
import { type CommandSurroundings, routellm as run } from '../../support/command-line.ts'
import { project } from '../../support/run-program.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-cli-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

function routellm(argv: readonly string[], surroundings: Partial<CommandSurroundings> = {}) {
  return run(argv, { folder, ...surroundings })
}

describe('route', () => {
  it('prints the decision as one JSON object and nothing else on stdout', async () => {
    const { exitCode, stdout } = await routellm(['route', 'What is 2+2?', '--router', 'length', '--json'])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      reason: 'routed',
      model: 'weak',
      router: 'length',
      threshold: 0.5,
      explanation: { contributions: [{ feature: 'length' }] },
    })
  })

  it('explains itself in words: who answers, the win rate, what moved it and what would flip it', async () => {
    const { stdout } = await routellm([
      'route',
      'What is 2+2?',
      '--router',
      'length',
      '--strong-model',
      'big',
      '--weak-model',
      'small',
    ])
    expect(stdout).toMatch(/^small answers\nstrong win rate .* < threshold 0\.5/)
    expect(stdout).toMatch(/\n {2}length .* for small\n/)
    expect(stdout).toMatch(/It would flip: with a threshold of 0\.\d+ or less, big would answer\./)
  })

  it('reads the prompt from stdin', async () => {
    const argument = await routellm(['route', 'What is 2+2?', '--router', 'random', '--json'])
    const stdin = await routellm(['route', '-', '--router', 'random', '--json'], { stdin: 'What is 2+2?' })
    expect(stdin.stdout).toBe(argument.stdout)
  })

  it('takes the built-in mf router where none is named, at the threshold for half of the prompts', async () => {
    const { exitCode, stdout } = await routellm(['--json', 'route', 'Prove that √2 is irrational'])
    expect(exitCode).toBe(0)
    const { calibration } = await loadRouterManifest(join(project, 'artifacts', 'builtin'))
    const median = calibration?.winRateQuantiles[100]
    expect(JSON.parse(stdout)).toMatchObject({ reason: 'routed', router: 'mf', threshold: median })
  })

  it('needs no key for a configuration that names some', async () => {
    await writeFile(
      join(folder, 'routellm.yaml'),
      'version: 1\nproviders: { openai: { kind: openai-compatible, baseUrl: https://api.openai.com/v1, apiKeyEnv: OPENAI_API_KEY } }\nmodels: { big: { provider: openai }, small: { provider: openai } }\npolicy: { strong: big, weak: small }\nrouters: { chance: { kind: random, seed: 3 } }',
    )
    const { exitCode, stdout } = await routellm([
      'route',
      'x',
      '--router',
      'chance',
      '--threshold',
      '0',
      '--json',
    ])
    expect([exitCode, JSON.parse(stdout).model]).toEqual([0, 'big'])
  })
})

describe('score', () => {
  it('writes win rates in order, next to the row', async () => {
    const prompts = ['a', 'b'.repeat(5000), 'c'].map((prompt, id) =>
      JSON.stringify({ id, prompt, strongWinRate: 9 }),
    )
    await writeFile(join(folder, 'in.jsonl.gz'), gzipSync(prompts.join('\n')))
    const { exitCode, stdout } = await routellm([
      'score',
      '--router',
      'length',
      '--input',
      'in.jsonl.gz',
      '--output',
      'out.jsonl.gz',
      '--json',
    ])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ router: 'length', rows: 3, output: join(folder, 'out.jsonl.gz') })
    const rows = gunzipSync(await readFile(join(folder, 'out.jsonl.gz')))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows.map((row) => Object.keys(row))).toEqual(Array(3).fill(['strongWinRate', 'id', 'prompt']))
    expect(rows.map((row) => row.id)).toEqual([0, 1, 2])
    expect(rows[1].strongWinRate).toBeGreaterThan(rows[0].strongWinRate)
    expect(rows[0].strongWinRate).toBe(rows[2].strongWinRate)
  })

  it('keeps order over many batches', async () => {
    const prompts = Array.from({ length: 1000 }, (_, id) => JSON.stringify({ id, prompt: `prompt ${id}` }))
    await writeFile(join(folder, 'in.jsonl'), prompts.join('\n'))
    await routellm(['score', '--router', 'random', '--input', 'in.jsonl', '--output', 'out.jsonl'])
    const rows = (await readFile(join(folder, 'out.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows.map((row) => row.id)).toEqual(Array.from({ length: 1000 }, (_, id) => id))
    expect(rows[700].strongWinRate).toBe(
      JSON.parse((await routellm(['route', 'prompt 700', '--router', 'random', '--json'])).stdout)
        .strongWinRate,
    )
  })

  it('leaves the old output as it was, and nothing else, where a row is bad', async () => {
    await writeFile(join(folder, 'in.jsonl'), '{"prompt":"a"}\n{"prompt":3}\n')
    await writeFile(join(folder, 'out.jsonl'), 'old')
    const { exitCode, stderr } = await routellm([
      'score',
      '--router',
      'length',
      '--input',
      'in.jsonl',
      '--output',
      'out.jsonl',
    ])
    expect([exitCode, await readFile(join(folder, 'out.jsonl'), 'utf8')]).toEqual([2, 'old'])
    expect(stderr).toContain('in.jsonl line 2')
    expect((await readdir(folder)).toSorted()).toEqual(['in.jsonl', 'out.jsonl'])
  })

  it('exits with 130 and leaves nothing half-written once it is interrupted', async () => {
    await writeFile(join(folder, 'in.jsonl'), '{"prompt":"a"}\n')
    const { exitCode, stderr } = await routellm(
      ['score', '--router', 'length', '--input', 'in.jsonl', '--output', 'out.jsonl'],
      { signal: AbortSignal.abort() },
    )
    expect([exitCode, await readdir(folder)]).toEqual([130, ['in.jsonl']])
    expect(stderr).toContain('interrupted')
  })
})
