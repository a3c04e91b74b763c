import picocolors from 'picocolors'
import { expect, it } from 'vitest'
import type { LossCalibration } from '../../../jobs/calibrate/loss.ts'
import { formatCalibration, formatLoss } from './print.ts'

const found: LossCalibration = {
  possible: true,
  router: 'mine',
  threshold: 0.25,
  maxLoss: 0.05,
  confidence: 0.95,
  bound: 0.04321,
  losses: 4,
  labels: 200,
  requests: 200,
  independentLabels: 200,
  strongCallFraction: 0.5,
  pair: { strong: 'big', weak: 'small' },
  lossMargin: 0,
  basis: 'independent',
  crossFittedLabels: 0,
  about: 'requests',
  separation: null,
  otherRows: 0,
}

const textOf = (result: LossCalibration) => formatLoss(result, picocolors.createColors(false)).join('\n')

it.each([
  ['cross-fitted', 200, 'The router was trained on these labels'],
  ['mixed', 30, 'The router was trained on 30 of the 200 labels'],
  ['independent', 0, 'The router must not have been trained on them.'],
] as const)('says of %s labels whether the router was trained on them', (basis, crossFittedLabels, text) => {
  expect(textOf({ ...found, basis, crossFittedLabels })).toContain(text)
})

it('rounds the bound up', () => {
  expect(textOf(found)).toContain('at most 4.33 % of all requests')
})

it('says what the promise is about', () => {
  const drawn = textOf({ ...found, labels: 136, requests: 300, independentLabels: 300 })
  expect(drawn).toContain('of all requests go to small')
  expect(drawn).toContain('Of the 300 requests that the 136 labels stand for, 4 do (1.3 %)')
  const other = textOf({ ...found, about: 'distinct-prompts' })
  expect(other).toContain('at most 4.33 % of distinct prompts like these labels go to small')
  expect(other).toContain('--sample-to-label')
  expect(textOf({ ...found, about: 'distinct-prompts', nextRequests: 80 })).toContain(
    'of the next 80 distinct prompts like these labels',
  )
})

it('says it first thing after the threshold if the router is worse than chance on the labels', () => {
  const separation = {
    auc: 0.439,
    interval: [0.4, 0.48],
    lengthAuc: 0.5,
    overLengthInterval: [-0.1, 0],
    kind: 'worse-than-chance',
  } as const
  expect(textOf({ ...found, separation })).toContain('Do not use mine for this pair')
  const printed = (kind: 'worse-than-chance' | 'separates') =>
    formatCalibration(
      { kind: 'loss', calibration: { ...found, separation: { ...separation, kind } } },
      picocolors.createColors(false),
      { router: './mine' },
    ).join('\n')
  expect(printed('worse-than-chance')).not.toContain('routellm serve')
  expect(printed('separates')).toContain('routellm serve --routers ./mine --threshold 0.25')
  expect(textOf({ ...found, separation: { ...separation, kind: 'separates' } })).not.toContain('AUC')
})

it('goes on with a policy, not with a router, for a verifier', () => {
  const lines = formatCalibration(
    { kind: 'loss', calibration: found, readsAnswers: { strong: 'large', weak: 'small' } },
    picocolors.createColors(false),
    { router: './my-cascade' },
  ).join('\n')
  expect(lines).toContain(
    '{ kind: cascade, strong: large, weak: small, verifier: ./my-cascade, threshold: 0.25 }',
  )
  expect(lines).toContain('Threshold 0.25: the strong model replaces answers of the weak one')
  expect(lines).not.toMatch(/routellm route|Ask for the model/)
})
