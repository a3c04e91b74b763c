/** What every model of a pool scores and costs on each prompt. Matrices are row by row, [prompts, models]. */
export type PoolOutcomes = {
  readonly prompts: readonly string[]
  readonly models: readonly string[]
  /** In any unit that the models share; higher is better. */
  readonly scores: Float64Array
  /** Dollars of the model's call, from 0. */
  readonly usd: Float64Array
  /** [prompts] how many requests each stands for, above 0. */
  readonly weights: Float64Array
}

/** The model that a policy chooses for each prompt at one setting. */
export type PoolChoices = {
  /** The tolerance, weight or threshold that was swept; null if there is none. */
  readonly setting: number | null
  /** [prompts] places in `PoolOutcomes.models`. */
  readonly chosen: Int32Array
}
