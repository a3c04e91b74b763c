import { z } from 'zod'
import { connectOverHttp } from '../http/connect.ts'
import type { HttpProviderOptions } from '../http/options.ts'
import { apiKeyEnv, baseUrl, checkHttpSettings, httpSettings, requireDone } from '../http/settings.ts'
import { openAIProtocols } from '../openai/kind.ts'
import { defineProviderKind } from '../provider-kind.ts'
import { azurePath } from './path.ts'

const settings = z.strictObject({
  baseUrl: baseUrl.describe('The resource: `https://<name>.openai.azure.com`.'),
  apiVersion: z
    .string()
    .regex(/^(?:v1|preview|\d{4}-\d{2}-\d{2}(?:-preview)?)$/, 'a date such as 2025-04-01-preview, or v1')
    .default('v1')
    .describe(
      'With a date, requests go to the deployment that `upstream` names. With `v1` they go to `/openai/v1`, and `upstream` is sent in the body.',
    ),
  apiKeyEnv: apiKeyEnv.exactOptional(),
  ...httpSettings,
  requireDone,
})

/** OpenAI's models on Azure. */
export const azure = defineProviderKind({
  kind: 'azure',
  summary: "OpenAI's models on Azure: the key in `api-key`, deployments in the path.",
  settings,
  create: async (
    { apiVersion = 'v1', ...rest }: HttpProviderOptions & { readonly apiVersion?: string },
    connect = connectOverHttp,
  ) => {
    const options: HttpProviderOptions = {
      ...rest,
      apiKeyHeader: 'api-key',
      protocols: openAIProtocols,
      refusedFields: knowsCompletionTokens(apiVersion) ? ['max_tokens'] : [],
      pathOf: (path, model) => azurePath(path, model, apiVersion),
    }
    return connect(options)
  },
  check: checkHttpSettings,
  genAiProvider: () => 'azure.ai.openai',
  needs: {
    keys: ({ apiKeyEnv: variable, passThrough }) => (variable === undefined || passThrough ? [] : [variable]),
  },
  endpoint: ({ baseUrl: url, headers, apiKeyEnv: variable, apiVersion }) => ({
    baseUrl: url,
    headers,
    apiKeyHeader: 'api-key',
    modelsPath: azurePath('/models', '', apiVersion),
    ...(variable !== undefined && { apiKeyEnv: variable }),
  }),
})

/**
 * Azure answers `max_completion_tokens` with 400 before its API of 2024-09-01-preview, which has no reasoning models either.
 * Source: openai/openai-python, issue 1724.
 */
function knowsCompletionTokens(apiVersion: string): boolean {
  return !/^\d/.test(apiVersion) || apiVersion >= '2024-09-01'
}
