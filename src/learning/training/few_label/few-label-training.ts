import { z } from 'zod'
import type { RouterManifest } from '../../../base/artifact/router-artifact.ts'
import { evenQuantiles } from '../../../base/math/statistics/quantile.ts'
import { EmbeddingError } from '../../../errors.ts'
import type { Embedder } from '../../../routing/embedding/embedder.ts'
import { baseEmbedderOption } from '../../../routing/routers/few_label/of-artifact.ts'
import { calibrationQuantiles } from '../trained-router.ts'
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

/** The manifest of a router `few_label`, for one pair or for many models. @param winRates those that calibrate it. */
export function fewLabelManifest(
  { name, embedder, other = embedder, seed = 0 }: FewLabelTraining,
  winRates: Float64Array,
  { metrics, ...learned }: Pick<RouterManifest, 'pair' | 'models' | 'data' | 'created' | 'metrics'>,
): RouterManifest {
  return {
    formatVersion: 1,
    kind: 'few_label',
    name,
    embedder: { id: other.id, dimensions: other.dimensions },
    ...learned,
    seed,
    options: {
      [baseEmbedderOption]: embedder.id,
      ...Object.fromEntries(
        Object.entries(defaultVariances).map(([part, variance]) => [`variance.${part}`, variance]),
      ),
    },
    metrics,
    calibration: {
      prompts: winRates.length,
      winRateQuantiles: evenQuantiles(winRates, calibrationQuantiles),
    },
  }
}
