import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { messagesFor, ownPrompt } from '../../../routing/routers/causal_llm/prompt.ts'
import { labelOfDifference } from './labels.ts'
import { type CausalLlmData, makeInstructionData } from './train.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'causal-data-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

type Row = Readonly<Record<string, unknown>>
async function file(name: string, rows: readonly Row[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, rows.map((row) => JSON.stringify(row)).join('\n'))
  return path
}
const make = async (rows: readonly Row[], options: Partial<CausalLlmData> = {}) =>
  makeInstructionData({
    data: [await file('rows.jsonl', rows)],
    strongModel: 'big',
    weakModel: 'small',
    ...options,
  })

const outcomes = (scores: readonly (readonly [number, number])[], prefix = 'prompt') =>
  scores.map(([big, small], index) => ({ prompt: `${prefix} ${index}`, scores: { big, small } }))
/** Right for both, or for the strong model alone, in turn. */
const plain = (count: number) => outcomes(Array.from({ length: count }, (_, index) => [1, index % 2]))

type Chat = { messages: { role: string; content: string }[] }
const parsed = (lines: readonly string[]) => lines.map((line): Chat => JSON.parse(line))
const labelByPrompt = (lines: readonly string[]) =>
  Object.fromEntries(
    parsed(lines).map(({ messages }) => [
      /<request>\n(.*)\n<\/request>/s.exec(messages[1]?.content ?? '')?.[1],
      messages[2]?.content,
    ]),
  )

describe('labelOfDifference', () => {
  it.each([
    [1, 5],
    [0.001, 5],
    [0, 4],
    [-0.1, 3],
    [-0.25, 3],
    [-0.26, 2],
    [-0.5, 2],
    [-0.51, 1],
    [-1, 1],
  ])('%d of the range is label %i', (share, label) => {
    expect(labelOfDifference(share, 1)).toBe(label)
    expect(labelOfDifference(share * 9, 9)).toBe(label)
  })

  it('takes a mean that misses 0 by rounding for a tie', () => {
    expect(labelOfDifference(0.1 + 0.2 - 0.3, 1)).toBe(4)
    expect(labelOfDifference(0.3 - 0.2 - 0.1, 1)).toBe(4)
  })
})

describe('makeInstructionData', () => {
  it('writes what the router will ask, and the label as the answer', async () => {
    const { training, pair } = await make(plain(20))
    const [first] = parsed(training)
    expect(first?.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant'])
    const prompt = /prompt \d+/.exec(first?.messages[1]?.content ?? '')?.[0] ?? ''
    const { system, user } = messagesFor(ownPrompt, prompt)
    expect(first?.messages.slice(0, 2).map(({ content }) => content)).toEqual([system, user])
    expect(pair).toEqual({ strong: 'big', weak: 'small' })
  })

  it('labels graded scores by the difference in the range of their file', async () => {
    // Scores from 1 to 9: a range of 8.
    const graded = outcomes([
      [9, 9],
      [5, 9],
      [9, 7],
      [9, 5],
      [9, 1],
      ...Array.from({ length: 10 }, () => [1, 1] as const),
    ])
    const { training, examplesOfLabel } = await make(graded, { validationFraction: 0 })
    expect(labelByPrompt(training)).toMatchObject({
      'prompt 0': '[[4]]',
      'prompt 1': '[[5]]',
      'prompt 2': '[[3]]',
      'prompt 3': '[[2]]',
      'prompt 4': '[[1]]',
    })
    expect(examplesOfLabel).toEqual([1, 1, 1, 11, 1])
  })

  it('labels battles, whoever is A, and averages those over one prompt by weight', async () => {
    const battle = (prompt: string, winner: string, turned = false, weight = 1) => ({
      prompt,
      model_a: turned ? 'small' : 'big',
      model_b: turned ? 'big' : 'small',
      winner,
      weight,
    })
    const { training } = await make(
      [
        battle('strong', 'model_a'),
        battle('strong turned', 'model_b', true),
        battle('weak', 'model_b'),
        battle('weak turned', 'model_a', true),
        battle('tie', 'tie'),
        battle('both bad', 'tie (bothbad)'),
        battle('even', 'model_a'),
        battle('even', 'model_b'),
        // (2 · −1 + 1) / 3 = −1/3
        battle('mostly strong', 'model_a', false, 2),
        battle('mostly strong', 'model_b'),
        { prompt: 'of others', model_a: 'big', model_b: 'other', winner: 'model_a' },
        ...['a', 'b', 'c'].map((prompt) => battle(prompt, 'model_a')),
      ],
      { validationFraction: 0 },
    )
    expect(labelByPrompt(training)).toEqual({
      strong: '[[1]]',
      'strong turned': '[[1]]',
      weak: '[[5]]',
      'weak turned': '[[5]]',
      tie: '[[4]]',
      'both bad': '[[4]]',
      even: '[[4]]',
      'mostly strong': '[[2]]',
      a: '[[1]]',
      b: '[[1]]',
      c: '[[1]]',
    })
  })

  it('takes each file by its own range', async () => {
    const data = [
      await file(
        'judged.jsonl',
        outcomes(
          [
            [10, 9],
            [10, 1],
            [1, 1],
          ],
          'judged',
        ),
      ),
      await file(
        'exact.jsonl',
        outcomes(
          Array.from({ length: 9 }, () => [1, 0]),
          'exact',
        ),
      ),
    ]
    const { training } = await makeInstructionData({
      data,
      strongModel: 'big',
      weakModel: 'small',
      validationFraction: 0,
    })
    expect(labelByPrompt(training)).toMatchObject({
      'judged 0': '[[3]]',
      'judged 1': '[[1]]',
      'exact 0': '[[1]]',
    })
  })

  it('has no text on both sides, not even in other case or white space', async () => {
    const rows = plain(60).flatMap((row) => [
      row,
      { ...row, prompt: row.prompt.toUpperCase() },
      { ...row, prompt: `  ${row.prompt.replace(' ', '\n\n')} ` },
    ])
    const { training, validation } = await make(rows, { validationFraction: 0.3, seed: 5 })
    const keys = (lines: readonly string[]) =>
      new Set(Object.keys(labelByPrompt(lines)).map((text) => text.trim().replace(/\s+/g, ' ').toLowerCase()))
    expect([...keys(validation)].filter((key) => keys(training).has(key))).toEqual([])
    expect(keys(validation).size).toBe(18)
    expect(keys(training).size).toBe(42)
  })

  it('gives the same bytes for the same seed, and others for another', async () => {
    const rows = plain(40)
    const [one, same, other] = [
      await make(rows, { seed: 7 }),
      await make(rows, { seed: 7 }),
      await make(rows, { seed: 8 }),
    ]
    expect(same).toEqual(one)
    expect(other.validation).not.toEqual(one.validation)
    expect(one.validation).toHaveLength(4)
  })

  it('asks about long prompts as the router does, and leaves out those without text', async () => {
    const rows = [
      ...plain(20),
      { ...plain(1)[0], prompt: `a${'x'.repeat(20_000)}b` },
      { ...plain(1)[0], prompt: ' \n' },
    ]
    const { training, validation, clippedPrompts, estimatedTokens } = await make(rows)
    expect(clippedPrompts).toBe(1)
    expect(training.length + validation.length).toBe(21)
    expect(Math.max(...[...training, ...validation].map((line) => line.length))).toBeLessThan(18_000)
    expect(estimatedTokens).toBeGreaterThan(19 * 200)
  })

  it('warns where the labels are nearly all on one side', async () => {
    const scores = Array.from({ length: 30 }, (_, index) => [1, index === 0 ? 1 : 0] as const)
    const { warnings } = await make(outcomes(scores))
    expect(warnings).toEqual([expect.stringMatching(/^On only 1 of 30 prompts the weak model suffices/)])
    expect((await make(plain(30))).warnings).toEqual([])
  })

  it('takes the pair from rows that name it, and refuses two', async () => {
    const named = (strong: string, name: string) =>
      file(
        name,
        Array.from({ length: 12 }, (_, index) => ({
          prompt: `${name} ${index}`,
          strong,
          weak: 'small',
          winner: index % 2 === 0 ? 'strong' : 'weak',
        })),
      )
    const data = [await named('big', 'a.jsonl'), await named('bigger', 'b.jsonl')]
    expect((await makeInstructionData({ data: data.slice(0, 1) })).pair.strong).toBe('big')
    await expect(makeInstructionData({ data })).rejects.toThrow(/b.jsonl is about bigger and small/)
  })

  it.each<[string, readonly Row[], Partial<CausalLlmData>, string]>([
    ['too few rows', plain(9), {}, 'gives 8 training examples'],
    ['one label only', outcomes(Array.from({ length: 20 }, () => [1, 1])), {}, 'has the label [[4]]'],
    ['models that are not there', plain(20), { weakModel: 'smal' }, 'has no comparison of big and smal'],
    ['a fraction of all', plain(20), { validationFraction: 1 }, 'has to be in [0, 1)'],
  ])('refuses %s', async (_what, rows, options, says) => {
    await expect(make(rows, options)).rejects.toThrow(says)
  })

  it('refuses half a pair, and no file', async () => {
    const data = [await file('rows.jsonl', plain(20))]
    await expect(makeInstructionData({ data, strongModel: 'big' })).rejects.toThrow('Give weakModel')
    await expect(makeInstructionData({ data: [] })).rejects.toMatchObject({ param: 'data' })
  })
})
