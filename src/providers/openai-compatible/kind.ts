import { z } from 'zod'
import type { SettingProblem } from '../../base/settings/problem.ts'
import { httpUrl, milliseconds } from '../../base/settings/schema.ts'
import {
  environmentName,
  findHeaderProblem,
  keyInFile,
  keyInsteadOfName,
  looksLikeKey,
} from '../../base/settings/secrets.ts'
import { defineProviderKind } from '../provider-kind.ts'
import { defaultLimits } from './limits.ts'
import type { OpenAICompatibleOptions } from './provider.ts'

export const openAICompatible = defineProviderKind({
  kind: 'openai-compatible',
  summary: 'Speaks the OpenAI chat completions API.',
  settings: z.strictObject({
    baseUrl: httpUrl.describe('Up to and including `/v1`.'),
    apiKeyEnv: environmentName
      .exactOptional()
      .describe('Name of the environment variable that holds the key. Without it no key is sent.'),
    apiKeyHeader: z
      .enum(['authorization', 'api-key', 'x-api-key'])
      .default('authorization')
      .describe(
        'Header that carries the key: `authorization` as `Bearer <key>`, the others as the key alone.',
      ),
    headers: z
      .record(z.string(), z.string())
      .default({})
      .describe('Headers to send with every request. Never a key.'),
    connectTimeoutMs: milliseconds.default(10_000).describe('Limit for the connection to be made.'),
    headersTimeoutMs: milliseconds
      .default(defaultLimits.headersTimeoutMs)
      .describe('Limit for the head of the reply. A model that does not stream sends it when it is done.'),
    firstTokenTimeoutMs: milliseconds
      .default(defaultLimits.firstTokenTimeoutMs)
      .describe('Limit for the first content of the reply. Comments, pings and blank lines do not count.'),
    idleTimeoutMs: milliseconds
      .default(defaultLimits.idleTimeoutMs)
      .describe('Limit between two pieces of content, in which comments and pings do not count either.'),
    totalTimeoutMs: milliseconds
      .default(defaultLimits.totalTimeoutMs)
      .describe('Limit from the request until the end of the reply.'),
    requestStreamUsage: z
      .boolean()
      .exactOptional()
      .describe(
        "Whether to request the token usage of streams (`stream_options.include_usage`). Clients that did not request it do not see it. Default: true, except for Mistral's API, which refuses the option.",
      ),
    requireDone: z
      .boolean()
      .default(true)
      .describe(
        'Whether an event stream that only the closed connection ends must end with `data: [DONE]`. Without it the client gets an error.',
      ),
    maxConnections: z.int().min(1).default(1024).describe('Connections to this provider at once.'),
  }),
  create: async (options: OpenAICompatibleOptions) =>
    (await import('./provider.ts')).createOpenAICompatibleProvider(options),
  check: ({ apiKeyEnv, headers }) => {
    const problems: SettingProblem[] = []
    if (apiKeyEnv !== undefined && looksLikeKey(apiKeyEnv))
      problems.push({ path: ['apiKeyEnv'], message: keyInsteadOfName })
    for (const [name, value] of Object.entries(headers))
      if (/^(authorization|api-key|x-api-key|cookie)$/i.test(name) || looksLikeKey(value))
        problems.push({ path: ['headers', name], message: keyInFile })
      else {
        const message = findHeaderProblem(name, value)
        if (message !== null) problems.push({ path: ['headers', name], message })
      }
    return problems
  },
  needs: { keys: ({ apiKeyEnv }) => (apiKeyEnv === undefined ? [] : [apiKeyEnv]) },
  endpoint: ({ baseUrl, headers, apiKeyEnv }) => ({
    baseUrl,
    headers,
    ...(apiKeyEnv !== undefined && { apiKeyEnv }),
  }),
})
