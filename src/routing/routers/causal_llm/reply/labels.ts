/** `[[1]]` … `[[5]]`: how well the weak model would answer; 4 and 5 mean that it suffices. */
export type Label = 1 | 2 | 3 | 4 | 5

export const labels: readonly Label[] = [1, 2, 3, 4, 5]

/** From this label on the weak model's answer is good enough, as in the reference (`score_threshold = 4`). */
export const sufficientLabel = 4

export function labelText(label: Label): string {
  return `[[${label}]]`
}

/**
 * The win rate of the strong model: 1 − P(4 or 5), P the softmax of the five labels' logits.
 *
 * Log-probabilities do as well as logits, whatever share of the probability the five have together: the softmax
 * takes that out. −∞ is a label that cannot be.
 *
 * @param logits of the labels 1 … 5, at least one finite.
 * Source: `CausalLLMClassifier.compute_routing_prob` and `CausalLLMRouter` of lm-sys/RouteLLM.
 */
export function strongWinRateOfLogits(logits: readonly number[]): number {
  const largest = Math.max(...logits)
  const weights = logits.map((logit) => Math.exp(logit - largest))
  const sum = (of: readonly number[]) => of.reduce((total, weight) => total + weight, 0)
  return sum(weights.slice(0, sufficientLabel - 1)) / sum(weights)
}

/** A label in an answer, and the position of its digit. */
export type FoundLabel = { readonly label: Label; readonly index: number }

/** `[[4]]`, and `[[4` if the answer ends there; not `[[45`, not `[[4.5]]`. */
const bracketed = /\[\[\s*([1-5])\s*(?=\]|$)/d
/** A digit that is the whole answer except for words before it and marks after it: `4`, `**4**`, `Score: 4/5.` */
const alone = /^[^\d]*(?<![\w.,-])([1-5])(?:\s*(?:\/|out of)\s*5)?[\s\])*_"'`.!]*$/d

/**
 * The first label of an answer: in double brackets, as the prompt requests, or else the only number of the answer.
 * Undefined if there is none, or if a number is part of a sentence and may mean something else.
 */
export function findLabel(answer: string): FoundLabel | undefined {
  const match = bracketed.exec(answer) ?? alone.exec(answer)
  const index = match?.indices?.[1]?.[0]
  const label = labels.find((each) => String(each) === match?.[1])
  return label === undefined || index === undefined ? undefined : { label, index }
}
