import { z } from 'zod'
import { invalidTrainingOption, optionSchemas, parseTrainingOptions } from '../training-options.ts'

/** Hyper-parameters of the matrix factorization, with the defaults of upstream's training script. */
const settingsSchema = z.object({
  /** Length of a model's vector. */
  dimensions: optionSchemas.integerFrom(1).default(128),
  /** Passes over the data. Default: as many as make about 10,000 batches, at most 100. */
  epochs: optionSchemas.integerFrom(1).optional(),
  batchSize: optionSchemas.integerFrom(1).default(64),
  /** Adam's. */
  learningRate: optionSchemas.learningRate.default(3e-4),
  /** Adam's L2. */
  weightDecay: optionSchemas.fromZero.default(1e-5),
  /** Noise on the embeddings during training, relative to each dimension's scale. */
  noise: optionSchemas.fromZero.default(0.1),
  /** Share of the prompts held out to choose the epoch and to measure, in [0, 1). */
  validationFraction: optionSchemas.properFraction.default(0.1),
  /** `half`: a tie is half a win for each model. `drop`: ties are left out, as upstream does. */
  ties: z.enum(['half', 'drop'], 'half or drop').default('half'),
  /** `all`: every pair of models in the data is learned from. `pair`: only comparisons of the strong with the weak model. */
  comparisons: z.enum(['all', 'pair'], 'all or pair').default('all'),
  /**
   * Outcomes of n models make n(n − 1)/2 comparisons. From a row with more than this number, this number is drawn,
   * always including the pair's own, so rows with many models do not outweigh the rest or take all the time.
   */
  maxComparisonsPerRow: optionSchemas.integerFrom(1).default(16),
})

const optionsSchema = z.object({
  name: optionSchemas.name,
  data: optionSchemas.data,
  ...settingsSchema.shape,
})

export type MatrixFactorizationSettings = z.output<typeof settingsSchema>
/** The settings as a caller gives them; each is optional. */
export type GivenSettings = z.input<typeof settingsSchema>

/** The settings with their defaults. @throws InvalidRequestError `invalid-training-option`. */
export function parseSettings(
  given: GivenSettings & { readonly strongModel?: string },
): MatrixFactorizationSettings {
  const { name: _name, data: _data, ...settings } = parseTrainingOptions(optionsSchema, given)
  if (settings.comparisons === 'pair' && given.strongModel === undefined)
    throw invalidTrainingOption(
      'comparisons',
      'pair',
      "'all' unless strongModel and weakModel (--strong-model, --weak-model) are given",
    )
  return settings
}
