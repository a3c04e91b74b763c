import { createRandom } from '../../../src/base/math/random.ts'

/** A prompt of made-up traffic, and what both models' answers are worth. */
export type LabelledPrompt = {
  readonly prompt: string
  readonly isHard: boolean
  readonly strong: 0 | 1
  readonly weak: 0 | 1
}

const easy = ['Translate this word:', 'What is the capital of', 'Rephrase politely:', 'Give me a synonym of']
const hard = [
  'Prove the theorem about',
  'Find the race condition in',
  'Derive the closed form of',
  'Optimise the query for',
]
const things = [
  'rivers',
  'matrices',
  'letters',
  'queues',
  'graphs',
  'verbs',
  'cities',
  'tables',
  'birds',
  'cells',
]

/** 40 % of the prompts are hard: the weak model fails 70 % of them and none of the easy ones, the strong one fails nothing. */
export function labelledPrompts(count: number, seed = 1): readonly LabelledPrompt[] {
  const random = createRandom(seed)
  const pick = (from: readonly string[]) => from[random.nextInt(from.length)]!
  return Array.from({ length: count }, (_, index) => {
    const isHard = random.next() < 0.4
    return {
      prompt: `${pick(isHard ? hard : easy)} ${pick(things)} and ${pick(things)} ${index}`,
      isHard,
      strong: 1,
      weak: isHard && random.next() < 0.7 ? 0 : 1,
    }
  })
}
