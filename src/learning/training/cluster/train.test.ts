import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLetterEmbedder } from '../../../../test/support/encoders/letter-embedder.ts'
import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import { encodeSafetensors } from '../../../base/artifact/safetensors.ts'
import { promptFromText } from '../../../routing/prompts/routed-prompt.ts'
import { parametersOfArtifact } from '../../../routing/routers/cluster/parameters.ts'
import { createClusterRouter } from '../../../routing/routers/cluster/router.ts'
import { type ClusterTraining, trainCluster } from './train.ts'

let folder: string
const embedder = createLetterEmbedder()

const sums = (row: number) => `aaaa bbbb ${'a'.repeat(row % 4)}`
const songs = (row: number) => `zzzz yyyy ${'z'.repeat(row % 4)}`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cluster-training-'))
  const rows = (count: number, scores: (isSum: boolean, row: number) => object) =>
    Array.from({ length: count }, (_, row) => ({
      prompt: `${row % 2 === 0 ? sums(row) : songs(row)} ${row}`,
      scores: scores(row % 2 === 0, row),
    }))
  // On sums the small model fails; on songs it does as well.
  await write(
    'outcomes.jsonl',
    rows(200, (isSum, row) => ({
      big: 1,
      small: isSum ? Number(row % 10 === 0) : 1,
      other: isSum ? Number(row % 4 < 2) : 0.5,
    })),
  )
  // A new model that is bad at songs.
  await write(
    'probe.jsonl',
    rows(60, (isSum) => ({ fresh: isSum ? 1 : 0 })),
  )
  await write(
    'probe-of-both.jsonl',
    rows(120, (isSum) => ({ fresh: isSum ? 1 : 0, big: 1 })),
  )
  await write('battles.jsonl', [{ prompt: 'a', model_a: 'big', model_b: 'small', winner: 'model_a' }])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function write(name: string, rows: readonly object[]): Promise<void> {
  await writeFile(join(folder, name), rows.map((row) => JSON.stringify(row)).join('\n'))
  await utimes(join(folder, name), 1e9, 1e9)
}

const options = () => ({
  name: 'kinds',
  data: [join(folder, 'outcomes.jsonl')],
  strongModel: 'big',
  weakModel: 'small',
  embedder,
})
const train = (changes: Partial<ClusterTraining> = {}) =>
  trainCluster({ ...options(), clusters: 2, ...changes })
const probe = (name: string, artifact: RouterArtifact) =>
  trainCluster({ ...options(), data: [join(folder, name)], join: artifact, weakModel: 'fresh' })

const routerOf = (artifact: RouterArtifact, pair = artifact.manifest.pair) =>
  createClusterRouter({
    parameters: parametersOfArtifact(artifact, 'the test'),
    models: artifact.manifest.models,
    pair,
    embedder,
  })

const winRateOf = async (artifact: RouterArtifact, text: string, pair = artifact.manifest.pair) =>
  Number(await routerOf(artifact, pair).strongWinRate(promptFromText(text)))

describe('trainCluster', () => {
  it('tells kinds of prompts apart by how the models do on them', async () => {
    const { artifact, warnings } = await train()
    expect(warnings).toEqual([])
    expect(artifact.manifest).toMatchObject({
      kind: 'cluster',
      models: ['big', 'other', 'small'],
      pair: { strong: 'big', weak: 'small' },
      embedder: { id: 'letters@1', dimensions: 27 },
    })
    expect(artifact.manifest.metrics.leftOutApgr).toBeGreaterThan(0.7)
    expect(await winRateOf(artifact, sums(1))).toBeGreaterThan(0.6)
    expect(await winRateOf(artifact, songs(1))).toBeLessThan(0.3)
  })

  it('scores any two of its models', async () => {
    const { artifact } = await train()
    const pair = { strong: 'other', weak: 'small' }
    expect(await winRateOf(artifact, sums(1), pair)).toBeGreaterThan(
      await winRateOf(artifact, songs(1), pair),
    )
    expect(() => routerOf(artifact, { strong: 'big', weak: 'none' })).toThrow(
      expect.objectContaining({ code: 'unknown-scoring-model' }),
    )
  })

  it('draws a model that was hardly tried towards its mean', async () => {
    const { artifact } = await train()
    const { scores, shares } = parametersOfArtifact(artifact, 'the test')
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5)
    const small = [...scores.slice(4, 6)].toSorted((a, b) => a - b)
    // 0.2 and 1 were seen, on about 100 prompts each.
    expect(small[0]).toBeGreaterThan(0.2)
    expect(small[0]).toBeLessThan(0.4)
    expect(small[1]).toBeGreaterThan(0.8)
    expect(small[1]).toBeLessThan(1)
  })

  it('lets a new model join by a probe, and leaves the others as they were', async () => {
    const before = await train()
    const { artifact, warnings } = await probe('probe.jsonl', before.artifact)
    expect(warnings).toEqual([expect.stringContaining('no prompt that both big and fresh were tried on')])
    expect(artifact.manifest.models).toEqual(['big', 'other', 'small', 'fresh'])
    expect(artifact.manifest.data.map(({ name }) => name)).toEqual(['outcomes.jsonl', 'probe.jsonl'])
    expect(artifact.tensors.get('centres')).toEqual(before.artifact.tensors.get('centres'))
    const pair = { strong: 'big', weak: 'small' }
    for (const text of [sums(1), songs(1)])
      expect(await winRateOf(artifact, text, pair)).toBe(await winRateOf(before.artifact, text, pair))
    expect(await winRateOf(artifact, songs(1))).toBeGreaterThan(await winRateOf(artifact, sums(1)))
  })
  it('measures a model that joins where the probe has both models of the pair', async () => {
    const { artifact: before } = await train()
    const { artifact, warnings } = await probe('probe-of-both.jsonl', before)
    expect(warnings).toEqual([])
    expect(artifact.manifest.metrics).toMatchObject({ labels: 120 })
    expect(artifact.manifest.metrics.leftOutApgr).toBeGreaterThan(0.7)
  })

  it('gives the same bytes for the same data and seed', async () => {
    const bytes = async (seed: number) => {
      const { artifact } = await train({ seed, clusters: 5 })
      return Buffer.from(encodeSafetensors(artifact.tensors)).toString('base64')
    }
    expect(await bytes(1)).toBe(await bytes(1))
    expect(await bytes(2)).not.toBe(await bytes(1))
  })

  it.each([
    [{ data: [] }, 'invalid-training-option'],
    [{ clusters: 0 }, 'invalid-training-option'],
    [{ name: 'My Kinds' }, 'invalid-training-option'],
    [{ weakModel: 'smal' }, 'unknown-model'],
    [{ weakModel: 'big' }, 'same-model'],
  ])('refuses %j', async (changes, code) => {
    await expect(train(changes)).rejects.toMatchObject({ code })
  })

  it('refuses battles, which do not say how well a model did', async () => {
    await expect(train({ data: [join(folder, 'battles.jsonl')] })).rejects.toMatchObject({
      code: 'invalid-row',
      message: expect.stringMatching(/battles\.jsonl line 1 is a battle.*outcomes/),
    })
  })

  it('refuses to join what it cannot: other kinds, other embedders, other clusters', async () => {
    const { artifact } = await train()
    const { manifest } = artifact
    const joining = (changes: object) =>
      train({ join: { ...artifact, manifest: { ...manifest, ...changes } } })
    await expect(joining({ kind: 'mf' })).rejects.toMatchObject({ code: 'invalid-training-option' })
    const kind = { ...artifact, manifest: { ...manifest, kind: 'mf' } }
    await expect(probe('probe.jsonl', kind)).rejects.toMatchObject({ code: 'join-wrong-kind' })
    const other = { ...artifact, manifest: { ...manifest, embedder: { id: 'words@1', dimensions: 27 } } }
    await expect(probe('probe.jsonl', other)).rejects.toMatchObject({ code: 'embedder-mismatch' })
  })
})
