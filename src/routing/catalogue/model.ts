/** A model that requests can be sent to. */
export type Model = {
  /** The configured name (`strong`), or `provider/upstream name` if it has none. */
  readonly name: string
  /** A key of the configured providers. */
  readonly provider: string
  /** The provider's name of the model, sent as it is. */
  readonly upstream: string
  readonly inputUsdPerMillionTokens?: number
  readonly outputUsdPerMillionTokens?: number
}

/** The two models that a router chooses between, by their configured names. */
export type ModelPair = { readonly strong: string; readonly weak: string }
