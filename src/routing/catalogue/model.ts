/**
 * A model that requests can be sent to, at one effort: two efforts of one upstream model are two models here. What is
 * not known is absent; an absent price is not 0, and an absent limit excludes nothing.
 */
export type Model = {
  /** The configured name (`strong`), or `provider/upstream name` if it has none. */
  readonly name: string
  /** A key of the configured providers. */
  readonly provider: string
  /** The provider's name of the model, sent as it is. */
  readonly upstream: string
  /** The reasoning effort that requests are sent with. Absent: the client's own, or else the upstream's default. */
  readonly effort?: Effort
  /** Tokens of prompt and reply together, at most. */
  readonly contextTokens?: number
  /** Tokens of a reply, at most. */
  readonly maxOutputTokens?: number
  /** What it reads besides text. Absent: not known. */
  readonly modalities?: readonly Modality[]
  /** Whether it can call tools. */
  readonly tools?: boolean
  /** Whether it follows a JSON schema. */
  readonly structuredOutput?: boolean
  /** Where it runs, such as `eu`. */
  readonly region?: string
  /** Labels that a request can demand, such as `contract`. */
  readonly tags?: readonly string[]
  readonly energy?: ModelEnergy
} & Partial<ModelPrices>

/** What tokens use at the servers, as bounds. */
export type ModelEnergy = {
  readonly wattHoursPerMillionOutputTokens: { readonly low: number; readonly high: number }
  /** Of prompt tokens that no cache has. Absent: the figure of output tokens has the prompts too. */
  readonly wattHoursPerMillionInputTokens?: { readonly low: number; readonly high: number }
  /** Who says so. */
  readonly source: string
}

/** Dollars per million tokens. */
export type ModelPrices = {
  readonly inputUsdPerMillionTokens: number
  readonly outputUsdPerMillionTokens: number
  /** Prompt tokens that the provider has in its cache. */
  readonly cacheReadUsdPerMillionTokens: number
  /** Prompt tokens that the provider writes to its cache for five minutes. */
  readonly cacheWriteUsdPerMillionTokens: number
  /** Prompt tokens that the provider writes to its cache for an hour. */
  readonly cacheWrite1hUsdPerMillionTokens: number
}

/** Reasoning efforts, from the lowest to the highest. */
export const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
export type Effort = (typeof efforts)[number]

/** Kinds of content of a request. Every model reads text. */
export const modalities = ['text', 'image', 'audio', 'file'] as const
export type Modality = (typeof modalities)[number]

/** The two models that a router chooses between, by their configured names. */
export type ModelPair = { readonly strong: string; readonly weak: string }
