import { z } from 'zod'

/** The keys of a `causal_llm` router, beside those that other kinds have too. */
export const causalLlmKeys = {
  baseUrl: z
    .string()
    .regex(/^https?:\/\/[^\s/]+/, 'must start with http:// or https:// and name a host')
    .optional()
    .describe(
      "Of a `causal_llm` router: the endpoint that is asked, up to and including `/v1`. Default: OpenAI's own.",
    ),
  model: z
    .string()
    .min(1)
    .optional()
    .describe('Of a `causal_llm` router, which needs it: what the endpoint calls the model that is asked.'),
  apiKeyEnv: z
    .string()
    .regex(
      /^[A-Za-z_][A-Za-z0-9_]*$/,
      'takes the name of an environment variable such as OPENAI_API_KEY, never the key',
    )
    .optional()
    .describe(
      'Name of the environment variable that holds the key of that endpoint. Default: OPENAI_API_KEY where no `baseUrl` is given, else no key is sent.',
    ),
  mode: z
    .enum(['chat', 'completion'])
    .optional()
    .describe(
      '`completion` asks `/completions` with a `template`, for checkpoints without a chat template. Default: `chat`.',
    ),
  template: z
    .string()
    .regex(/^llama-3$|\{user\}/, 'must be llama-3, or a text with {system} and {user}')
    .optional()
    .describe('Of the mode `completion`: `llama-3`, or a text with {system} and {user}. Default: `llama-3`.'),
  maxTokens: z.int().min(1).optional().describe('Tokens among which the label has to come. Default: 6.'),
  topLogprobs: z
    .int()
    .min(0)
    .max(1000)
    .optional()
    .describe('Alternatives to ask for at each token; 0 draws answers at random at once. Default: 20.'),
  samples: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('Answers to draw where the endpoint gives no token probabilities. Default: 10.'),
  timeoutMs: z.int().min(1).optional().describe('Limit for one request of the router. Default: 10000.'),
  retries: z
    .int()
    .min(0)
    .optional()
    .describe('Further attempts of the router after 408, 409, 429, 5xx or a lost connection. Default: 2.'),
  concurrency: z
    .int()
    .min(1)
    .optional()
    .describe('Prompts of a batch (`score`, `evaluate`) that are asked about at once. Default: 8.'),
  cacheEntries: z
    .int()
    .min(0)
    .optional()
    .describe('Win rates that the router keeps in memory; 0 keeps none. Default: 2048.'),
  parameters: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      "Further fields of the router's requests, over its own; null takes one out, as in `{ max_tokens: null }`.",
    ),
}

/** Keys that only a `causal_llm` router has a use for. */
export const causalLlmKeyNames = Object.keys(causalLlmKeys) as readonly (keyof typeof causalLlmKeys)[]
