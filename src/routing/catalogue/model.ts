/** A model that requests can be sent to. */
export type Model = {
  /** The configured name (`strong`), or `provider/upstream name` where there is none. */
  readonly name: string
  /** A key of the configured providers. */
  readonly provider: string
  /** The name that the provider knows it by; sent as it is. */
  readonly upstream: string
  readonly inputUsdPerMillionTokens?: number
  readonly outputUsdPerMillionTokens?: number
}

/** The two models that a router chooses between, by their configured names. */
export type ModelPair = { readonly strong: string; readonly weak: string }
