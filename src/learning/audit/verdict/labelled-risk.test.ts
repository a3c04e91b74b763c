import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CrossFittedRouter, Router } from '../../../routing/routers/router.ts'
import { checkTrainedLabels } from '../../../routing/routers/trained-prompts/check-labels.ts'
import { type CheckLabels, measuredLoss, readLabels, scoreLabels } from './labelled-risk.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelled-risk-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function labelsFile(rows: readonly unknown[]): Promise<string> {
  const file = join(folder, 'labels.jsonl')
  await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'))
  return file
}

const outcomes = (prompt: string, big: number, small: number) => ({
  prompt,
  scores: { 'gpt-4o-2024-08-06': big, small },
})

describe('readLabels', () => {
  it('takes the two models of the file; the one that wins more often is strong', async () => {
    const { strong, weak, comparisons } = await readLabels(
      await labelsFile([outcomes('a', 1, 0), outcomes('b', 1, 1), outcomes('c', 0, 1), outcomes('d', 1, 0)]),
      {},
    )
    expect([strong, weak]).toEqual(['gpt-4o-2024-08-06', 'small'])
    expect(comparisons.map(({ winA }) => winA)).toEqual([1, 0.5, 0, 1])
  })

  it('turns battles so that the strong model is A, and finds models by any of their names', async () => {
    const rows = [{ prompt: 'a', model_a: 'small', model_b: 'gpt-4o-2024-08-06', winner: 'model_a' }]
    const { strong, comparisons } = await readLabels(await labelsFile(rows), { strong: 'openai/gpt-4o' })
    expect(strong).toBe('gpt-4o-2024-08-06')
    expect(comparisons).toMatchObject([{ modelA: strong, winA: 0, scoreA: 0, scoreB: 1 }])
  })

  it('keeps the pair that is asked for out of several models', async () => {
    const rows = [{ prompt: 'a', scores: { a: 1, b: 0, c: 1 } }]
    const labels = await readLabels(await labelsFile(rows), { strong: 'c', weak: 'b' })
    expect(labels.comparisons).toMatchObject([{ modelA: 'c', modelB: 'b', winA: 1 }])
    await expect(readLabels(await labelsFile(rows), {})).rejects.toMatchObject({
      code: 'labels-without-pair',
      message: expect.stringMatching(/compares a, b, c, .*--strong-model and --weak-model/),
    })
  })

  it('refuses labels of other models', async () => {
    await expect(
      readLabels(await labelsFile([outcomes('a', 1, 0)]), { strong: 'other' }),
    ).rejects.toMatchObject({
      code: 'labels-without-pair',
    })
    await expect(readLabels(await labelsFile([]), {})).rejects.toThrow(/compares no models/)
  })
})

describe('scoreLabels', () => {
  const checkOf =
    (router: Router): CheckLabels =>
    (labels) =>
      checkTrainedLabels({ name: router.name, kind: 'length' }, { embedderOptions: {}, hub: {} }, labels, {
        router,
      })
  const byLength: Router = { name: 'by-length', strongWinRate: ({ text }) => text.length / 10 }

  it('scores the prompts; a tie is no loss', async () => {
    const labels = await readLabels(await labelsFile([outcomes('a', 1, 0), outcomes('bb', 1, 1)]), {})
    expect(await scoreLabels(byLength, labels)).toEqual({
      labels: [
        { strongWinRate: 0.1, weakLoses: true, group: 'a' },
        { strongWinRate: 0.2, weakLoses: false, group: 'bb' },
      ],
      basis: 'independent',
      crossFittedLabels: 0,
    })
  })

  it('asks a router that learned these labels for what it would say without them', async () => {
    const fitted: CrossFittedRouter = {
      ...byLength,
      crossFittedWinRate: ({ text }) => (text === 'a' ? 0.9 : undefined),
    }
    const labels = await readLabels(await labelsFile([outcomes('a', 1, 0), outcomes('bb', 1, 0)]), {})
    const scored = await scoreLabels(fitted, labels, checkOf(fitted))
    expect(scored).toMatchObject({ basis: 'mixed', crossFittedLabels: 1 })
    expect(scored.labels.map(({ strongWinRate }) => strongWinRate)).toEqual([0.9, 0.2])
  })
})

it('measures the loss below a threshold, of all labels', () => {
  const labels = [
    { strongWinRate: 0.1, weakLoses: true },
    { strongWinRate: 0.2, weakLoses: false },
    { strongWinRate: 0.3, weakLoses: true },
    { strongWinRate: 0.4, weakLoses: true },
  ]
  const { share, losses, interval } = measuredLoss(labels, 0.3)
  expect([share, losses]).toEqual([0.25, 1])
  // Clopper and Pearson for 1 of 4, from their tables.
  expect(interval[0]).toBeCloseTo(0.0063, 4)
  expect(interval[1]).toBeCloseTo(0.8059, 4)
})
