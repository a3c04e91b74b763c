/** How a server's chat completions differ from OpenAI's, as far as translated requests are concerned. */
export type ChatDialect = {
  /**
   * The field that limits the reply. OpenAI's reasoning models answer `max_tokens` with 400; Ollama, DeepSeek, Mistral and
   * Together know no other field, and some of them ignore what they do not know, so that the reply would have no limit.
   */
  readonly outputLimit: 'max_completion_tokens' | 'max_tokens'
  /** `reasoning`: OpenRouter's object, which also takes a number of tokens and switches reasoning off. */
  readonly effort: 'reasoning_effort' | 'reasoning'
  /**
   * The field that takes a model's own reasoning of earlier turns; null: the server has none and refuses it. DeepSeek's
   * models refuse a tool loop without it. `content`: Mistral's parts of kind `thinking`.
   */
  readonly reasoning: 'reasoning_details' | 'reasoning_content' | 'content' | null
  /** Whether `stream_options` are taken. A server that refuses them reports the usage of every stream. */
  readonly streamOptions: boolean
  /** Whether parts and tools may have Anthropic's `cache_control`. */
  readonly cacheControl: boolean
  readonly topK: boolean
  /** Whether the texts of a message are joined to one string, because a list of text parts is refused (DeepSeek). */
  readonly joinsText: boolean
}

/** OpenAI's own, and Azure's. */
export const openaiDialect: ChatDialect = {
  outputLimit: 'max_completion_tokens',
  effort: 'reasoning_effort',
  reasoning: null,
  streamOptions: true,
  cacheControl: false,
  topK: false,
  joinsText: false,
}

/** What most servers that call themselves compatible take. */
export const compatibleDialect: ChatDialect = {
  outputLimit: 'max_tokens',
  effort: 'reasoning_effort',
  reasoning: 'reasoning_content',
  streamOptions: true,
  cacheControl: false,
  topK: false,
  joinsText: true,
}

/** Source: OpenRouter's documentation, pages Parameters, Reasoning Tokens and Prompt Caching. */
export const openrouterDialect: ChatDialect = {
  outputLimit: 'max_tokens',
  effort: 'reasoning',
  reasoning: 'reasoning_details',
  streamOptions: true,
  cacheControl: true,
  topK: true,
  joinsText: false,
}

/**
 * Groq refuses an earlier turn with `reasoning_content`, and for some models with `reasoning`: "property
 * 'reasoning_content' is unsupported".
 */
export const groqDialect: ChatDialect = { ...compatibleDialect, reasoning: null }

/** Mistral refuses fields that its API does not have. Source: Mistral's documentation, pages Chat completion and Reasoning. */
export const mistralDialect: ChatDialect = {
  ...compatibleDialect,
  reasoning: 'content',
  streamOptions: false,
}
