import picocolors from 'picocolors'
import { expect, it } from 'vitest'
import type { ExplainedRoutedDecision } from '../../../gateway/decide/explanation/explained-decision.ts'
import type { Neighbour } from '../../../routing/routers/explanation.ts'
import { decisionLines } from './print.ts'

const colors = picocolors.createColors(false)
const pair = { strong: 'large', weak: 'small' }

function decisionWith(nearest?: readonly Neighbour[]): ExplainedRoutedDecision {
  return {
    reason: 'routed',
    model: 'small',
    policy: null,
    router: 'knn',
    threshold: 0.5,
    strongWinRate: 0.25,
    task: null,
    candidates: [],
    explanation: {
      summary: 'so it is',
      contributions: [{ feature: 'similar prompts', value: 3, effect: -0.5 }],
      flipsAt: 0.25,
      ...(nearest && { nearest }),
    },
  }
}

it('lists the labelled prompts that a decision leans on, with who did better', () => {
  const neighbour = (winA: number, prompt: string, similarity: number): Neighbour => ({
    prompt,
    similarity,
    modelA: 'large',
    modelB: 'small',
    winA,
  })
  const lines = decisionLines(
    decisionWith([
      neighbour(1, 'How tall is\nit?', 0.987),
      neighbour(0, 'x'.repeat(100), 0.5),
      neighbour(0.5, '', 0.4),
      neighbour(0.25, 'Why?', -0.1),
    ]),
    pair,
    colors,
  )
  expect(lines.slice(-7)).toEqual([
    '  most similar labelled prompts (similarity, who did better, how it begins)',
    '   0.99  large over small  "How tall is\\nit?"',
    `   0.50  small over large  "${'x'.repeat(69)}…"`,
    '   0.40  large and small tied  (text not kept)',
    '  −0.10  small over large in 75 %  "Why?"',
    '',
    'It would flip: with a threshold of 0.25 or less, large would answer.',
  ])
})

it.each([
  [0.04, 'below 0.04'],
  [0.2, 'of 0.2 or more'],
])('says on which side of the tolerance %d another model would answer', (flipsAt, limit) => {
  const decision = decisionWith()
  const candidate = { effort: null, usd: 0.001, excluded: null }
  const candidates = [
    { ...candidate, model: 'large', score: 0.9 },
    { ...candidate, model: 'small', score: 0.86 },
    { ...candidate, model: 'local', score: 0.7 },
  ]
  const explanation = { ...decision.explanation, flipsAt }
  const lines = decisionLines(
    { ...decision, threshold: null, strongWinRate: null, candidates, explanation },
    pair,
    colors,
  )
  expect(lines).toContain(`It would flip: with a tolerance ${limit}, another model would answer.`)
})

it('names the kind of work', () => {
  const lines = decisionLines({ ...decisionWith(), task: 'look-up' }, pair, colors)
  expect(lines.at(-1)).toBe('Most likely kind of work: look-up.')
})

it('says nothing of neighbours where a router has none', () => {
  expect(decisionLines(decisionWith(), pair, colors).join('\n')).not.toContain('similar labelled')
})

it('keeps its columns in line under the name of a feature that is longer than usual', () => {
  const decision = decisionWith()
  const long = { feature: 'answer options, words of the question', value: 0, effect: 0.1 }
  const contributions = [...decision.explanation.contributions, long]
  const lines = decisionLines(
    { ...decision, explanation: { ...decision.explanation, contributions } },
    pair,
    colors,
  )
  const [head, short, longer] = lines.slice(3, 6)
  expect(longer!.indexOf('  for large')).toBe(short!.indexOf('  for small'))
  expect(head!.length).toBe(longer!.indexOf('  for large'))
})
