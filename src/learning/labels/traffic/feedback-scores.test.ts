import { describe, expect, it } from 'vitest'
import { type RequestFeedback, toFeedbackLabels } from './feedback-scores.ts'

const said = (id: string, more: Partial<RequestFeedback>): RequestFeedback => ({
  id,
  time: 1000,
  thumbs: null,
  score: null,
  correction: null,
  scores: null,
  key: null,
  ...more,
})
const scoresOf = (more: Partial<RequestFeedback>, answer: string | null = null, model: string | null = 'm') =>
  toFeedbackLabels([said('f', more)], model, answer).map(({ scores }) => scores)

describe('toFeedbackLabels', () => {
  it('reads thumbs, scores and corrections, the finest first', () => {
    expect(scoresOf({ thumbs: 'up' })).toEqual([{ m: 1 }])
    expect(scoresOf({ thumbs: 'down' })).toEqual([{ m: 0 }])
    expect(scoresOf({ thumbs: 'up', score: 0.25 })).toEqual([{ m: 0.25 }])
    expect(scoresOf({ thumbs: 'up', scores: { m: 0.5, n: 1 } })).toEqual([{ m: 0.5, n: 1 }])
    expect(scoresOf({ thumbs: 'down', scores: { n: 1 } })).toEqual([{ m: 0, n: 1 }])
    expect(scoresOf({ correction: 'Paris' }, 'Lyon')).toEqual([{ m: 0 }])
    expect(scoresOf({ correction: 'the  answer:\nPARIS' }, 'The answer: Paris ')).toEqual([{ m: 1 }])
    expect(scoresOf({ correction: 'Paris' })).toEqual([{ m: 0 }])
  })

  it('says nothing of a request that no model answered, but for the models that are named', () => {
    expect(scoresOf({ thumbs: 'up' }, null, null)).toEqual([])
    expect(scoresOf({ scores: { n: 1 } }, null, null)).toEqual([{ n: 1 }])
    // A member of every object is no score.
    expect(scoresOf({ thumbs: 'up' }, null, 'constructor')).toEqual([{ constructor: 1 }])
  })

  it('takes the latest of each actor, whatever their order', () => {
    const all = [
      said('1', { key: 'a', time: 3000, thumbs: 'down' }),
      said('2', { key: 'a', time: 1000, scores: { m: 1, n: 1 } }),
      said('3', { key: 'b', thumbs: 'up' }),
      said('4', { key: 'b', thumbs: 'down' }),
      said('5', { thumbs: 'up' }),
    ]
    for (const feedback of [all, all.toReversed()])
      expect(
        Object.fromEntries(
          toFeedbackLabels(feedback, 'm', null).map(({ actor, scores, time }) => [actor, { scores, time }]),
        ),
      ).toEqual({
        a: { scores: { m: 0 }, time: 3000 },
        b: { scores: { m: 0 }, time: 1000 },
        null: { scores: { m: 1 }, time: 1000 },
      })
  })
})
