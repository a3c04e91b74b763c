import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { collectComparisons } from '../collect-comparisons.ts'
import { gapsOf, labelsOfPair } from './labels.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'own-labels-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const pair = { strong: 'big', weak: 'small' }

async function labelsOf(rows: readonly object[]) {
  const file = join(folder, 'labels.jsonl')
  await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'))
  return labelsOfPair(await collectComparisons({ data: [file], ties: 'half' }), pair)
}

const filler = Array.from({ length: 10 }, (_, row) => ({
  prompt: `filler ${row}`,
  scores: { big: 1, middle: 0.5, small: row % 2 },
}))

it('takes the pair from outcomes of many models, whatever the order of their names', async () => {
  const labels = await labelsOf([
    { prompt: 'graded', scores: { middle: 9, small: 3, big: 7.5 } },
    { prompt: 'of others', scores: { middle: 1, big: 1 } },
    ...filler,
  ])
  expect(labels.prompts).toEqual(['graded', ...filler.map(({ prompt }) => prompt)])
  expect(gapsOf(labels)[0]).toBe(4.5)
  expect([labels.wins[0], labels.wins[1], labels.wins[2]]).toEqual([1, 1, 0])
})

it('sums battles over one prompt up: a tie is no win, and weights count', async () => {
  const battle = (winner: string, weight: number, turned = false) => ({
    prompt: 'fought over',
    model_a: turned ? 'small' : 'big',
    model_b: turned ? 'big' : 'small',
    winner,
    weight,
  })
  const others = Array.from({ length: 9 }, (_, row) => ({ ...battle('tie', 1), prompt: `other ${row}` }))
  const labels = await labelsOf([
    battle('model_a', 2),
    battle('model_a', 1, true),
    battle('tie (bothbad)', 1),
    ...others,
  ])
  expect(labels.weights[0]).toBe(4)
  expect(labels.wins[0]).toBe(0.5)
  expect(labels.strongScores[0]).toBe((2 * 1 + 1 * 0 + 1 * 0.5) / 4)
  expect(labels.weakScores[0]).toBe((2 * 0 + 1 * 1 + 1 * 0.5) / 4)
})

it('refuses fewer than ten prompts, however often each was tried', async () => {
  const rows = filler.slice(0, 9)
  await expect(labelsOf([...rows, ...rows])).rejects.toThrow(
    expect.objectContaining({
      code: 'too-few-labels',
      message: expect.stringContaining('9 distinct prompts'),
    }),
  )
})

it.each([
  [{ big: 1, small: 1 }, 'big and small did equally well'],
  [{ big: 1, small: 0 }, 'big did better by 1'],
  [{ big: 2, small: 5 }, 'small did better by 3'],
])('refuses labels that all say %j', async (scores, says) => {
  await expect(labelsOf(filler.map(({ prompt }) => ({ prompt, scores })))).rejects.toThrow(
    expect.objectContaining({ code: 'labels-all-alike', message: expect.stringContaining(says) }),
  )
})
