/** How one kind of upstream says that a request is longer than its model's context. */
type OverflowWording = {
  /** The upstream, and its words as they were seen. */
  readonly seen: string
  readonly pattern: RegExp
}

/**
 * The wordings, from the upstreams' documentation and from error messages in public issues. Ollama cuts a long prompt off
 * by default and then reports nothing.
 */
export const overflowWordings: readonly OverflowWording[] = [
  { seen: 'OpenAI, Azure, Groq: "code": "context_length_exceeded"', pattern: /context_length_exceeded/ },
  {
    seen: "OpenAI, vLLM, SGLang, DeepSeek, OpenRouter: This model's maximum context length is 8192 tokens. However, you requested 9100 tokens",
    pattern: /maximum context length (?:is|of) \d/,
  },
  {
    seen: 'OpenAI (Responses): Your input exceeds the context window of this model.',
    pattern: /exceeds the context window/,
  },
  {
    seen: 'Groq: Please reduce the length of the messages or completion.',
    pattern: /reduce the length of the messages/,
  },
  {
    seen: 'Anthropic: prompt is too long: 213462 tokens > 200000 maximum',
    pattern: /prompt is too long/,
  },
  {
    seen: 'Anthropic: input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000',
    pattern: /exceeds? (?:the )?context limit/,
  },
  {
    seen: 'Bedrock: Input is too long for requested model.',
    pattern: /input is too long for requested model/,
  },
  {
    seen: 'Gemini: The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).',
    pattern: /exceeds the maximum number of tokens allowed/,
  },
  {
    seen: 'vLLM: The decoder prompt (length 40000) is longer than the maximum model length of 32768.',
    pattern: /longer than the maximum model length/,
  },
  {
    seen: "SGLang, Together: The input (250000 tokens) is longer than the model's context length (200000 tokens).",
    pattern: /longer than the model's context length/,
  },
  {
    seen: 'llama.cpp: "type": "exceed_context_size_error", the request exceeds the available context size',
    pattern: /exceed_context_size_error|exceeds the available context size/,
  },
  {
    seen: 'Ollama: prompt too long; exceeded max context length by 4096 tokens; the input length exceeds the context length',
    pattern: /exceeded (?:max )?context length|input length exceeds (?:the )?context length/,
  },
  {
    seen: 'LM Studio: tokens to keep from the initial prompt is greater than the context length',
    pattern: /greater than the context length/,
  },
  {
    seen: 'Mistral: Prompt contains 300000 tokens, too large for model with 131072 maximum context length',
    pattern: /too large for model with \d+ maximum context length/,
  },
  {
    seen: "xAI: This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    pattern: /maximum prompt length is \d/,
  },
]

/** Whether an answer of this status may say so; its body then has to be read. */
export function mayBeContextOverflow(status: number): boolean {
  return status === 400 || status === 413
}

/** More of an error than this is not read. */
export const maxErrorBytes = 1 << 16

/** Whether the body of an answer of status 400 or 413 says that the request is longer than the model's context. */
export function isContextOverflow(body: Buffer): boolean {
  const text = body.toString('utf8', 0, maxErrorBytes).toLowerCase()
  return overflowWordings.some(({ pattern }) => pattern.test(text))
}
