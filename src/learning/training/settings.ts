import { InvalidRequestError } from '../../errors.ts'

/** Hyper-parameters of the matrix factorization, with the defaults of upstream's training script. */
export type MatrixFactorizationSettings = {
  /** Length of a model's vector; 128. */
  readonly dimensions: number
  /** Passes over the data; as many as make about 10,000 batches, at most 100, unless told. */
  readonly epochs: number | undefined
  /** 64. */
  readonly batchSize: number
  /** Adam's; 0.0003. */
  readonly learningRate: number
  /** Adam's L2; 0.00001. */
  readonly weightDecay: number
  /** Noise on the embeddings while training, relative to each dimension's scale; 0.1. */
  readonly noise: number
  /** Share of the prompts held out to choose the epoch and to measure, in [0, 1); 0.1. */
  readonly validationFraction: number
  /** `half`: a tie is half a win for each model. `drop`: ties are left out, as upstream does. */
  readonly ties: 'half' | 'drop'
  /** `all`: every pair of models in the data teaches. `pair`: only comparisons of the strong with the weak model. */
  readonly comparisons: 'all' | 'pair'
  /**
   * Outcomes of n models make n(n − 1)/2 comparisons; of a row with more than this so many are drawn, the pair's own
   * always among them, so that rows with many models neither outweigh the rest nor take all the time. 16.
   */
  readonly maxComparisonsPerRow: number
}

const defaults: MatrixFactorizationSettings = {
  dimensions: 128,
  epochs: undefined,
  batchSize: 64,
  learningRate: 3e-4,
  weightDecay: 1e-5,
  noise: 0.1,
  validationFraction: 0.1,
  ties: 'half',
  comparisons: 'all',
  maxComparisonsPerRow: 16,
}

type Given = Partial<MatrixFactorizationSettings> & {
  readonly name: string
  readonly data: readonly string[]
  readonly strongModel?: string
}

/** The settings with their defaults. Throws `InvalidRequestError` `invalid-training-option`. */
export function parseSettings(given: Given): MatrixFactorizationSettings {
  const settings: MatrixFactorizationSettings = {
    dimensions: given.dimensions ?? defaults.dimensions,
    epochs: given.epochs,
    batchSize: given.batchSize ?? defaults.batchSize,
    learningRate: given.learningRate ?? defaults.learningRate,
    weightDecay: given.weightDecay ?? defaults.weightDecay,
    noise: given.noise ?? defaults.noise,
    validationFraction: given.validationFraction ?? defaults.validationFraction,
    ties: given.ties ?? defaults.ties,
    comparisons: given.comparisons ?? defaults.comparisons,
    maxComparisonsPerRow: given.maxComparisonsPerRow ?? defaults.maxComparisonsPerRow,
  }
  if (!/^[a-z0-9_-]+$/.test(given.name)) {
    refuse('name', given.name, 'made of a to z, 0 to 9, _ and -, as it stands in router-<name>-<threshold>')
  }
  if (given.data.length === 0) refuse('data', 'empty', 'at least one file')
  for (const option of ['dimensions', 'epochs', 'batchSize', 'maxComparisonsPerRow'] as const) {
    const value = settings[option]
    if (value !== undefined && !(Number.isInteger(value) && value >= 1))
      refuse(option, value, 'an integer from 1')
  }
  if (!(settings.learningRate > 0 && settings.learningRate < 1)) {
    refuse('learningRate', settings.learningRate, 'above 0 and below 1')
  }
  for (const option of ['weightDecay', 'noise'] as const) {
    if (!(settings[option] >= 0 && Number.isFinite(settings[option])))
      refuse(option, settings[option], '0 or more')
  }
  if (!(settings.validationFraction >= 0 && settings.validationFraction < 1)) {
    refuse('validationFraction', settings.validationFraction, 'in [0, 1), a fraction')
  }
  if (settings.comparisons === 'pair' && given.strongModel === undefined) {
    refuse(
      'comparisons',
      'pair',
      "'all' unless strongModel and weakModel (--strong-model, --weak-model) are given",
    )
  }
  return settings
}

function refuse(option: string, value: unknown, needed: string): never {
  throw new InvalidRequestError(
    'invalid-training-option',
    `The training option ${option} is ${String(value)}; it has to be ${needed}.`,
    { param: option },
  )
}
