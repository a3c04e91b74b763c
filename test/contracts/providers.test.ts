import { describe, it } from 'vitest'
import { createDemoProvider } from '../../src/providers/demo/provider.ts'
import { createFetchProvider } from '../../src/providers/fetch/provider.ts'
import type { HttpProviderOptions } from '../../src/providers/http/options.ts'
import { createHttpProvider } from '../../src/providers/http/provider.ts'
import type { ProviderRequest } from '../../src/providers/provider.ts'
import { type ProviderUnderTest, providerContract } from '../../src/testing/index.ts'
import { startUpstream, unusedBaseUrl } from '../support/servers/scripted-upstream.ts'

describe('the demo provider', async () => {
  const setUp = (): ProviderUnderTest => ({
    provider: createDemoProvider({ name: 'demo' }),
    json: completionRequest('strong', false),
    stream: completionRequest('strong', true),
  })
  for (const { name, run } of await providerContract(setUp)) it(name, run)
})

const transports = {
  'an OpenAI-compatible provider': createHttpProvider,
  'an OpenAI-compatible provider over fetch': (options: HttpProviderOptions) =>
    createFetchProvider(options, fetch),
}

describe.each(Object.entries(transports))('%s', async (_name, createProvider) => {
  const setUp = async (): Promise<ProviderUnderTest> => {
    const upstream = await startUpstream()
    return {
      provider: createProvider({ name: 'local', baseUrl: upstream.baseUrl }),
      json: completionRequest('answering', false),
      stream: completionRequest('answering', true),
      refused: completionRequest('refused', false),
      silent: completionRequest('silent', false),
      broken: completionRequest('broken', false),
      unreachable: createProvider({ name: 'nobody', baseUrl: await unusedBaseUrl() }),
      openRequests: upstream.openRequests,
      tearDown: upstream.close,
    }
  }
  for (const { name, run } of await providerContract(setUp)) it(name, run)
})

function completionRequest(model: string, stream: boolean): ProviderRequest {
  const messages = [{ role: 'user', content: 'Explain the difference between routing and switching.' }]
  return { path: '/chat/completions', body: JSON.stringify({ model, stream, messages }) }
}
