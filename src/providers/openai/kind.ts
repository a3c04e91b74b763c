import { z } from 'zod'
import { connectOverHttp } from '../http/connect.ts'
import type { HttpProviderOptions } from '../http/options.ts'
import { apiKeyEnv, baseUrl, checkHttpSettings, httpSettings, requireDone } from '../http/settings.ts'
import { defineProviderKind } from '../provider-kind.ts'

const address = 'https://api.openai.com/v1'

/** Of a provider that has an address of its own. */
export type OwnAddressOptions = Omit<HttpProviderOptions, 'baseUrl'> & { readonly baseUrl?: string }

const settings = z.strictObject({
  baseUrl: baseUrl.default(address).describe('Up to and including `/v1`.'),
  apiKeyEnv: apiKeyEnv
    .default('OPENAI_API_KEY')
    .describe('Name of the environment variable that holds the key.'),
  ...httpSettings,
  requireDone,
})

/** OpenAI's own API. */
export const openai = defineProviderKind({
  kind: 'openai',
  summary: "OpenAI's API: chat completions, Responses and the endpoints beside them.",
  settings,
  create: async (given: OwnAddressOptions, connect = connectOverHttp) => {
    const options: HttpProviderOptions = {
      baseUrl: address,
      ...given,
      protocols: openAIProtocols,
      refusedFields: ['max_tokens'],
    }
    return connect(options)
  },
  check: checkHttpSettings,
  genAiProvider: () => 'openai',
  needs: { keys: ({ apiKeyEnv: variable, passThrough }) => (passThrough ? [] : [variable]) },
  endpoint: ({ baseUrl: url, headers, apiKeyEnv: variable }) => ({
    baseUrl: url,
    headers,
    apiKeyEnv: variable,
  }),
})

export const openAIProtocols: readonly string[] = ['chat-completions', 'responses', 'pass-through']
