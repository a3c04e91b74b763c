import { expect, it } from 'vitest'
import { standingOf, standingSentence } from './standing.ts'

const metrics = (
  prior: readonly [number, number],
  length: readonly [number, number],
  own: readonly [number, number],
) => ({
  leftOutApgr: 0.6,
  leftOutApgrLow: own[0],
  leftOutApgrHigh: own[1],
  leftOutApgrOverPriorLow: prior[0],
  leftOutApgrOverPriorHigh: prior[1],
  leftOutApgrOverLengthLow: length[0],
  leftOutApgrOverLengthHigh: length[1],
})

it('is better only if no interval contains harm', () => {
  const better = metrics([0.01, 0.1], [0.02, 0.1], [0.55, 0.65])
  expect(standingOf(better)).toEqual({ kind: 'better', than: ['prior', 'length', 'chance'] })
  expect(standingSentence(better)).toMatch(/^It is better than the built-in router, prompt length and chance/)
})

it('is unclear if an interval contains 0, whatever the others say', () => {
  const unclear = metrics([-0.033, 0.047], [0.02, 0.1], [0.55, 0.65])
  expect(standingOf(unclear)).toEqual({ kind: 'unclear', than: 'prior' })
  expect(standingSentence(unclear)).toMatch(/do not show .* the built-in router \(APGR −0\.033 to \+0\.047\)/)
  expect(standingOf(metrics([0.01, 0.1], [0, 0.1], [0.55, 0.65]))).toEqual({
    kind: 'unclear',
    than: 'length',
  })
  expect(standingOf(metrics([0.01, 0.1], [0.1, 0.2], [0.45, 0.65]))).toEqual({
    kind: 'unclear',
    than: 'chance',
  })
})

it('is worse if an interval is below 0, whatever the others say', () => {
  const worse = metrics([-0.057, -0.032], [-0.01, 0.1], [0.55, 0.65])
  expect(standingOf(worse)).toEqual({ kind: 'worse', than: 'prior' })
  expect(standingSentence(worse)).toMatch(/^Do not use this router: .* worse than the built-in router/)
  expect(standingOf(metrics([-0.01, 0.1], [-0.2, -0.1], [0.55, 0.65]))).toMatchObject({ than: 'length' })
  expect(standingOf(metrics([0.01, 0.1], [0.1, 0.2], [0.3, 0.45]))).toEqual({ kind: 'worse', than: 'chance' })
})

it('is of held-out comparisons if these were measured, and of nothing if nothing was', () => {
  expect(
    standingOf({
      validationApgr: 0.4,
      validationApgrLow: 0.3,
      validationApgrHigh: 0.45,
      validationApgrOverLengthLow: -0.1,
      validationApgrOverLengthHigh: 0.1,
    }),
  ).toEqual({ kind: 'worse', than: 'chance' })
  expect(standingOf({ labels: 10 })).toEqual({ kind: 'not-measured' })
  expect(standingSentence({})).toBeUndefined()
})
