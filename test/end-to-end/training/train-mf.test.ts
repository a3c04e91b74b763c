import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CommandSurroundings, routellm as run } from '../../support/command-line.ts'

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

/** Enough battles for a small router: long prompts need the strong model. */
async function writeBattles(file: string): Promise<void> {
  const rows = Array.from({ length: 120 }, (_, index) => ({
    prompt:
      index % 2 === 0
        ? `hi ${index}`
        : `Prove in detail, step by step, the statement number ${index} of the book.`,
    model_a: 'big',
    model_b: 'small',
    winner: index % 2 === 0 ? 'tie' : 'model_a',
    embedding: [index % 2, 1, (index % 7) / 7],
  }))
  await writeFile(join(folder, file), rows.map((row) => JSON.stringify(row)).join('\n'))
}

describe('train mf', () => {
  it('writes an artifact that the other commands take by its path, and says how good it is', async () => {
    await writeBattles('battles.jsonl')
    const trained = await routellm([
      'train',
      'mf',
      '--data',
      'battles.jsonl',
      '--output',
      'my-router',
      '--strong-model',
      'big',
      '--weak-model',
      'small',
      '--learning-rate',
      '0.01',
      '--epochs',
      '60',
      '--json',
    ])
    expect(trained.stderr).toContain('held-out comparisons')
    expect(trained.stderr).toContain('on labels that it was not trained on before you serve it')
    expect(trained.exitCode).toBe(0)
    expect(JSON.parse(trained.stdout)).toMatchObject({
      output: join(folder, 'my-router'),
      router: 'my-router',
      pair: { strong: 'big', weak: 'small' },
    })
    expect((await readdir(join(folder, 'my-router'))).toSorted()).toEqual([
      'loss.svg',
      'router.json',
      'weights.safetensors',
    ])
    const { lossCurve } = JSON.parse(trained.stdout)
    expect(lossCurve.training).toHaveLength(60)
    expect(lossCurve.validation[lossCurve.keptEpoch - 1]).toBe(Math.min(...lossCurve.validation))
    const scored = await routellm([
      'score',
      '--router',
      './my-router',
      '--input',
      'battles.jsonl',
      '--output',
      'out.jsonl',
      '--json',
    ])
    expect(JSON.parse(scored.stdout)).toMatchObject({ router: 'my-router', rows: 120 })
    const rows = (await readFile(join(folder, 'out.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows[1].strongWinRate).toBeGreaterThan(rows[0].strongWinRate)
    expect(rows[0]).not.toHaveProperty('embedding')
    const served = await routellm(['serve', '--routers', './my-router', '--port', '0'])
    expect([served.exitCode, served.stderr]).toEqual([2, expect.stringContaining('external')])
  })

  it('refuses a folder that is not an artifact before it trains', async () => {
    await writeBattles('battles.jsonl')
    const { exitCode, stderr } = await routellm(['train', 'mf', '--data', 'battles.jsonl', '--output', '.'])
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('without router.json')])
    expect(await readdir(folder)).toEqual(['battles.jsonl'])
  })
})
