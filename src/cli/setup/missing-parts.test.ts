import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../index.ts'
import { findMissingKeys } from './missing-parts.ts'

function missing(provider: string, variables: Record<string, string> = {}): string[] {
  const text = `version: 1\nproviders: { up: ${provider} }\nmodels: { strong: { provider: up }, weak: { provider: up } }`
  return findMissingKeys(parseConfig(text, 'f.yaml'), variables).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  )
}

describe('missing keys', () => {
  it.each([
    '{ kind: anthropic, passThrough: true }',
    '{ kind: openai, passThrough: true }',
    '{ kind: azure, baseUrl: https://example.com, apiKeyEnv: AZURE_KEY, passThrough: true }',
    '{ kind: openai-compatible, preset: groq, passThrough: true }',
    '{ kind: openai-compatible, baseUrl: http://127.0.0.1:9/v1 }',
  ])('are none of %s', (provider) => expect(missing(provider)).toEqual([]))

  it.each([
    ['{ kind: anthropic }', 'ANTHROPIC_API_KEY'],
    ['{ kind: openai }', 'OPENAI_API_KEY'],
    ['{ kind: openai-compatible, preset: groq }', 'GROQ_API_KEY'],
  ])('of %s are named, with advice that holds for this kind', (provider, variable) => {
    expect(missing(provider)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^providers\\.up\\.apiKeyEnv: the environment variable ${variable} is not set; set it \\(export ${variable}=…\\), or name another variable in apiKeyEnv$`,
        ),
      ),
    ])
    expect(missing(provider, { [variable]: 'k' })).toEqual([])
  })

  it('may be left out of a provider that names its variable only', () => {
    const provider = '{ kind: openai-compatible, baseUrl: http://127.0.0.1:9/v1, apiKeyEnv: UP_KEY }'
    expect(missing(provider)).toEqual([
      expect.stringMatching(/UP_KEY is not set; .*, or remove apiKeyEnv if the provider needs no key$/),
    ])
  })

  it('are those of every endpoint', () => {
    const provider = '{ kind: openai, endpoints: [{ apiKeyEnv: SECOND_KEY }] }'
    expect(missing(provider, { OPENAI_API_KEY: 'k' })).toEqual([
      expect.stringMatching(/^providers\.up\.endpoints\.0\.apiKeyEnv: .* SECOND_KEY is not set/),
    ])
  })
})
