import { z } from 'zod'
import { EmbeddingError } from '../../../errors.ts'
import type { Embedder } from '../../../routing/embedding/embedder.ts'
import type { TrainingInput } from '../training-data.ts'
import { type CommonTraining, optionSchemas, parseTrainingOptions } from '../training-options.ts'
import { defaultVariances } from './learning.ts'
import type { PriorRouter } from './prior.ts'

export type FewLabelTraining = CommonTraining & {
  /** Outcomes or battles. See `readComparisons`. */
  readonly labels: readonly TrainingInput[]
  /**
   * Prompts without labels, one `{"prompt"}` per row, such as a request log: they show the distribution of the traffic.
   */
  readonly prompts?: readonly TrainingInput[]
  /** The built-in embedder. */
  readonly embedder: Embedder
  /** The router to start from, on that embedder; see `loadPriorRouter`. */
  readonly prior: PriorRouter
  /** A further embedder whose vectors the labels are fitted with too. */
  readonly other?: Embedder
}

const optionsSchema = z.object({ name: optionSchemas.name, labels: optionSchemas.data })

/** The fit takes their number squared in memory, and cubed in time: more are drawn from. */
export const mostLabels = 4_000

/** @throws InvalidRequestError for options that do not fit; EmbeddingError `embedder-mismatch`. */
export function checkFewLabelOptions(options: FewLabelTraining): void {
  parseTrainingOptions(optionsSchema, options)
  const { embedder, prior } = options
  if (embedder.id === prior.embedderId) return
  throw new EmbeddingError(
    'embedder-mismatch',
    `The prior router reads the vectors of ${prior.embedderId}, and the embedder is ${embedder.id}. Give the embedder that the prior was made with.`,
  )
}

/** @param labels how many there were before some were drawn. */
export function drawnWarnings(labels: number): string[] {
  if (labels <= mostLabels) return []
  return [
    `Of ${labels} labelled prompts ${mostLabels} were drawn at random and learned from, as many as this router takes. For so many labels train mf too, and compare them with routellm evaluate.`,
  ]
}

export function variancesRecorded(): Record<string, number> {
  return Object.fromEntries(
    Object.entries(defaultVariances).map(([part, variance]) => [`variance.${part}`, variance]),
  )
}
