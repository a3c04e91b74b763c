import { expect, it } from 'vitest'
import { parseConfig } from '../../config/parse-config.ts'
import type { ProviderConfig } from '../../providers/registry.ts'
import { withListPrice } from './list-price.ts'

const day = new Date('2026-01-01T00:00:00Z')
const at = (baseUrl: string): ProviderConfig => {
  const [provider] = parseConfig(
    `version: 1\nproviders: { openai: { kind: openai-compatible, baseUrl: '${baseUrl}' } }\n` +
      'models: { strong: { provider: openai, upstream: a }, weak: { provider: openai, upstream: b } }\n',
    'f.yaml',
  ).providers
  if (provider === undefined) throw new Error('no provider')
  return provider
}
const named = (upstream: string) => ({ name: 'judge', provider: 'openai', upstream })

it('a model of OpenAI has its list price unless the configuration prices it', async () => {
  const openai = at('https://api.openai.com/v1')
  expect(await withListPrice(named('gpt-4o'), openai, day)).toMatchObject({
    inputUsdPerMillionTokens: 2.5,
    outputUsdPerMillionTokens: 10,
  })
  const free = { ...named('gpt-4o'), inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 0 }
  expect(await withListPrice(free, openai, day)).toEqual(free)
  expect(await withListPrice(named('my-own'), openai, day)).toEqual(named('my-own'))
})

it.each(['http://127.0.0.1:11434/v1', 'https://api.openai.com.example/v1', 'https://proxy.example/v1'])(
  'the same name at %s has none',
  async (baseUrl) => expect(await withListPrice(named('gpt-4o'), at(baseUrl), day)).toEqual(named('gpt-4o')),
)
