import { expect, it } from 'vitest'
import { formatSavings } from './print.ts'

const none = { low: 0, high: 0 }

it('says that no energy is known if no model that answered has any', () => {
  const lines = formatSavings({
    since: null,
    requests: { counted: 1, direct: 0, failed: 0, unpriced: 0 },
    usd: { spent: 1, baseline: 2, warmCaches: 0, shadow: 0, routers: 0, saved: 1 },
    savedInterval: null,
    fraction: null,
    fractionInterval: null,
    policies: [],
    energy: {
      wattHours: none,
      gramsCo2: none,
      countedModels: [],
      outputTokens: { counted: 0, all: 50 },
      uncounted: [
        { model: 'a', outputTokens: 30 },
        { model: 'b', outputTokens: 20 },
      ],
      saved: null,
      unknownBaselines: [],
      sources: ['the grid'],
    },
    notes: [],
  })
  expect(lines.slice(-2)).toEqual([
    'energy    not known: no model that answered has `energy` in the configuration',
    '          not counted: 100.0 % of the completion tokens, from a, b',
  ])
})
