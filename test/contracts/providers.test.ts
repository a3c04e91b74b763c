import { describe, it } from 'vitest'
import { createDemoProvider } from '../../src/providers/demo/provider.ts'
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

describe('an OpenAI-compatible provider', async () => {
  const setUp = async (): Promise<ProviderUnderTest> => {
    const upstream = await startUpstream()
    return {
      provider: createHttpProvider({ name: 'local', baseUrl: upstream.baseUrl }),
      json: completionRequest('answering', false),
      stream: completionRequest('answering', true),
      refused: completionRequest('refused', false),
      silent: completionRequest('silent', false),
      broken: completionRequest('broken', false),
      unreachable: createHttpProvider({ name: 'nobody', baseUrl: await unusedBaseUrl() }),
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
