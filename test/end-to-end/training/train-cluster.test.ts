import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadRouterArtifact } from '../../../src/base/artifact/load.ts'
import { routellm as run } from '../../support/command-line.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-cluster-'))
  const promptOf = (row: number) =>
    row % 2 === 0 ? `hello friend number ${row}` : `Prove the theorem number ${row} of algebra.`
  const write = (name: string, count: number, scores: (isHard: boolean) => object) =>
    writeFile(
      join(folder, name),
      Array.from({ length: count }, (_, row) =>
        JSON.stringify({ prompt: promptOf(row), scores: scores(row % 2 === 1) }),
      ).join('\n'),
    )
  await write('outcomes.jsonl', 200, (isHard) => ({ big: 1, middle: 0.5, small: isHard ? 0 : 1 }))
  await write('probe.jsonl', 200, (isHard) => ({ fresh: isHard ? 1 : 0 }))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const routellm = (...argv: string[]) => run(argv, { folder })

it('trains on many models, and a new one joins by a probe', async () => {
  const pair = ['--strong-model', 'big', '--weak-model']
  const trained = await routellm(
    ...['train', 'cluster', '--data', 'outcomes.jsonl', '--output', 'kinds', '--clusters', '6'],
    ...[...pair, 'small', '--json'],
  )
  expect([trained.exitCode, JSON.parse(trained.stdout)]).toMatchObject([0, { router: 'kinds', warnings: [] }])
  const winRate = async (prompt: string, ...more: string[]) =>
    JSON.parse((await routellm('route', prompt, ...more, '--json')).stdout).strongWinRate
  const [hard, easy] = ['Prove the theorem number 91 of algebra.', 'hello friend number 92']
  expect(await winRate(hard, '--router', 'kinds')).toBeGreaterThan(await winRate(easy, '--router', 'kinds'))

  const joined = await routellm(
    ...['train', 'cluster', '--join', 'kinds', '--data', 'probe.jsonl', '--output', 'more-kinds'],
    ...[...pair, 'fresh', '--json'],
  )
  expect(joined.exitCode).toBe(0)
  const { manifest } = await loadRouterArtifact(join(folder, 'more-kinds'))
  expect(manifest.models).toEqual(['big', 'middle', 'small', 'fresh'])
  expect(await winRate(hard, '--router', 'more-kinds')).toBeLessThan(
    await winRate(easy, '--router', 'more-kinds'),
  )

  const calibrated = await routellm(
    'calibrate',
    '--router',
    'more-kinds',
    '--strong-model-pct',
    '0.5',
    '--json',
  )
  expect(JSON.parse(calibrated.stdout)).toMatchObject({ prompts: 200, basis: 'recorded' })
})
