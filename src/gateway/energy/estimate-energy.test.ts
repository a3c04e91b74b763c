import { expect, it } from 'vitest'
import type { Model, ModelEnergy } from '../../routing/catalogue/model.ts'
import { estimateEnergy, type TokenSums } from './estimate-energy.ts'

const model = (name: string, energy?: ModelEnergy): Model => ({
  name,
  provider: 'p',
  upstream: name,
  ...(energy !== undefined && { energy }),
})
const range = (low: number, high: number) => ({ low, high })
const large = model('large', { wattHoursPerMillionOutputTokens: range(200, 400), source: 'measured, 2026' })
const small = model('small', {
  wattHoursPerMillionOutputTokens: range(50, 60),
  wattHoursPerMillionInputTokens: range(1, 2),
  source: 'the maker',
})
const unknown = model('unknown')
const basis = {
  models: [large, small, unknown],
  pairBaseline: large,
  policyBaselines: { other: unknown },
  energy: { powerUsageEffectiveness: range(1, 1.5), gramsCo2PerKwh: range(100, 200), sources: ['the grid'] },
}
const row = (changes: Partial<TokenSums>): TokenSums => ({
  model: 'small',
  policy: 'halves',
  router: 'mf',
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 1e6,
  ...changes,
})

it('has bounds of the tokens, with the data centre and the grid', () => {
  const estimate = estimateEnergy([row({ inputTokens: 3e6, cachedInputTokens: 1e6 })], basis)
  // 50 + 2 · 1 and 60 + 2 · 2 Wh at the servers.
  expect(estimate).toMatchObject({
    wattHours: { low: 52, high: 64 * 1.5 },
    gramsCo2: { low: 5.2, high: 64 * 1.5 * 0.2 },
    outputTokens: { counted: 1e6, all: 1e6 },
    uncounted: [],
    countedModels: ['small'],
    sources: ['small: the maker', 'large: measured, 2026', 'the grid'],
  })
  // (200 − 60 − 4) · 1 and (400 − 50 − 2) · 1.5.
  expect(estimate?.saved).toMatchObject({ wattHours: { low: 136, high: 522 }, baselines: ['large'] })
})

it('saves exactly nothing if the baseline answered, and less than nothing if it needs less', () => {
  expect(estimateEnergy([row({ model: 'large' })], basis)?.saved?.wattHours).toEqual({ low: 0, high: 0 })
  const reversed = { ...basis, pairBaseline: small }
  // (50 − 400) · 1.5 and (60 − 200) · 1.
  expect(estimateEnergy([row({ model: 'large' })], reversed)?.saved?.wattHours).toEqual({
    low: -525,
    high: -140,
  })
})

it('counts no model without a figure, and compares with no baseline without one', () => {
  const estimate = estimateEnergy(
    [
      row({ model: 'unknown', outputTokens: 3e6 }),
      row({ model: 'gone', outputTokens: 4e6 }),
      row({ policy: 'other' }),
      row({ policy: '', router: '' }),
    ],
    basis,
  )
  expect(estimate).toMatchObject({
    wattHours: { low: 100, high: 180 },
    outputTokens: { counted: 2e6, all: 9e6 },
    uncounted: [
      { model: 'gone', outputTokens: 4e6 },
      { model: 'unknown', outputTokens: 3e6 },
    ],
    saved: null,
    unknownBaselines: ['unknown'],
  })
})

it('counts a model of which only the prompts are known, and one that has written nothing', () => {
  const reader = model('reader', {
    wattHoursPerMillionOutputTokens: range(0, 0),
    wattHoursPerMillionInputTokens: range(10, 20),
    source: 'measured',
  })
  const rows = [row({ model: 'reader', inputTokens: 1e6, outputTokens: 0 })]
  expect(estimateEnergy(rows, { ...basis, models: [reader, unknown] })).toMatchObject({
    wattHours: { low: 10, high: 30 },
    countedModels: ['reader'],
    outputTokens: { counted: 0, all: 0 },
  })
  expect(estimateEnergy([row({ model: 'unknown' })], basis)?.countedModels).toEqual([])
})

it('says nothing if no model has a figure', () => {
  expect(estimateEnergy([row({})], { ...basis, models: [unknown] })).toBeNull()
})
