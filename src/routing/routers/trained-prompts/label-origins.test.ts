import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../../base/math/random.ts'
import { findLabelOrigins } from './label-origins.ts'
import { tensorsOfTrainedPrompts, trainedPromptsOfTensors } from './tensors.ts'
import { describeTrainedPrompts } from './trained-prompts.ts'

const syllables = [
  'ba',
  'ko',
  'ri',
  'mu',
  'ten',
  'sal',
  'dor',
  'vi',
  'lex',
  'pan',
  'or',
  'qua',
  'chi',
  'zen',
  'fu',
]

function word(random: Random): string {
  return Array.from(
    { length: 2 + random.nextInt(2) },
    () => syllables[random.nextInt(syllables.length)],
  ).join('')
}

function prompts(count: number, seed: number, words = 12): string[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => Array.from({ length: words }, () => word(random)).join(' '))
}

/** A form letter with one word filled in: nearly identical to each other. */
function forms(count: number, seed: number): string[] {
  const random = createRandom(seed)
  return Array.from(
    { length: count },
    () =>
      `Please write a short and friendly letter to our customer ${word(random)}${word(random)} about the delay.`,
  )
}

function withOneWordChanged(text: string, random: Random): string {
  const words = text.split(' ')
  words[random.nextInt(words.length)] = word(random)
  return words.join(' ')
}

const training = prompts(300, 1)
const leftOut = (place: number) => place / 1_000

describe('labels of a router that knows left-out win rates', () => {
  const trained = describeTrainedPrompts(training, leftOut)

  it('get theirs, however they are spelt', () => {
    const respelt = training.map((text) => ` ${text.toUpperCase()}?!`)
    const { basis, crossFittedLabels, winRates } = findLabelOrigins(respelt, trained)
    expect({ basis, crossFittedLabels }).toEqual({ basis: 'cross-fitted', crossFittedLabels: 300 })
    expect(winRates[7]).toBeCloseTo(0.007, 6)
  })

  it('get that of the trained prompt that they are nearly identical to, if many are', () => {
    const random = createRandom(2)
    const changed = training.map((text) => withOneWordChanged(text, random))
    const { basis, crossFittedLabels, winRates } = findLabelOrigins(changed, trained)
    expect(basis === 'cross-fitted' || basis === 'mixed').toBe(true)
    expect(crossFittedLabels).toBeGreaterThan(290)
    expect(winRates[7]).toBeCloseTo(0.007, 6)
  })

  it('are mixed with others', () => {
    const { basis, crossFittedLabels, winRates } = findLabelOrigins(
      [...training.slice(0, 50), ...prompts(50, 3)],
      trained,
    )
    expect({ basis, crossFittedLabels }).toEqual({ basis: 'mixed', crossFittedLabels: 50 })
    expect(winRates[60]).toBeUndefined()
  })
})

describe('labels of a router that knows none', () => {
  const trained = describeTrainedPrompts(training)

  it('are suspect if it was trained on them', () => {
    const random = createRandom(4)
    expect(findLabelOrigins(training, trained)).toMatchObject({ basis: 'suspect', learnedLabels: 300 })
    const changed = training.slice(0, 60).map((text) => withOneWordChanged(text, random))
    expect(findLabelOrigins([...changed, ...prompts(240, 5)], trained)).toMatchObject({ basis: 'suspect' })
  })

  it('are independent if a few happen to be the same', () => {
    expect(findLabelOrigins([...training.slice(0, 3), ...prompts(297, 6)], trained)).toMatchObject({
      basis: 'independent',
      learnedLabels: 3,
    })
  })
})

describe('fresh labels', () => {
  it.each([
    ['prompts without a pattern', (count: number, seed: number) => prompts(count, seed)],
    ['short prompts', (count: number, seed: number) => prompts(count, seed, 2)],
    ['form letters', forms],
    [
      'form letters among others',
      (count: number, seed: number) => [...forms(count / 2, seed), ...prompts(count / 2, seed)],
    ],
  ])('of the same kind are independent: %s', (_, draw) => {
    for (let seed = 0; seed < 20; seed++) {
      const trained = describeTrainedPrompts(draw(150, 100 + seed))
      const known = new Set(draw(150, 100 + seed))
      const fresh = draw(150, 500 + seed).filter((text) => !known.has(text))
      expect(findLabelOrigins(fresh, trained).basis).toBe('independent')
    }
  })
})

it('is the same after it was saved', () => {
  const trained = describeTrainedPrompts(['One prompt.', 'one  prompt', 'Another one'], (place) =>
    place === 2 ? undefined : 0.5,
  )
  expect(trained.leftOutWinRates).toEqual(Float32Array.of(0.5, -1))
  expect(trainedPromptsOfTensors(new Map(tensorsOfTrainedPrompts(trained)), 'here')).toEqual(trained)
  expect(trainedPromptsOfTensors(new Map(), 'here')).toBeUndefined()
})

it('costs a bounded time on a long prompt', () => {
  const long = prompts(1, 9, 100_000)[0]!
  const trained = describeTrainedPrompts([long], leftOut)
  expect(findLabelOrigins([long], trained).basis).toBe('cross-fitted')
})
