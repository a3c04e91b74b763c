import { expect, it } from 'vitest'
import { promptFromText } from '../prompts/routed-prompt.ts'
import type { BatchRouter, Router } from './router.ts'
import { scorePrompts } from './score-prompts.ts'

const prompts = ['a', 'bb', 'ccc'].map(promptFromText)
const byLength: Router = { name: 'length', strongWinRate: ({ text }) => text.length / 10 }

it('scores one by one, in order, with routers that answer at once or later', async () => {
  expect(await scorePrompts(byLength, prompts)).toEqual(Float64Array.of(0.1, 0.2, 0.3))
  const later: Router = {
    name: 'later',
    strongWinRate: ({ text }) =>
      new Promise((resolve) => setTimeout(() => resolve(text.length / 10), 5 / text.length)),
  }
  expect(await scorePrompts(later, prompts)).toEqual(Float64Array.of(0.1, 0.2, 0.3))
})

it('scores in one batch if the router can', async () => {
  const asked: number[] = []
  const batch: BatchRouter = {
    ...byLength,
    strongWinRates: async (all) => {
      asked.push(all.length)
      return Float64Array.from(all, ({ text }) => text.length)
    },
  }
  expect(await scorePrompts(batch, prompts)).toEqual(Float64Array.of(1, 2, 3))
  expect(asked).toEqual([3])
})

it('stops at the first failure, and at an abort', async () => {
  const broken: Router = { name: 'broken', strongWinRate: () => Promise.reject(new Error('no score')) }
  await expect(scorePrompts(broken, prompts)).rejects.toThrow('no score')
  await expect(scorePrompts(byLength, prompts, AbortSignal.abort(new Error('left')))).rejects.toThrow('left')
})
