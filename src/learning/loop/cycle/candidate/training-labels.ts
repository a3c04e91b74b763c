import { isAbove } from '../../../../base/math/decimals.ts'
import { normalizedText } from '../../../../base/text/text-identity.ts'
import type { ModelPair } from '../../../../routing/catalogue/model.ts'
import type { LabelledRequest } from '../../labelled-request.ts'

/** What the labels of a prompt say of the pair, and the prompt: its text, or its vector by the base embedder. */
export type TrainingLabel = {
  readonly prompt: string | Float32Array
  readonly strongScore: number
  readonly weakScore: number
  /** The share of the comparisons that the strong model won outright. */
  readonly win: number
  readonly weight: number
}

/**
 * A row as a label to train on; null if it tells nothing of which prompts need the strong model.
 *
 * With the outcome of the weak model only, the strong model is taken to do as well as it does on average, and at least as well as
 * the weak one: a bad answer of the weak model then speaks for the strong one by what that would probably have gained, and a
 * good one says that the weak model suffices. The outcome of the strong model alone says nothing of the weak one.
 *
 * @param prompt null if neither text nor vector is kept. @param strongMean the strong model's mean score where it is known.
 */
export function toTrainingLabel(
  { scores, weight }: LabelledRequest,
  prompt: TrainingLabel['prompt'] | null,
  { strong, weak }: ModelPair,
  strongMean: number,
): TrainingLabel | null {
  const weakScore = scores[weak]
  if (prompt === null || weakScore === undefined || !(weight > 0)) return null
  const strongScore = scores[strong] ?? Math.max(weakScore, strongMean)
  return { prompt, strongScore, weakScore, win: isAbove(strongScore, weakScore) ? 1 : 0, weight }
}

/** The mean score of the strong model over the rows that know it; 1 if none does. */
export function meanScore(rows: readonly LabelledRequest[], model: string): number {
  let sum = 0
  let count = 0
  for (const { scores } of rows) {
    if (scores[model] === undefined) continue
    sum += scores[model]
    count++
  }
  return count === 0 ? 1 : sum / count
}

/** One label for each text: the weighted means of the labels of its spellings. Vectors stay apart. */
export function joinEqualTexts(labels: readonly TrainingLabel[]): readonly TrainingLabel[] {
  const joined = new Map<string | Float32Array, TrainingLabel>()
  for (const label of labels) {
    const key = typeof label.prompt === 'string' ? normalizedText(label.prompt) : label.prompt
    const before = joined.get(key)
    joined.set(key, before === undefined ? label : meanOf(before, label))
  }
  return [...joined.values()]
}

function meanOf(one: TrainingLabel, other: TrainingLabel): TrainingLabel {
  const weight = one.weight + other.weight
  const mean = (of: (label: TrainingLabel) => number) =>
    (one.weight * of(one) + other.weight * of(other)) / weight
  return {
    prompt: one.prompt,
    strongScore: mean(({ strongScore }) => strongScore),
    weakScore: mean(({ weakScore }) => weakScore),
    win: mean(({ win }) => win),
    weight,
  }
}
