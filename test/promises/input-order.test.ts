import { expect, it } from 'vitest'
import {
  fitIsotonic,
  fitPlatt,
  guaranteedThreshold,
  reliability,
  thresholdForBudget,
  thresholdForQuality,
  thresholdForStrongFraction,
} from '../../src/index.ts'
import { exactApgr } from '../../src/learning/training/index.ts'

const winRates = [0.1, 0.2, 0.2, 0.4, 0.5, 0.7, 0.9]
const turned = [...winRates].reverse()
const shuffled = [0.4, 0.9, 0.2, 0.1, 0.7, 0.2, 0.5]

/** Of each public function of win rates, its result on these in this order. */
const functions: readonly (readonly [string, (winRates: readonly number[]) => unknown])[] = [
  ['thresholdForStrongFraction', (rates) => thresholdForStrongFraction(rates, 0.3)],
  [
    'thresholdForBudget',
    (rates) =>
      thresholdForBudget(
        rates.map((strongWinRate) => ({ strongWinRate, strongUsd: 1, weakUsd: 0.1 })),
        0.5,
      ),
  ],
  [
    'thresholdForQuality',
    (rates) =>
      thresholdForQuality(
        rates.map((strongWinRate) => ({ strongWinRate, strongScore: 1, weakScore: 1 - strongWinRate })),
        0.9,
      ),
  ],
  [
    'guaranteedThreshold',
    (rates) =>
      guaranteedThreshold(
        rates.map((strongWinRate) => ({ strongWinRate, weakLoses: strongWinRate > 0.45 })),
        { maxLoss: 0.5, confidence: 0.6 },
      ),
  ],
  [
    'fitPlatt',
    (rates) =>
      fitPlatt(
        rates,
        rates.map((rate) => (rate > 0.45 ? 1 : 0)),
      ).slope.toFixed(9),
  ],
  [
    'fitIsotonic',
    (rates) =>
      fitIsotonic(
        rates,
        rates.map((rate) => (rate > 0.45 ? 1 : 0)),
      ),
  ],
  [
    'reliability',
    (rates) =>
      reliability(
        rates,
        rates.map((rate) => (rate > 0.45 ? 1 : 0)),
        { bins: 2 },
      ).expectedCalibrationError.toFixed(9),
  ],
  [
    'exactApgr',
    (rates) =>
      exactApgr(
        rates,
        rates.map(() => 1),
        rates.map((rate) => 1 - rate),
      ).toFixed(9),
  ],
]

it.each(functions)('%s does not depend on the order of the rows', (_, call) => {
  expect(call(turned)).toEqual(call(winRates))
  expect(call(shuffled)).toEqual(call(winRates))
})

it.each(functions)('%s refuses a win rate that is no number', (_, call) => {
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => call([0.1, wrong, 0.4, 0.6])).toThrow(
      expect.objectContaining({ code: expect.any(String), status: 400 }),
    )
})

it.each(functions.slice(0, 4))('%s refuses a win rate outside of 0 to 1', (_, call) => {
  for (const wrong of [-0.1, 1.1, 50]) expect(() => call([0.1, wrong, 0.4])).toThrow(/win rate/i)
})

it('refuses scores and dollars that are no numbers', () => {
  const row = { strongWinRate: 0.5, strongScore: 1, weakScore: Number.NaN }
  expect(() => thresholdForQuality([row], 0.9)).toThrow(
    expect.objectContaining({ code: 'invalid-calibration-row' }),
  )
  const priced = { strongWinRate: 0.5, strongUsd: Number.NaN, weakUsd: 0 }
  expect(() => thresholdForBudget([priced], 1)).toThrow(
    expect.objectContaining({ code: 'invalid-calibration-row' }),
  )
})
