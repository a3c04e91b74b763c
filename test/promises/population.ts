import { createRandom, type Random } from '../../src/base/math/random.ts'

/** A request with the results of both models. */
export type Request = { readonly prompt: string; readonly scores: { readonly big: 1; readonly small: 0 | 1 } }

const topics = [
  { words: ['integral', 'matrix', 'proof', 'theorem', 'prime number'], fails: 0.5 },
  { words: ['capital', 'river', 'country', 'mountain', 'lake'], fails: 0.1 },
  { words: ['café menu', 'crème brûlée', 'recipe', 'soup', 'bread'], fails: 0.15 },
  { words: ['function', 'compiler', 'regular expression', 'thread', 'database'], fails: 0.4 },
  { words: ['poem', 'novel', "Shakespeare's play", 'metaphor', 'rhyme'], fails: 0.2 },
]
const openings = [
  "What's",
  'Explain',
  'Tell me about',
  'Can you describe',
  'I would like to know',
  'Écris',
] as const
const details = [
  'briefly',
  'for a child',
  'in detail',
  'with an example',
  'step by step',
  'in two sentences',
] as const
const people = [
  'Anna',
  'Björn',
  'Chen',
  'Dmitri',
  'Élodie',
  'Fatima',
  'Goran',
  'Hana',
  'Iñigo',
  'João',
] as const

/** Distinct requests; how often the weak model fails depends on the topic, and which time it does on chance. */
export function drawPopulation(count: number, seed: number): Request[] {
  const random = createRandom(seed)
  const seen = new Map<string, Request>()
  while (seen.size < count) {
    const { words, fails } = pick(topics, random)
    const prompt = `${pick(openings, random)} the ${pick(words, random)} and the ${pick(words, random)} ${pick(details, random)}, with ${1 + random.nextInt(400)} words about ${pick(people, random)} and ${pick(people, random)}?`
    seen.set(prompt, { prompt, scores: { big: 1, small: random.next() < fails ? 0 : 1 } })
  }
  return [...seen.values()]
}

/** `count` of the values in random order. */
export function drawSome<T>(values: readonly T[], count: number, random: Random): T[] {
  const order = [...values]
  for (let place = 0; place < count; place++) {
    const other = place + random.nextInt(order.length - place)
    const taken = order[other]!
    order[other] = order[place]!
    order[place] = taken
  }
  return order.slice(0, count)
}

function pick<T>(values: readonly T[], random: Random): T {
  return values[random.nextInt(values.length)]!
}
