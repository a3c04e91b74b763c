import { z } from 'zod'
import type { SettingProblem } from '../../../base/settings/problem.ts'
import { type DeepReadonly, httpUrl, milliseconds } from '../../../base/settings/schema.ts'
import { environmentName, keyInFile, keyInsteadOfName, looksLikeKey } from '../../../base/settings/secrets.ts'
import { sharedSettings } from '../shared-settings.ts'

export const causalLlmSettings = z.strictObject({
  checkpoint: sharedSettings.checkpoint.describe(
    'Of a `causal_llm` router only its prompt files are read; the model is served elsewhere.',
  ),
  revision: sharedSettings.revision,
  baseUrl: httpUrl
    .exactOptional()
    .describe(
      "Of a `causal_llm` router: the endpoint that is asked, up to and including `/v1`. Default: OpenAI's own.",
    ),
  model: z
    .string()
    .min(1)
    .exactOptional()
    .describe('Of a `causal_llm` router, which needs it: what the endpoint calls the model that is asked.'),
  apiKeyEnv: environmentName
    .exactOptional()
    .describe(
      'Name of the environment variable that holds the key of that endpoint. Default: OPENAI_API_KEY where no `baseUrl` is given, else no key is sent.',
    ),
  mode: z
    .enum(['chat', 'completion'])
    .exactOptional()
    .describe(
      '`completion` asks `/completions` with a `template`, for checkpoints without a chat template. Default: `chat`.',
    ),
  template: z
    .string()
    .regex(/^llama-3$|\{user\}/, 'must be llama-3, or a text with {system} and {user}')
    .exactOptional()
    .describe('Of the mode `completion`: `llama-3`, or a text with {system} and {user}. Default: `llama-3`.'),
  maxTokens: z.int().min(1).exactOptional().describe('Tokens among which the label has to come. Default: 6.'),
  topLogprobs: z
    .int()
    .min(0)
    .max(1000)
    .exactOptional()
    .describe('Alternatives to ask for at each token; 0 draws answers at random at once. Default: 20.'),
  samples: z
    .int()
    .min(1)
    .max(100)
    .exactOptional()
    .describe('Answers to draw if the endpoint gives no token probabilities. Default: 10.'),
  timeoutMs: milliseconds.exactOptional().describe('Limit for one request of the router. Default: 10000.'),
  retries: z
    .int()
    .min(0)
    .exactOptional()
    .describe('Further attempts of the router after 408, 409, 429, 5xx or a lost connection. Default: 2.'),
  concurrency: z
    .int()
    .min(1)
    .exactOptional()
    .describe('Prompts of a batch (`score`, `evaluate`) that are asked about at once. Default: 8.'),
  cacheEntries: z
    .int()
    .min(0)
    .exactOptional()
    .describe('Win rates that the router keeps in memory; 0 keeps none. Default: 2048.'),
  parameters: z
    .record(z.string(), z.unknown())
    .exactOptional()
    .describe(
      "Further fields of the router's requests, over its own; null takes one out, as in `{ max_tokens: null }`.",
    ),
})

/** The settings of a `causal_llm` router, without its name. */
export type CausalLlmSettings = DeepReadonly<z.output<typeof causalLlmSettings>>

/** Missing or contradictory settings, and API keys written in the file. */
export function checkCausalLlmSettings(settings: CausalLlmSettings): readonly SettingProblem[] {
  const problems: SettingProblem[] = []
  const { model, apiKeyEnv, parameters = {}, template, mode } = settings
  if (model === undefined)
    problems.push({
      path: [],
      message:
        'the kind causal_llm asks a language model: say which as `model:`, and where it is served as `baseUrl:` unless it is OpenAI',
    })
  if (apiKeyEnv !== undefined && looksLikeKey(apiKeyEnv))
    problems.push({ path: ['apiKeyEnv'], message: keyInsteadOfName })
  for (const [name, value] of Object.entries(parameters))
    if (typeof value === 'string' && looksLikeKey(value))
      problems.push({ path: ['parameters', name], message: keyInFile })
  if (template !== undefined && mode !== 'completion')
    problems.push({
      path: ['template'],
      message: 'belongs to `mode: completion`; in chat mode the server has the template',
    })
  return problems
}
