/** The same requests as several policies would have them answered. Columns have one number per row. */
export type PolicyTraffic = {
  /** The candidates of all policies. */
  readonly models: readonly string[]
  /** How many requests each row stands for, above 0. */
  readonly weights: Float64Array
  /** [models] dollars of the model's call for each row; NaN if they are not known. */
  readonly usd: readonly Float64Array[]
  /** [models] how well the model answers each row, in the unit of the labels. Null if the rows have no labels. */
  readonly scores: readonly Float64Array[] | null
  /** Characters of the prompt. */
  readonly lengths: Float64Array
  /** Rows that are alike have one number. NaN: the row is not known to belong to any unit. */
  readonly units: Readonly<Partial<Record<UnitKind, Float64Array>>>
  readonly policies: readonly PolicyChoices[]
}

/** What is resampled as a whole. */
export type UnitKind = 'prompts' | 'users' | 'days'

/** A policy's choice for each row, as positions in `PolicyTraffic.models`. */
export type PolicyChoices = {
  readonly name: string
  readonly kind: string
  /** The model that answers; −1 if the policy refuses the request, since no candidate can answer it. */
  readonly chosen: Int32Array
  /** The model that was asked before and whose answer was not used; −1 if there is none. Null: never. */
  readonly askedBefore: Int32Array | null
}
