import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/parse-config.ts'
import { buildGateway } from '../../src/gateway/build-gateway.ts'
import { providerKeys } from '../../src/providers/provider-keys.ts'
import { createServer } from '../../src/server/server.ts'
import type { Server } from '../../src/server/server-options.ts'
import { speakingModel } from '../support/protocols/speaking-model.ts'
import { project } from '../support/run-program.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'

const page = readFileSync(join(project, 'docs', 'providers.md'), 'utf8')
const example = /```yaml\n([\s\S]+?)```/.exec(page)?.[1] ?? ''

/** The variables that the page names. Those of the client's own credential and of the local server are not among them. */
const variables = {
  OPENAI_API_KEY: 'key-of-openai',
  ANTHROPIC_API_KEY: 'key-of-anthropic',
  AZURE_KEY: 'key-of-azure',
  GROQ_API_KEY: 'key-of-groq',
  OWN_KEY: 'key-of-own',
}

let upstream: Upstream
let server: Server
let url = ''

beforeAll(async () => {
  upstream = await startUpstream()
  upstream.answer(speakingModel)
  const config = parseConfig(example, 'routellm.yaml')
  const apiKeys = providerKeys(config, variables)
  // On loopback, with the path of the provider's own address.
  const providers = config.providers.map((provider) => {
    const { baseUrl } = provider as { readonly baseUrl?: string }
    const address = baseUrl ?? 'https://api.groq.com/openai/v1'
    return { ...provider, baseUrl: `${upstream.url}${new URL(address).pathname.replace(/\/$/, '')}` }
  })
  const gateway = await buildGateway(
    { ...config, providers: providers as typeof config.providers },
    { apiKeys, routerDependencies: { embedderOptions: {}, hub: {} } },
  )
  server = createServer(gateway, {})
  ;({ url } = await server.listen({ port: 0 }))
})

afterAll(async () => {
  await server.close()
  await upstream.close()
})

const bodies = {
  '/v1/chat/completions': { messages: [{ role: 'user', content: 'hi' }] },
  '/v1/responses': { input: 'hi' },
  '/v1/messages': { max_tokens: 100, messages: [{ role: 'user', content: 'hi' }] },
} as const
const paths = Object.keys(bodies) as (keyof typeof bodies)[]

/** Model → where a request for it goes, by the client's path, and with which key. */
const expected: Readonly<
  Record<string, { readonly to: readonly [string, string, string]; readonly key: Record<string, string> }>
> = {
  gpt: {
    to: ['/v1/chat/completions', '/v1/responses', '/v1/chat/completions'],
    key: { authorization: 'Bearer key-of-openai' },
  },
  claude: {
    to: ['/v1/messages', '/v1/messages', '/v1/messages'],
    key: { 'x-api-key': 'key-of-anthropic', 'anthropic-version': '2023-06-01' },
  },
  'claude-login': {
    to: ['/v1/messages', '/v1/messages', '/v1/messages'],
    key: { authorization: 'Bearer of-the-client' },
  },
  'azure-gpt': {
    to: ['/openai/v1/chat/completions', '/openai/v1/responses', '/openai/v1/chat/completions'],
    key: { 'api-key': 'key-of-azure' },
  },
  'azure-deployment': {
    to: [
      '/openai/deployments/my-gpt/chat/completions?api-version=2025-04-01-preview',
      '/openai/responses?api-version=2025-04-01-preview',
      '/openai/deployments/my-gpt/chat/completions?api-version=2025-04-01-preview',
    ],
    key: { 'api-key': 'key-of-azure' },
  },
  fast: {
    to: ['/openai/v1/chat/completions', '/openai/v1/responses', '/openai/v1/chat/completions'],
    key: { authorization: 'Bearer key-of-groq' },
  },
  small: { to: ['/v1/chat/completions', '/v1/responses', '/v1/messages'], key: {} },
  house: { to: ['/v1/messages', '/v1/messages', '/v1/messages'], key: { 'api-key': 'key-of-own' } },
}

describe('the example of docs/providers.md', () => {
  it('has a model for each row here', () => {
    expect(parseConfig(example, 'f.yaml').models.map(({ name }) => name)).toEqual(Object.keys(expected))
  })

  const cases = Object.entries(expected).flatMap(([model, { to, key }]) =>
    paths.map((path, index) => [model, path, to[index] ?? '', key] as const),
  )
  it.each(cases)('%s, asked by %s, goes to %s', async (model, path, to, key) => {
    const reply = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer of-the-client' },
      body: JSON.stringify({ model, ...bodies[path] }),
    })
    expect(await reply.text()).toContain('It is 12.')
    const seen = upstream.seen.at(-1)!
    expect(seen.path).toBe(to)
    const { authorization, 'x-api-key': apiKey, 'api-key': azureKey } = seen.headers
    const names = ['authorization', 'x-api-key', 'api-key'].filter((name) => name in key)
    expect([authorization, apiKey, azureKey].filter((value) => value !== undefined)).toHaveLength(
      names.length,
    )
    expect(seen.headers).toMatchObject(key)
    const spoken = paths.find((own) => to.replace(/\?.*/, '').endsWith(own.replace('/v1', '')))
    const translation = reply.headers.get('x-routellm-translation')
    expect(translation === null).toBe(spoken === path)
  })
})
