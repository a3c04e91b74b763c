import { describe, expect, it } from 'vitest'
import { findBaseUrlProblem } from './base-url.ts'

describe('findBaseUrlProblem', () => {
  it.each([
    'https://api.openai.com/v1',
    'http://127.0.0.1:11434/v1/',
    'http://[::1]:8000',
    'https://models.example.com/inference',
    'https://example.openai.azure.com/openai/deployments/gpt-5?api-version=2025-04-01-preview',
    'http://user-service/v1',
  ])('%s is good', (url) => {
    expect(findBaseUrlProblem(url)).toBeNull()
  })

  it.each([
    ['', 'must start with http'],
    ['localhost:8000/v1', 'must start with http'],
    ['ftp://host/v1', 'must start with http'],
    ['https://', 'must start with http'],
    ['https:///v1', 'must start with http'],
    ['https://host/v1 ', 'white space'],
    ['https://host/v1\n', 'white space'],
    ['https://ho\tst/v1', 'white space'],
    ['https://host:99999/v1', 'not a URL'],
    ['https://[::1/v1', 'not a URL'],
    ['https://user:s3cret@host/v1', 'a user name or a password'],
    ['https://s3cret@host/v1', 'a user name or a password'],
    ['https://host/v1#top', 'a fragment'],
    ['https://host/v1?key=s3cret', '"key" in its query'],
    ['https://host/v1?x=1&subscription-key=s3cret', '"subscription-key" in its query'],
    ['https://host/v1?sig=s3cret', '"sig" in its query'],
    ...[
      'chat/completions',
      'completions',
      'responses',
      'messages',
      'embeddings',
      'models',
      'moderations',
      'images/generations',
      'audio/speech',
      'chat/completions/',
      'Chat/Completions',
      'chat/completions?api-version=1',
    ].map((path) => [`https://api.openai.com/v1/${path}`, 'the path of one endpoint']),
  ])('%j: %s', (url, problem) => {
    const found = findBaseUrlProblem(url!)
    expect(found).toContain(problem)
    expect(found).not.toContain('s3cret')
  })
})
