import { z } from 'zod'
import { connectOverHttp } from '../http/connect.ts'
import type { HttpProviderOptions } from '../http/options.ts'
import { apiKeyEnv, baseUrl, checkHttpSettings, httpSettings } from '../http/settings.ts'
import type { OwnAddressOptions } from '../openai/kind.ts'
import { defineProviderKind } from '../provider-kind.ts'

const address = 'https://api.anthropic.com/v1'

const settings = z.strictObject({
  baseUrl: baseUrl.default(address).describe('Up to and including `/v1`.'),
  apiKeyEnv: apiKeyEnv
    .default('ANTHROPIC_API_KEY')
    .describe('Name of the environment variable that holds the key.'),
  ...httpSettings,
})

/** Anthropic's own API. */
export const anthropic = defineProviderKind({
  kind: 'anthropic',
  summary: "Anthropic's API: Messages.",
  settings,
  create: async (given: OwnAddressOptions, connect = connectOverHttp) => {
    const options: HttpProviderOptions = {
      baseUrl: address,
      ...given,
      apiKeyHeader: 'x-api-key',
      // A client's own version comes with its request.
      headers: { 'anthropic-version': '2023-06-01', ...given.headers },
      requestStreamUsage: false,
      requireDone: false,
      protocols: ['messages'],
    }
    return connect(options)
  },
  check: checkHttpSettings,
  genAiProvider: () => 'anthropic',
  needs: { keys: ({ apiKeyEnv: variable, passThrough }) => (passThrough ? [] : [variable]) },
  endpoint: ({ baseUrl: url, headers, apiKeyEnv: variable }) => ({
    baseUrl: url,
    headers: { 'anthropic-version': '2023-06-01', ...headers },
    apiKeyEnv: variable,
    apiKeyHeader: 'x-api-key',
  }),
})
