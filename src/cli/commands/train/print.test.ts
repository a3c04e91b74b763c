import picocolors from 'picocolors'
import { describe, expect, it } from 'vitest'
import type { TrainResult } from '../../../jobs/train/result.ts'
import { formatTrained } from './print.ts'

const result = (overPrior: readonly [number, number]): TrainResult => ({
  output: '/somewhere/my-router',
  kind: 'few_label',
  router: 'my-router',
  rows: 500,
  calibrationPrompts: 500,
  pair: { strong: 'big', weak: 'small' },
  findings: [],
  warnings: [],
  metrics: {
    labels: 500,
    leftOutApgr: 0.6,
    leftOutApgrLow: 0.55,
    leftOutApgrHigh: 0.65,
    leftOutApgrOfPrior: 0.6,
    leftOutApgrOverPriorLow: overPrior[0],
    leftOutApgrOverPriorHigh: overPrior[1],
    leftOutApgrOfLength: 0.5,
    leftOutApgrOverLengthLow: 0.05,
    leftOutApgrOverLengthHigh: 0.15,
    leftOutApgrOfRandom: 0.5,
  },
})

const linesOf = (overPrior: readonly [number, number]) =>
  formatTrained(result(overPrior), picocolors.createColors(false))

it('the count of labels is of labelled prompts', () => {
  expect(linesOf([0.01, 0.1])[0]).toBe(
    'Trained my-router on 500 labelled prompts for big against small: /somewhere/my-router',
  )
})

describe('what training recommends', () => {
  it('is to serve a router that is better by its interval', () => {
    const lines = linesOf([0.01, 0.1])
    expect(lines[1]).toMatch(/^It is better than the built-in router/)
    expect(lines.join('\n')).toMatch(/Next:[\s\S]*routellm serve --routers \S*my-router/)
  })

  it('is to measure again if the interval includes harm', () => {
    const text = linesOf([-0.033, 0.047]).join('\n')
    expect(text).toContain('do not show that this router is better than the built-in router')
    expect(text).toMatch(/Measure it with routellm evaluate .* before you serve it\.\n {2}routellm serve/)
  })

  it('is never a router that is worse by its own interval', () => {
    const lines = linesOf([-0.057, -0.032])
    expect(lines[1]).toMatch(/^Do not use this router/)
    expect(lines.join('\n')).not.toMatch(/routellm (serve|route) /)
  })
})

it('shows no interval of APGR if the gap between the models is uncertain', () => {
  const trained = result([0.01, 0.1])
  const lines = (gapErrors: number) =>
    formatTrained(
      { ...trained, metrics: { ...trained.metrics, leftOutApgrGapErrors: gapErrors } },
      picocolors.createColors(false),
    ).join('\n')
  expect(lines(2.9)).toMatch(
    /this router {2}0\.600 {2}no interval: .*the gap between the models is uncertain/,
  )
  expect(lines(3)).toMatch(/this router {2}0\.600 {2}95 % interval 0\.550 to 0\.650/)
})

it.each([
  [
    [0.004, 0.031],
    'would change APGR by +0.004 to +0.031 (0.570 with 250 labels, 0.600 with 500; extrapolated).',
  ],
  [[-0.02, 0.031], 'These labels do not show whether they would help.'],
  [[-0.02, 0.004], 'They would hardly help.'],
] as const)('says what more labels would bring, by the interval %j', (gainInterval, says) => {
  const learningCurve = {
    labels: 500,
    apgrOfHalf: 0.57,
    apgr: 0.6,
    moreLabels: 200,
    gain: 0.01,
    gainInterval,
  }
  const lines = formatTrained({ ...result([0.01, 0.1]), learningCurve }, picocolors.createColors(false))
  expect(lines.find((line) => line.startsWith('200 more labels'))).toContain(says)
})
