import type { Outcomes } from '../../rows/outcomes.ts'
import type { Preference } from '../../rows/preferences.ts'

/** Collects preferences against one reference model, prompt by prompt. */
export type ReferenceOutcomes = {
  /** False if the reference did not take part, or was compared with itself. */
  add(preference: Preference): boolean
  /** Outcomes of each prompt, in the order in which the prompts came. */
  finish(): Outcomes[]
}

/**
 * Turns preferences (and battles, as preferences of 1, 0 or 0.5) against a reference into outcomes: a model's score on a
 * prompt is its mean share of the win against the reference, a tie 0.5; the reference scores 0.5.
 *
 * Kept: how models compare on a prompt, so any two can be a pair. Lost: what the judge would decide about two models
 * side by side (both may beat the reference by different margins and get 1), weights other than in the mean,
 * embeddings. Holds the distinct prompts in memory.
 */
export function createReferenceOutcomes(reference: string): ReferenceOutcomes {
  const prompts = new Map<string, Map<string, { sum: number; weight: number }>>()
  return {
    add({ prompt, modelA, modelB, shareB, requests, weight = requests ?? 1 }) {
      if (modelA === modelB || (modelA !== reference && modelB !== reference)) return false
      const model = modelA === reference ? modelB : modelA
      const share = modelA === reference ? shareB : 1 - shareB
      const models = prompts.get(prompt) ?? new Map<string, { sum: number; weight: number }>()
      prompts.set(prompt, models)
      const before = models.get(model) ?? { sum: 0, weight: 0 }
      models.set(model, { sum: before.sum + weight * share, weight: before.weight + weight })
      return true
    },
    finish: () =>
      [...prompts].map(([prompt, models]) => ({
        prompt,
        scores: Object.fromEntries([
          [reference, 0.5],
          ...[...models].map(([model, { sum, weight }]): [string, number] => [model, sum / weight]),
        ]),
      })),
  }
}
