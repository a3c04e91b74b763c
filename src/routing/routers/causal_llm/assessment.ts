import { isClipped } from './prompt.ts'
import { type Label, labels, labelText, strongWinRateOfLogits, sufficientLabel } from './reply/labels.ts'

/** The model's assessment of a prompt. */
export type Assessment =
  | { readonly kind: 'probabilities'; readonly probabilities: readonly number[] }
  /** The labels of answers drawn at random; undefined is an answer without one. */
  | { readonly kind: 'samples'; readonly drawn: readonly (Label | undefined)[] }
  | { readonly kind: 'unparsable'; readonly answer: string }

/** One drawn answer's worth of belief that every label is as likely as another. */
const priorSamples = 1

/**
 * The strong model's win rate.
 *
 * - probabilities: 1 − P(4 or 5).
 * - samples: (k + 3/5) / (n + 1), k of n answers without 4 or 5: smoothed by one answer spread evenly over the five
 *   labels, because ten equal answers are not certainty. An answer without a label counts as one for
 *   the strong model.
 * - unparsable: 1, as in the reference (`Route to strong model if output is invalid`); of samples, if none has a label.
 */
export function strongWinRateOf(assessment: Assessment): number {
  switch (assessment.kind) {
    case 'probabilities':
      return strongWinRateOfLogits(assessment.probabilities.map(Math.log))
    case 'samples': {
      const { drawn } = assessment
      const strong = drawn.filter((label) => label === undefined || label < sufficientLabel).length
      if (drawn.every((label) => label === undefined)) return 1
      const priorOfStrong = (sufficientLabel - 1) / labels.length
      return (strong + priorSamples * priorOfStrong) / (drawn.length + priorSamples)
    }
    case 'unparsable':
      return 1
  }
}

/** Why, in words: `gpt-4.1-nano rates the weak model's answer [[4]] 71 %, [[5]] 20 %, [[3]] 8 %`. */
export function assessmentInWords(assessment: Assessment, model: string, text: string): string {
  const part = isClipped(text) ? ' of the beginning and end of the prompt' : ''
  switch (assessment.kind) {
    case 'probabilities':
      return `${model} rates the weak model's answer${part} ${sharesInWords(assessment.probabilities)}`
    case 'samples': {
      const { drawn } = assessment
      const without = drawn.filter((label) => label === undefined).length
      const shares = labels.map((label) => drawn.filter((each) => each === label).length / drawn.length)
      const rest = without === 0 ? '' : `${without === drawn.length ? '' : ', '}no label ${without} times`
      return `${model} rates the weak model's answer${part}, in ${drawn.length} answers drawn at random because its endpoint gives no token probabilities: ${sharesInWords(shares)}${rest}`
    }
    case 'unparsable':
      return `${model} answered ${JSON.stringify(excerpt(assessment.answer))} in place of a label, which counts as a win of the strong model`
  }
}

function sharesInWords(shares: readonly number[]): string {
  return labels
    .map((label, index) => ({ label, percent: Math.round((shares[index] ?? 0) * 100) }))
    .filter(({ percent }) => percent > 0)
    .sort((one, other) => other.percent - one.percent)
    .map(({ label, percent }) => `${labelText(label)} ${percent} %`)
    .join(', ')
}

function excerpt(answer: string): string {
  const characters = [...answer.trim()]
  return characters.length > 40 ? `${characters.slice(0, 40).join('')}…` : characters.join('')
}
