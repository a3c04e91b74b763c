import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseBattle, parseStrongWeakBattle } from './battles.ts'
import { type Comparison, type ComparisonsOptions, readComparisons } from './comparisons.ts'
import { parseOutcomes } from './outcomes.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'comparisons-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function read(rows: readonly unknown[], options?: ComparisonsOptions) {
  const file = join(folder, 'rows.jsonl')
  await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'))
  const read: (readonly Comparison[])[] = []
  for await (const { comparisons } of readComparisons(file, options)) read.push(comparisons)
  return read
}

const pair = { strong: 's', weak: 'w' }
const battle = { prompt: 'p', model_a: 's', model_b: 'w', winner: 'model_a' }

describe('readComparisons', () => {
  it('reads battles as the arena writes them', async () => {
    const winners = ['model_a', 'model_b', 'tie', 'tie (bothbad)']
    const rows = await read(winners.map((winner) => ({ ...battle, winner, extra: [] })))
    expect(rows.map(([comparison]) => comparison?.winA)).toEqual([1, 0, 0.5, 0.5])
    expect(rows[1]).toEqual([
      { prompt: 'p', modelA: 's', modelB: 'w', winA: 0, scoreA: 0, scoreB: 1, weight: 1 },
    ])
  })

  it('reads rows that name a strong and a weak model', async () => {
    const rows = await read(
      ['strong', 'weak', 'tie'].map((winner) => ({ prompt: 'p', strong: 's', weak: 'w', winner })),
    )
    expect(rows.map(([comparison]) => [comparison?.modelA, comparison?.winA])).toEqual([
      ['s', 1],
      ['s', 0],
      ['s', 0.5],
    ])
  })

  it('compares every two models of outcomes: higher wins, equal ties', async () => {
    const [row] = await read([{ prompt: 'p', scores: { c: 0, a: 1, b: true } }])
    expect(row?.map(({ modelA, modelB, winA }) => [modelA, modelB, winA])).toEqual([
      ['a', 'b', 0.5],
      ['a', 'c', 1],
      ['b', 'c', 1],
    ])
  })

  it('keeps a pair alone, with the strong model first, and says nothing for rows without both', async () => {
    const outcomes = [
      { prompt: 'p', scores: { w: 7.5, s: 9, x: 1 } },
      { prompt: 'q', scores: { s: 9, x: 1 } },
    ]
    expect(await read(outcomes, { pair })).toEqual([
      [{ prompt: 'p', modelA: 's', modelB: 'w', winA: 1, scoreA: 9, scoreB: 7.5, weight: 1 }],
      [],
    ])
    const turned = { prompt: 'p', model_a: 'w', model_b: 's', winner: 'model_a' }
    expect(await read([turned, { ...battle, model_b: 'x' }], { pair })).toEqual([
      [{ prompt: 'p', modelA: 's', modelB: 'w', winA: 0, scoreA: 0, scoreB: 1, weight: 1 }],
      [],
    ])
  })

  it('leaves out a model against itself, and models named like members of every object', async () => {
    expect(await read([{ ...battle, model_b: 's' }])).toEqual([[]])
    expect(
      await read([{ prompt: 'p', scores: { s: 1 } }], { pair: { strong: 's', weak: 'constructor' } }),
    ).toEqual([[]])
  })

  it('carries weight and embedding', async () => {
    const [row] = await read([{ ...battle, weight: 2.5, embedding: [0.5, -1] }])
    expect(row?.[0]).toMatchObject({ weight: 2.5, embedding: Float32Array.of(0.5, -1) })
  })

  it('refuses a file that mixes its forms', async () => {
    await expect(read([battle, { prompt: 'p', scores: { s: 1, w: 0 } }])).rejects.toMatchObject({
      code: 'invalid-row',
      message: expect.stringMatching(
        /rows\.jsonl line 2 is a row of outcomes, and the file began with battles/,
      ),
    })
  })

  it('says how a battle becomes a row of outcomes', () => {
    expect(() => parseOutcomes(battle, 'rows.jsonl line 1')).toThrow(
      'routellm data convert FILE --to outcomes --output outcomes.jsonl',
    )
  })

  it.each<[unknown, RegExp]>([
    [{ prompt: 'p', answer: 'x' }, /line 1 has the columns prompt, answer; outcomes have/],
    [[1], /line 1 is \[1\], and a row is a JSON object/],
    [{ ...battle, winner: 'A' }, /needs one of model_a, model_b, tie, tie \(bothbad\) in "winner", got "A"/],
    [{ prompt: 'p', strong: 's', weak: 'w', winner: 'constructor' }, /needs one of strong, weak, tie/],
    [{ ...battle, prompt: null }, /needs a string in "prompt", got null/],
    [{ ...battle, model_a: undefined }, /needs a string in "model_a", got nothing/],
    [{ ...battle, model_a: '' }, /has an empty model name in "model_a"/],
    [{ ...battle, weight: 0 }, /needs a weight above 0, got 0/],
    [{ ...battle, embedding: [] }, /needs a list of numbers in "embedding", got \[\]/],
    [{ ...battle, embedding: [1, null] }, /has null at embedding\[1\]/],
    [{ ...battle, embedding: [1e300] }, /has 1e\+300 at embedding\[0\]/],
    [{ prompt: 'p', scores: [] }, /needs an object of scores by model in "scores", got \[\]/],
    [{ prompt: 'p', scores: { s: 'good' } }, /has the score "good" for the model "s"/],
  ])('refuses %j', async (row, message) => {
    await expect(read([row])).rejects.toMatchObject({
      code: 'invalid-row',
      message: expect.stringMatching(message),
    })
  })
})

describe('parsers of single rows', () => {
  it('name the place that they are told', () => {
    for (const parse of [parseBattle, parseStrongWeakBattle, parseOutcomes]) {
      expect(() => parse(null, 'battles.jsonl line 3')).toThrow(/^battles\.jsonl line 3 is null/)
    }
  })

  it('give typed rows', () => {
    expect(parseBattle(battle, '')).toEqual({ prompt: 'p', modelA: 's', modelB: 'w', winner: 'model_a' })
    expect(parseOutcomes({ prompt: 'p', scores: { s: 0.5, w: false } }, '')).toEqual({
      prompt: 'p',
      scores: { s: 0.5, w: 0 },
    })
  })
})
