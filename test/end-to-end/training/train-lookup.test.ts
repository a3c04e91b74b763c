import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadRouterArtifact } from '../../../src/base/artifact/load.ts'
import { routellm as run } from '../../support/command-line.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-train-'))
  const rows = Array.from({ length: 80 }, (_, index) => ({
    prompt: index % 2 === 0 ? `hello number ${index}` : `Prove the theorem number ${index} of algebra.`,
    scores: { big: 1, middle: 0.5, small: index % 2 === 0 ? 1 : 0 },
  }))
  await writeFile(join(folder, 'outcomes.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const routellm = (...argv: string[]) => run(argv, { folder })
const train = (kind: string, output: string, ...more: string[]) =>
  routellm(
    ...['train', kind, '--data', 'outcomes.jsonl', '--output', output],
    ...['--strong-model', 'big', '--weak-model', 'small', '--calibration-prompts', '40', ...more],
  )

describe.each([
  ['knn', ['--k', '7', '--beta', '2.5'], { k: 7, beta: 2.5 }],
  [
    'sw_ranking',
    ['--gamma', '3', '--tier-count', '3', '--mode', 'reference'],
    { gamma: 3, tierCount: 3, mode: 'reference' },
  ],
])('train %s', (kind, flags, options) => {
  it('writes an artifact with its options that every command takes by its path', async () => {
    const trained = await train(
      kind,
      'mine',
      ...flags,
      '--licence',
      'MIT',
      '--excerpt-characters',
      '9',
      '--json',
    )
    expect(trained.stderr).toContain('on labels that it was not trained on before you serve it')
    expect(trained.exitCode).toBe(0)
    expect(JSON.parse(trained.stdout)).toMatchObject({
      output: join(folder, 'mine'),
      router: 'mine',
      pair: { strong: 'big', weak: 'small' },
      warnings: [],
    })
    const { manifest } = await loadRouterArtifact(join(folder, 'mine'))
    expect(manifest).toMatchObject({ kind, embedder: { id: 'builtin@2' }, data: [{ licence: 'MIT' }] })
    expect(manifest.options).toMatchObject({ ...options, excerptCharacters: 9 })
    const winRate = async (prompt: string) =>
      JSON.parse((await routellm('route', prompt, '--router', './mine', '--json')).stdout).strongWinRate
    expect(await winRate('Prove the theorem number 7 of algebra.')).toBeGreaterThan(
      await winRate('hello number 6'),
    )
    const calibrated = await routellm(
      'calibrate',
      '--router',
      './mine',
      '--strong-model-pct',
      '0.5',
      '--json',
    )
    expect(JSON.parse(calibrated.stdout)).toMatchObject({ router: 'mine', prompts: 40, basis: 'recorded' })
  })

  it('writes the same bytes for the same seed', async () => {
    await train(kind, 'one/mine', '--seed', '3')
    await train(kind, 'two/mine', '--seed', '3')
    for (const file of ['router.json', 'weights.safetensors'])
      expect(await readFile(join(folder, 'one/mine', file))).toEqual(
        await readFile(join(folder, 'two/mine', file)),
      )
  })
})

it.each([
  ['knn', ['--k', '0'], 'k'],
  ['knn', ['--gamma', '2'], "unknown option '--gamma'"],
  ['sw_ranking', ['--tier-count', '1'], 'tierCount is 1'],
  ['sw_ranking', ['--gamma', '0.5'], 'gamma'],
  ['sw_ranking', ['--mode', 'fast'], 'Allowed choices are reference'],
])('train %s %j exits with 2', async (kind, flags, message) => {
  const { exitCode, stderr, stdout } = await train(kind, 'mine', ...flags)
  expect([exitCode, stderr, stdout]).toEqual([2, expect.stringContaining(message), ''])
})
