import { afterEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/parse-config.ts'
import { ConfigError } from '../../../src/errors.ts'
import { protocols } from '../../../src/gateway/protocols/registry.ts'
import { presets } from '../../../src/providers/openai-compatible/presets.ts'
import { createConfiguredProvider, providerEndpoint } from '../../../src/providers/registry.ts'
import { startGateway } from '../../support/gateway-under-test.ts'
import { completion, json, startUpstream, type Upstream } from '../../support/upstream.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

function configured(entry: string) {
  const text = `version: 1
providers:
  p: ${entry}
models:
  one: { provider: p, upstream: model-1 }
  two: { provider: p, upstream: model-2 }
policy: { kind: pair, strong: one, weak: two }
`
  return parseConfig(text, 'f.yaml').providers[0]!
}

/** What the upstream gets of one request to a provider of routellm.yaml. */
async function sentBy(
  entry: (upstream: Upstream) => string,
  headers?: Record<string, string>,
): Promise<{ path: string; headers: Record<string, unknown> }> {
  const upstream = await startUpstream()
  const provider = await createConfiguredProvider(configured(entry(upstream)), {
    p: 'secret-key-of-the-provider',
  })
  closing.push(upstream.close, () => provider.close())
  await provider.call({ path: '/messages', model: 'model 1', body: '{}', ...(headers && { headers }) })
  const [seen] = upstream.seen
  return { path: seen!.path, headers: seen!.headers }
}

describe('kinds of provider', () => {
  it.each([
    ['v1', 'max_completion_tokens'],
    ['2025-04-01-preview', 'max_completion_tokens'],
    ['2024-09-01-preview', 'max_completion_tokens'],
    ['2024-08-01-preview', 'max_tokens'],
    ['2024-06-01', 'max_tokens'],
  ])("azure of %s gets a client's max_tokens as %s", async (apiVersion, field) => {
    const upstream = await startUpstream(json(completion))
    const entry = `{ kind: azure, baseUrl: "${upstream.url}", apiVersion: "${apiVersion}", apiKeyEnv: KEY }`
    const provider = await createConfiguredProvider(configured(entry), { p: 'key' })
    const gateway = await startGateway({
      providers: [provider],
      parts: {
        models: [
          { name: 'strong', provider: 'main', upstream: 'big' },
          { name: 'weak', provider: 'p', upstream: 'small' },
        ],
      },
    })
    closing.push(gateway.close, () => provider.close(), upstream.close)
    const messages = [{ role: 'user', content: 'hi' }]
    expect((await gateway.chat({ model: 'weak', max_tokens: 7, messages })).status).toBe(200)
    expect(JSON.parse(upstream.seen[0]!.body.toString())).toEqual({ model: 'small', [field]: 7, messages })
  })

  it('anthropic: the key in x-api-key, and a version that the client may state', async () => {
    const entry = ({ url }: Upstream) => `{ kind: anthropic, baseUrl: "${url}/v1", apiKeyEnv: KEY }`
    const own = await sentBy(entry)
    expect(own.path).toBe('/v1/messages')
    expect(own.headers).toMatchObject({
      'x-api-key': 'secret-key-of-the-provider',
      'anthropic-version': '2023-06-01',
    })
    expect(own.headers.authorization).toBeUndefined()
    const stated = await sentBy(entry, { 'anthropic-version': '2024-10-22' })
    expect(stated.headers['anthropic-version']).toBe('2024-10-22')
  })

  it("sends a client's own credential and no key beside it", async () => {
    const entry = ({ url }: Upstream) =>
      `{ kind: anthropic, baseUrl: "${url}/v1", apiKeyEnv: KEY, passThrough: true }`
    const { headers } = await sentBy(entry, { authorization: 'Bearer of-the-client' })
    expect(headers.authorization).toBe('Bearer of-the-client')
    expect(headers['x-api-key']).toBeUndefined()
    const compatible = await sentBy(
      ({ url }) => `{ kind: openai-compatible, baseUrl: "${url}/v1", apiKeyEnv: KEY, passThrough: true }`,
      { 'x-api-key': 'of-the-client' },
    )
    expect(compatible.headers['x-api-key']).toBe('of-the-client')
    expect(compatible.headers.authorization).toBeUndefined()
  })

  it('azure: the key in api-key, the deployment and the version in the path', async () => {
    const dated = await sentBy(
      ({ url }) => `{ kind: azure, baseUrl: "${url}", apiVersion: "2025-04-01-preview", apiKeyEnv: KEY }`,
    )
    expect(dated.path).toBe('/openai/deployments/model%201/messages?api-version=2025-04-01-preview')
    expect(dated.headers['api-key']).toBe('secret-key-of-the-provider')
    expect(dated.headers.authorization).toBeUndefined()
    const current = await sentBy(({ url }) => `{ kind: azure, baseUrl: "${url}", apiKeyEnv: KEY }`)
    expect(current.path).toBe('/openai/v1/messages')
  })

  it('openai and anthropic know their addresses and their variables', () => {
    expect(providerEndpoint(configured('{ kind: openai }'))).toMatchObject({
      baseUrl: 'https://api.openai.com/v1',
      apiKeyEnv: 'OPENAI_API_KEY',
    })
    expect(providerEndpoint(configured('{ kind: anthropic }'))).toMatchObject({
      baseUrl: 'https://api.anthropic.com/v1',
      apiKeyEnv: 'ANTHROPIC_API_KEY',
    })
  })
})

describe('presets', () => {
  it.each(presets.map((preset) => [preset.name, preset] as const))('%s', async (name, preset) => {
    const address = preset.baseUrl ?? 'https://example.com/v1'
    const entry = `{ kind: openai-compatible, preset: ${name}${preset.baseUrl === null ? `, baseUrl: "${address}"` : ''} }`
    const config = configured(entry)
    const endpoint = providerEndpoint(config)
    expect(endpoint?.baseUrl).toBe(address)
    expect(endpoint?.apiKeyEnv).toBe(preset.apiKeyEnv ?? undefined)
    const provider = await createConfiguredProvider(config)
    closing.push(() => provider.close())
    expect(provider.protocols).toEqual(preset.protocols)
    expect(provider).toMatchObject({ requestStreamUsage: preset.dialect !== 'mistral' })
    const known = [...protocols.map((protocol) => protocol.name), 'messages', 'responses']
    for (const protocol of preset.protocols) expect(known).toContain(protocol)
  })

  it("a preset's key goes to no other address by itself", () => {
    const elsewhere = configured(
      '{ kind: openai-compatible, preset: groq, baseUrl: "http://127.0.0.1:1/v1" }',
    )
    expect(providerEndpoint(elsewhere)).toEqual({
      baseUrl: 'http://127.0.0.1:1/v1',
      headers: {},
      apiKeyHeader: 'authorization',
    })
  })

  it('without an address there is an error that says how it looks', () => {
    expect(() => configured('{ kind: openai-compatible, preset: bedrock }')).toThrow(
      /providers\.p\.baseUrl.*bedrock-runtime/s,
    )
    expect(() => configured('{ kind: openai-compatible }')).toThrow(ConfigError)
    expect(() => configured('{ kind: openai-compatible, preset: grok }')).toThrow(/providers\.p\.preset/)
  })
})
