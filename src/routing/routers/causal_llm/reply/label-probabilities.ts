import type { GeneratedAnswer } from './generated-answer.ts'
import { findLabel, labels } from './labels.ts'

/**
 * The probabilities of the labels 1 … 5 at the token that decides between them; they sum to 1.
 *
 * The deciding token is the one with the digit of the first label: a separate token as in `[[`, `4`, `]]`, the whole
 * label if it is one special token, or a bare digit. Each alternative at that place counts for the label that the
 * answer would have with it; alternatives that mean the same (`4` and ` 4`) are added, others (`The`) are
 * left out, and the five are renormalised.
 *
 * An endpoint lists the most probable alternatives only. A label that is not among them is at most as probable as
 * the least of those listed, and all labels that are not listed share the rest of the probability. Each
 * such label gets the largest value that these bounds allow: min(least listed, (1 − sum of the listed) / labels missing). With 20 alternatives this value
 * is close to 0; with 5 it errs towards indecision rather than towards certainty.
 *
 * @returns undefined if the answer has no label.
 */
export function labelProbabilities({ tokens, answerStart }: GeneratedAnswer): readonly number[] | undefined {
  const text = tokens.map((token) => token.text).join('')
  const found = findLabel(text.slice(answerStart))
  if (found === undefined) return undefined
  const { alternatives, start } = tokenAt(tokens, answerStart + found.index)
  if (alternatives.length === 0) return undefined
  const before = text.slice(answerStart, Math.max(answerStart, start))

  const listed = alternatives.map(({ text: alternative, logprob }) => {
    const meant = findLabel(before + alternative)
    return {
      probability: Math.exp(logprob),
      label: meant !== undefined && meant.index >= before.length ? meant.label : undefined,
    }
  })
  const mass = labels.map((label) =>
    listed.reduce((sum, each) => sum + (each.label === label ? each.probability : 0), 0),
  )
  const isMissing = labels.map((label) => listed.every((each) => each.label !== label))
  const missing = isMissing.filter(Boolean).length
  const left = 1 - listed.reduce((sum, { probability }) => sum + probability, 0)
  const least = Math.min(...listed.map(({ probability }) => probability))
  const atMost = missing === 0 ? 0 : Math.max(0, Math.min(least, left / missing))
  const filled = mass.map((probability, index) => (isMissing[index] ? atMost : probability))
  const total = filled.reduce((sum, probability) => sum + probability, 0)
  return total > 0 ? filled.map((probability) => probability / total) : undefined
}

function tokenAt(tokens: GeneratedAnswer['tokens'], index: number) {
  let start = 0
  for (const token of tokens) {
    if (index < start + token.text.length) return { alternatives: token.alternatives, start }
    start += token.text.length
  }
  return { alternatives: [], start }
}

/** Whether the answer says more than which tokens were chosen. */
export function hasProbabilities({ tokens }: GeneratedAnswer): boolean {
  return tokens.some(({ alternatives }) => alternatives.length > 1)
}
