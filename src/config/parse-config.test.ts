import { describe, expect, it } from 'vitest'
import { altered, exampleConfig } from '../../test/support/config-example.ts'
import { clientKeyHmac } from './client-key.ts'
import { demoConfig, parseConfig } from './parse-config.ts'

describe('parseConfig', () => {
  it('reads the documented example', () => {
    const config = parseConfig(exampleConfig, '/etc/routellm/routellm.yaml')
    expect(config.server).toEqual({
      host: '127.0.0.1',
      port: 6061,
      clientKeys: [],
      keys: [],
      limits: { pacing: true },
      allowedOrigins: [],
      routerTimeoutMs: 500,
      bodyLimitBytes: 33_554_432,
      drainTimeoutMs: 30_000,
      shutdownGraceMs: 5000,
      forwardClientKey: false,
    })
    expect(config.providers).toEqual([
      {
        name: 'openai',
        kind: 'openai-compatible',
        baseUrl: 'https://api.openai.com/v1',
        apiKeyEnv: 'OPENAI_API_KEY',
        headers: {},
        connectTimeoutMs: 10_000,
        headersTimeoutMs: 900_000,
        firstTokenTimeoutMs: 900_000,
        idleTimeoutMs: 600_000,
        totalTimeoutMs: 3_600_000,
        requireDone: true,
        apiKeyHeader: 'authorization',
        maxConnections: 1024,
        passThrough: false,
        retries: 0,
      },
      expect.objectContaining({ name: 'local', baseUrl: 'http://127.0.0.1:11434/v1' }),
    ])
    expect(config.models).toEqual([
      {
        name: 'strong',
        provider: 'openai',
        upstream: 'gpt-5',
        inputUsdPerMillionTokens: 1.25,
        outputUsdPerMillionTokens: 10,
      },
      { name: 'weak', provider: 'local', upstream: 'llama3.1' },
    ])
    expect(config.routers).toEqual([
      { name: 'mf', kind: 'mf' },
      { name: 'mine', artifact: '/etc/routellm/my-router' },
    ])
    expect(config.policy).toEqual({ kind: 'pair', strong: 'strong', weak: 'weak' })
    expect(config.auto).toEqual({ kind: 'threshold', router: 'mine', threshold: 0.35 })
  })

  it('takes the demonstration pair, the standard routers and half of the prompts where nothing is said', () => {
    expect({ ...parseConfig('version: 1', 'f.yaml'), source: '' }).toEqual({ ...demoConfig(), source: '' })
    expect(demoConfig().auto).toEqual({ kind: 'router-default', router: 'mf' })
    expect(demoConfig().models.map((model) => model.upstream)).toEqual(['demo-strong', 'demo-weak'])
    expect(demoConfig().routers.map((router) => router.name)).toEqual(['mf', 'random', 'length', 'rules'])
  })

  it('adds models that the policy names by provider', () => {
    const config = parseConfig(altered(12, 'policy: { strong: openai/gpt-5.1/x, weak: weak }'), 'f.yaml')
    expect(config.models.at(-1)).toEqual({
      name: 'openai/gpt-5.1/x',
      provider: 'openai',
      upstream: 'gpt-5.1/x',
    })
  })

  it('lets the command line say host, port and keys before it is checked', () => {
    const key = clientKeyHmac('a-key-of-a-client')
    const config = parseConfig(exampleConfig, 'f.yaml', { host: '0.0.0.0', port: 1, clientKeys: [key] })
    expect(config.server).toMatchObject({ host: '0.0.0.0', port: 1, clientKeys: [key] })
  })
})

describe('a causal_llm router', () => {
  const routers = (entry: string) =>
    parseConfig(`version: 1\nrouters:\n  ask: ${entry}\n`, '/a/routellm.yaml')

  it('is known by its model; the key is that of OpenAI at OpenAI only', () => {
    expect(routers('{ model: gpt-4.1-nano }').routers).toEqual([
      { name: 'ask', kind: 'causal_llm', model: 'gpt-4.1-nano', apiKeyEnv: 'OPENAI_API_KEY' },
    ])
    expect(routers('{ model: m, baseUrl: http://127.0.0.1:8000/v1 }').routers[0]).not.toHaveProperty(
      'apiKeyEnv',
    )
    expect(routers('{ model: m, baseUrl: http://x/v1, apiKeyEnv: MINE }').routers[0]).toMatchObject({
      apiKeyEnv: 'MINE',
    })
  })

  it('finds its prompt files against the file, and takes what it is given for requests', () => {
    const [router] = routers(
      '{ model: m, baseUrl: http://x/v1, checkpoint: ./tuned, mode: completion, template: "{system} {user}", parameters: { max_tokens: null, chat_template_kwargs: { enable_thinking: false } } }',
    ).routers
    expect(router).toMatchObject({
      checkpoint: '/a/tuned',
      parameters: { max_tokens: null, chat_template_kwargs: { enable_thinking: false } },
    })
  })

  it('is at its default threshold as auto', () => {
    expect(routers('{ model: m }').auto).toEqual({ kind: 'router-default', router: 'ask' })
  })
})
