import { expect, it } from 'vitest'
import { formatGrams, formatLess, formatWattHours } from './format-energy.ts'

it.each([
  [0, 0, '0 Wh'],
  [12.34, 12.34, '12 Wh'],
  [0.0123, 0.5, '0.012 to 0.5 Wh'],
  [600, 1900, '0.6 to 1.9 kWh'],
  [-250, 1000, '−0.25 to 1 kWh'],
  [999.4, 999.4, '999 Wh'],
  [999.6, 999.6, '1 kWh'],
  [2e6, 3.14e6, '2 to 3.1 MWh'],
  [2e9, 3.14e9, '2,000 to 3,140 MWh'],
])('formats %d to %d watt-hours', (low, high, text) => {
  expect(formatWattHours({ low, high })).toBe(text)
})

it('formats grams', () => {
  expect(formatGrams({ low: 530, high: 1910 })).toBe('0.53 to 1.9 kg')
  expect(formatGrams({ low: 3, high: 3 })).toBe('3 g')
})

it.each([
  [12, 30, '12 to 30 Wh less'],
  [-30, -12, '12 to 30 Wh more'],
  [-250, 1000, '250 Wh more to 1 kWh less'],
  [0, 5, '0 to 5 Wh less'],
  [-5, 0, '0 to 5 Wh more'],
  [0, 0, '0 Wh less'],
])('says what is saved from %d to %d watt-hours', (low, high, text) => {
  expect(formatLess({ low, high }, formatWattHours)).toBe(text)
})
