import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readPairLabels } from './pair-labels.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-labels-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function fileOf(...rows: readonly object[]): Promise<string> {
  const file = join(folder, 'labels.jsonl')
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return file
}

describe('readPairLabels', () => {
  it('takes the only two models, the better one as strong', async () => {
    const file = await fileOf(
      { prompt: 'a', scores: { small: 0, big: 1 } },
      { prompt: 'b', scores: { small: 1 } },
      { prompt: 'c', scores: { small: 0.5, big: 0.25 }, weight: 2 },
    )
    expect(await readPairLabels(file)).toEqual({
      form: 'outcomes',
      pair: { strong: 'big', weak: 'small' },
      labels: [
        { line: 1, prompt: 'a', strongScore: 1, weakScore: 0, weight: 1 },
        { line: 3, prompt: 'c', strongScore: 0.25, weakScore: 0.5, weight: 2 },
      ],
      otherRows: 1,
    })
  })

  it('turns battles so that the strong model is first', async () => {
    const file = await fileOf(
      { prompt: 'a', model_a: 'x', model_b: 'y', winner: 'model_b' },
      { prompt: 'b', model_a: 'y', model_b: 'x', winner: 'tie (bothbad)' },
      { prompt: 'c', model_a: 'y', model_b: 'z', winner: 'model_a' },
    )
    const { form, labels, otherRows } = await readPairLabels(file, { pair: { strong: 'y', weak: 'x' } })
    expect([form, otherRows]).toEqual(['battles', 1])
    expect(labels.map(({ strongScore, weakScore }) => [strongScore, weakScore])).toEqual([
      [1, 0],
      [0.5, 0.5],
    ])
  })

  it('believes rows that name strong and weak, though the weak one wins more', async () => {
    const file = await fileOf({ prompt: 'a', strong: 's', weak: 'w', winner: 'weak' })
    expect((await readPairLabels(file)).pair).toEqual({ strong: 's', weak: 'w' })
  })

  it("falls back on the router's pair among many models, where the file has it", async () => {
    const file = await fileOf({ prompt: 'a', scores: { x: 1, y: 0, z: 0.5 } })
    const likelyPair = { strong: 'y', weak: 'x' }
    expect((await readPairLabels(file, { likelyPair })).pair).toEqual(likelyPair)
    await expect(readPairLabels(file, { likelyPair: { strong: 'p', weak: 'q' } })).rejects.toThrow(
      /compares x \(mean 1\), z \(mean 0\.5\), y \(mean 0\).*--strong-model and --weak-model/,
    )
  })

  it('refuses an empty file, a pair that is not there, and two models that tie', async () => {
    await expect(readPairLabels(await fileOf())).rejects.toThrow(
      expect.objectContaining({ code: 'no-labels' }),
    )
    const file = await fileOf({ prompt: 'a', scores: { x: 1, y: 1 } })
    for (const options of [{}, { pair: { strong: 'x', weak: 'z' } }])
      await expect(readPairLabels(file, options)).rejects.toThrow(
        expect.objectContaining({ code: 'labels-pair' }),
      )
  })
})
