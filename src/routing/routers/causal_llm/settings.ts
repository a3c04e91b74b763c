/** What a `causal_llm` router is made of, besides its name; the keys of routellm.yaml. */
export type CausalLlmSettings = {
  /** Up to and including `/v1`. OpenAI's own by default. */
  readonly baseUrl?: string
  /** What the endpoint calls the model that is asked. */
  readonly model?: string
  /** Name of the environment variable that holds the key; who loads the router looks it up. */
  readonly apiKeyEnv?: string
  /** `chat` by default. `completion`: `/completions` with `template`, for checkpoints without a chat template. */
  readonly mode?: 'chat' | 'completion'
  /** Of the mode `completion`: `llama-3`, the default, or a text with `{system}` and `{user}`. */
  readonly template?: string
  /** Tokens among which the label has to come; 6 by default, as in the reference. */
  readonly maxTokens?: number
  /** Alternatives to ask for; 20 by default, OpenAI's and vLLM's most. 0: sample at once. */
  readonly topLogprobs?: number
  /** Answers to draw where the endpoint gives no probabilities; 10 by default. */
  readonly samples?: number
  /** Limit for one request; 10,000 by default. A server's `routerTimeoutMs` ends it before that. */
  readonly timeoutMs?: number
  /** Further attempts after 408, 409, 429, 5xx or a lost connection; 2 by default. */
  readonly retries?: number
  /** Prompts of a batch that are asked about at once; 8 by default. */
  readonly concurrency?: number
  /** Win rates kept in memory; 2,048 by default, 0 keeps none. */
  readonly cacheEntries?: number
  /** Further fields of each request, over the router's own; null takes one out. */
  readonly parameters?: Readonly<Record<string, unknown>>
}
