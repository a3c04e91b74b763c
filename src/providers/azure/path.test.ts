import { describe, expect, it } from 'vitest'
import { azurePath } from './path.ts'

// Source: Azure OpenAI REST API reference and "Azure OpenAI API version lifecycle", Microsoft Learn.
describe('azurePath', () => {
  it.each([
    ['/chat/completions', 'v1', '/openai/v1/chat/completions'],
    ['/responses', 'preview', '/openai/v1/responses?api-version=preview'],
    [
      '/chat/completions',
      '2025-04-01-preview',
      '/openai/deployments/my%20gpt/chat/completions?api-version=2025-04-01-preview',
    ],
    ['/responses', '2025-04-01-preview', '/openai/responses?api-version=2025-04-01-preview'],
    [
      '/responses/resp_1?include=x',
      '2025-04-01-preview',
      '/openai/responses/resp_1?include=x&api-version=2025-04-01-preview',
    ],
    ['/embeddings', '2024-10-21', '/openai/deployments/my%20gpt/embeddings?api-version=2024-10-21'],
  ])('%s by %s is %s', (path, version, expected) => {
    expect(azurePath(path, 'my gpt', version)).toBe(expected)
  })
})
