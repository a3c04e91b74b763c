import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routellm as run } from '../../support/command-line.ts'
import { writeCheckpoint } from '../../support/encoders/tiny-checkpoint.ts'
import { wordPieceTokenizer } from '../../support/encoders/tiny-tokenizer.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-transformers-'))
  const rows = Array.from({ length: 80 }, (_, index) => ({
    prompt: index % 2 === 0 ? `hello number ${index}` : `prove the theorem number ${index}`,
    scores: { big: index % 2 === 0 ? 0.5 : 1, small: index % 2 === 0 ? 0.5 : 0 },
  }))
  await writeFile(join(folder, 'outcomes.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'))
  const words = [
    'hello',
    'number',
    'prove',
    'the',
    'theorem',
    ...'0123456789',
    ...[...'0123456789'].map((d) => `##${d}`),
  ]
  await writeCheckpoint(
    join(folder, 'encoder'),
    { modelType: 'bert', vocabulary: 4 + words.length },
    wordPieceTokenizer(words),
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const routellm = (...argv: string[]) =>
  run(argv, { folder, variables: { ROUTELLM_CACHE: join(folder, 'cache') } })
const pair = ['--data', 'outcomes.jsonl', '--strong-model', 'big', '--weak-model', 'small']
const winRate = async (prompt: string, router: string) =>
  JSON.parse((await routellm('route', prompt, '--router', router, '--json')).stdout).strongWinRate

describe('train bert --head', () => {
  it('writes a checkpoint that every command takes by its path', async () => {
    const trained = await routellm(
      'train',
      'bert',
      '--head',
      '--encoder',
      './encoder',
      ...pair,
      '--output',
      'my-bert',
      '--json',
    )
    expect(trained.stderr).toContain(`routellm serve --routers ${join(folder, 'my-bert')}`)
    expect(JSON.parse(trained.stdout)).toMatchObject({
      output: join(folder, 'my-bert'),
      router: 'my-bert',
      pair: { strong: 'big', weak: 'small' },
    })
    expect(await winRate('prove the theorem 7', './my-bert')).toBeGreaterThan(
      await winRate('hello number 6', './my-bert'),
    )
    const calibrated = await routellm(
      'calibrate',
      '--router',
      './my-bert',
      '--strong-model-pct',
      '0.5',
      '--json',
    )
    expect(JSON.parse(calibrated.stdout)).toMatchObject({ router: 'my-bert', prompts: 80 })
    const scored = ['--input', 'outcomes.jsonl', '--output', 'scores.jsonl', '--json']
    expect(JSON.parse((await routellm('score', '--router', './my-bert', ...scored)).stdout)).toMatchObject({
      rows: 80,
    })
    expect(await readFile(join(folder, 'scores.jsonl'), 'utf8')).toMatch(/^\{"strongWinRate":0\.\d+/)
  })

  it.each([
    [['--encoder', './encoder'], 'say --head, --head logistic or --head mlp'],
    [['--head', 'mlp', '--encoder', './nowhere'], 'There is no folder'],
    [['--head', '--encoder', './encoder', '--output', './encoder'], 'is a folder without routellm.json'],
  ])('%j is bad input', async (flags, says) => {
    const { exitCode, stderr } = await routellm('train', 'bert', ...pair, '--output', 'other', ...flags)
    expect(stderr).toContain(says)
    expect(exitCode).toBe(2)
  })
})

describe('--embedder onnx:', () => {
  it.each(['mf', 'knn'])('%s trains on it, and finds it again by what it holds', async (kind) => {
    const output = `my-${kind}`
    const trained = await routellm(
      'train',
      kind,
      ...pair,
      '--embedder',
      'onnx:./encoder',
      '--output',
      output,
      '--json',
    )
    expect(trained.stderr).toContain(`Trained ${output} on 80 rows`)
    const { embedder } = JSON.parse(await readFile(join(folder, output, 'router.json'), 'utf8'))
    expect(embedder).toEqual({
      id: expect.stringMatching(/^onnx:.*encoder@sha256-[0-9a-f]{16}$/),
      dimensions: 16,
    })
    const before = await winRate('prove the theorem 7', `./${output}`)
    expect(before).toBeGreaterThan(0)

    await rename(join(folder, 'encoder'), join(folder, 'moved'))
    const lost = await routellm('route', 'hello', '--router', `./${output}`)
    expect(lost.stderr).toContain('encoder')
    expect(lost.exitCode).not.toBe(0)
    const config = [
      `version: 1`,
      `routers: { mine: { artifact: ./${output}, embedder: "onnx:./moved" } }`,
      `auto: { router: mine, threshold: 0.5 }`,
    ]
    await writeFile(join(folder, 'routellm.yaml'), config.join('\n'))
    expect(await winRate('prove the theorem 7', 'mine')).toBeCloseTo(before, 6)
    await rm(join(folder, 'routellm.yaml'))
    await rename(join(folder, 'moved'), join(folder, 'encoder'))
  })
})
