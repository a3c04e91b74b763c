import { expect, it } from 'vitest'
import { runAtOnce } from '../../../base/concurrency/run-steps.ts'
import { createRandom } from '../../../base/math/random.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import { fitWinRateScale } from './win-rate-scale.ts'

const ones = (count: number) => new Float64Array(count).fill(1)

it('finds the probabilities behind many labels', () => {
  const random = createRandom(1)
  const scores = Float64Array.from({ length: 4_000 }, () => random.nextGaussian() * 0.05)
  const wins = scores.map((score) => (random.next() < sigmoid(20 * score - 1) ? 1 : 0))
  const { slope, offset } = runAtOnce(fitWinRateScale(scores, wins, ones(4_000)))
  expect(Math.abs(slope - 20)).toBeLessThan(2)
  expect(Math.abs(offset + 1)).toBeLessThan(0.1)
})

it('is right on the whole: the mean win rate is the share of wins', () => {
  const scores = Float64Array.from({ length: 200 }, (_, row) => Math.sin(row))
  const wins = scores.map((score, row) => (score > 0 && row % 3 > 0 ? 1 : 0))
  const { slope, offset } = runAtOnce(fitWinRateScale(scores, wins, ones(200)))
  const mean = scores.reduce((sum, score) => sum + sigmoid(slope * score + offset), 0) / 200
  expect(mean).toBeCloseTo(wins.reduce((sum, win) => sum + win, 0) / 200, 2)
})

it('is never certain from few labels', () => {
  const scores = Float64Array.from({ length: 10 }, (_, row) => row)
  const { slope, offset } = runAtOnce(
    fitWinRateScale(
      scores,
      scores.map((score) => (score > 4 ? 1 : 0)),
      ones(10),
    ),
  )
  for (const score of scores) {
    expect(sigmoid(slope * score + offset)).toBeGreaterThan(0.01)
    expect(sigmoid(slope * score + offset)).toBeLessThan(0.99)
  }
})

it.each([0, 1])('stays inside (0, 1) where every label is %d', (win) => {
  const scores = Float64Array.from({ length: 20 }, (_, row) => row)
  const { slope, offset } = runAtOnce(fitWinRateScale(scores, new Float64Array(20).fill(win), ones(20)))
  const winRate = sigmoid(slope * 10 + offset)
  expect(winRate).toBeGreaterThan(0)
  expect(winRate).toBeLessThan(1)
  expect(Math.round(winRate)).toBe(win)
})

it('keeps the order of scores that the labels contradict', () => {
  const scores = Float64Array.from({ length: 100 }, (_, row) => row)
  const { slope } = runAtOnce(
    fitWinRateScale(
      scores,
      scores.map((score) => (score < 50 ? 1 : 0)),
      ones(100),
    ),
  )
  expect(slope).toBeGreaterThan(0)
})

it('takes scores that are all alike', () => {
  const { slope, offset } = runAtOnce(
    fitWinRateScale(
      new Float64Array(30).fill(2),
      Float64Array.from({ length: 30 }, (_, row) => row % 2),
      ones(30),
    ),
  )
  expect(sigmoid(2 * slope + offset)).toBeCloseTo(0.5, 2)
})
