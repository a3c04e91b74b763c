import { describe, expect, it } from 'vitest'
import { type AnsweredPrompt, parseAnsweredPrompt } from '../../rows/answered-prompts.ts'
import { createNumericChecker } from '../checkers/numeric.ts'
import type { Grade, GradingJudge, PairJudgement, PairwiseJudge } from './judge.ts'
import { checkAnswers, gradeAnswers, judgePairs } from './label-rows.ts'
import { battleRow, checkRow, gradeRow } from './labels.ts'
import { createPairwiseTally } from './pairwise-report.ts'
import { createScoreTally } from './score-report.ts'

const row = (answers: Record<string, string>, more: object = {}): AnsweredPrompt =>
  parseAnsweredPrompt({ prompt: 'p', answers, ...more }, 'line 1')

/** Prefers the answer that comes first in the alphabet; `?` cannot be read, `!` is refused, `$` is too dear. */
const judge: PairwiseJudge & GradingJudge = {
  id: 'alphabet',
  async compare({ answerA, answerB }): Promise<PairJudgement> {
    const both = answerA + answerB
    if (both.includes('?')) return { kind: 'unparsable', samples: [{ aFirst: null, bFirst: 'first' }] }
    if (both.includes('!')) return { kind: 'refused', reason: 'no', samples: [] }
    if (both.includes('$')) return { kind: 'over-budget', samples: [] }
    if (answerA === answerB) return { kind: 'judged', winner: 'tie', samples: [] }
    return answerA < answerB
      ? { kind: 'judged', winner: 'a', samples: [{ aFirst: 'first', bFirst: 'second' }] }
      : { kind: 'judged', winner: 'b', samples: [{ aFirst: 'second', bFirst: 'first' }] }
  },
  async grade({ answer }): Promise<Grade> {
    if (answer.includes('?')) return { kind: 'unparsable', ratings: [null] }
    if (answer.includes('!')) return { kind: 'refused', reason: 'no', ratings: [null] }
    if (answer.includes('$')) return { kind: 'over-budget', ratings: [null] }
    return { kind: 'graded', score: answer.length, ratings: [answer.length] }
  },
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

describe('judgePairs', () => {
  it('compares every two models of a row, in order, and carries the other columns', async () => {
    const judged = await all(judgePairs([row({ z: 'b', a: 'c', m: 'b' }, { category: 'x' })], judge))
    expect(judged.map(battleRow)).toEqual([
      { prompt: 'p', model_a: 'a', model_b: 'm', winner: 'model_b', category: 'x' },
      { prompt: 'p', model_a: 'a', model_b: 'z', winner: 'model_b', category: 'x' },
      { prompt: 'p', model_a: 'm', model_b: 'z', winner: 'tie', category: 'x' },
    ])
  })

  it('compares a pair alone, the strong model as A, and leaves out rows without it', async () => {
    const pair = { strong: 'z', weak: 'a' }
    const rows = [row({ z: 'a', a: 'b', m: 'c' }), row({ z: 'a', m: 'b' })]
    expect((await all(judgePairs(rows, judge, { pair }))).map(battleRow)).toEqual([
      { prompt: 'p', model_a: 'z', model_b: 'a', winner: 'model_a' },
    ])
  })

  it('gives no battle without a verdict, and counts why', async () => {
    const tally = createPairwiseTally()
    const rows = ['?', '!', '$', 'bb', 'a'].map((answer) => row({ a: 'a', b: answer }))
    for (const judged of await all(judgePairs(rows, judge))) {
      tally.add(judged)
      expect(battleRow(judged) === undefined).toBe(judged.judgement.kind !== 'judged')
    }
    expect(tally.report()).toMatchObject({
      pairs: 5,
      judged: 2,
      ties: 1,
      identical: 1,
      unparsable: 1,
      refused: 1,
      firstRefusal: 'no',
      overBudget: 1,
      unparsableSamples: 1,
      orderAgreement: { share: 1, of: 1 },
      positionBias: { share: 0.5, of: 2 },
      longerWins: { share: 0, of: 1 },
      models: [
        {
          modelA: 'a',
          modelB: 'b',
          judged: 2,
          winsA: 1,
          winsB: 0,
          ties: 1,
          winRateA: 0.75,
          lengthControlled: null,
        },
      ],
    })
  })

  it('reports nothing of nothing', () => {
    expect(createPairwiseTally().report()).toMatchObject({ pairs: 0, positionBias: null, models: [] })
    expect(createScoreTally().report()).toEqual({
      rows: 0,
      models: [],
      firstRefusal: null,
      lengthCorrelation: null,
    })
  })
})

describe('gradeAnswers', () => {
  it('leaves out models without a grade, and rows without any', async () => {
    const tally = createScoreTally()
    const rows = [row({ a: 'xx', b: '?' }), row({ a: '!', b: '$' }), row({ a: 'xxxx', b: 'x' })]
    const graded = await all(gradeAnswers(rows, judge))
    for (const each of graded) tally.add(each)
    expect(graded.map(gradeRow)).toEqual([
      { prompt: 'p', scores: { a: 2 } },
      undefined,
      { prompt: 'p', scores: { a: 4, b: 1 } },
    ])
    expect(tally.report()).toEqual({
      rows: 3,
      models: [
        {
          model: 'a',
          scored: 2,
          mean: 3,
          meanInterval: [3 - 1.959963984540054, 3 + 1.959963984540054],
          unparsable: 0,
          refused: 1,
          overBudget: 0,
        },
        { model: 'b', scored: 1, mean: 1, meanInterval: null, unparsable: 1, refused: 0, overBudget: 1 },
      ],
      firstRefusal: 'no',
      lengthCorrelation: { correlation: 1, interval: null },
    })
  })
})

describe('checkAnswers', () => {
  const rows = [row({ a: '42', b: 'forty', c: '41' }, { reference: 42 })]

  it('gives outcomes of 0 and 1; what cannot be read is left out, or wrong where told', async () => {
    const [checked] = await all(checkAnswers(rows, createNumericChecker()))
    expect(checked && checkRow(checked, 'drop')).toEqual({ prompt: 'p', scores: { a: 1, c: 0 } })
    expect(checked && checkRow(checked, 'wrong')).toEqual({ prompt: 'p', scores: { a: 1, b: 0, c: 0 } })
    const tally = createScoreTally()
    if (checked) tally.add(checked)
    // Wilson's interval of one of one.
    expect(tally.report().models[0]?.meanInterval?.[0]).toBeCloseTo(1 / (1 + 1.959963984540054 ** 2), 9)
    expect(tally.report().models[1]).toMatchObject({ model: 'b', scored: 0, mean: null, unparsable: 1 })
  })

  it('checks a pair alone', async () => {
    const [checked] = await all(
      checkAnswers(rows, createNumericChecker(), { pair: { strong: 'c', weak: 'a' } }),
    )
    expect(checked && checkRow(checked, 'drop')).toEqual({ prompt: 'p', scores: { c: 0, a: 1 } })
  })

  it('names the row whose reference is missing or cannot be read', async () => {
    await expect(all(checkAnswers([row({ a: 'x' })], createNumericChecker()))).rejects.toMatchObject({
      code: 'missing-reference',
      message: expect.stringMatching(/^line 1 has no "reference"/),
    })
    const unreadable = [row({ a: 'x' }, { reference: 'many' })]
    await expect(all(checkAnswers(unreadable, createNumericChecker()))).rejects.toMatchObject({
      code: 'invalid-reference',
      message: expect.stringMatching(/^line 1: The reference "many"/),
    })
  })
})
