import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/index.ts'
import { type CommandSurroundings, routellm as run } from '../../support/command-line.ts'
import { startUpstream } from '../../support/servers/recording-upstream.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-cli-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

function routellm(argv: readonly string[], surroundings: Partial<CommandSurroundings> = {}) {
  return run(argv, { folder, ...surroundings })
}

describe('doctor', () => {
  it('checks the installation and never shows a key', async () => {
    await writeFile(
      join(folder, 'routellm.yaml'),
      'version: 1\nserver: { port: 0 }\nproviders: { up: { kind: openai-compatible, baseUrl: http://127.0.0.1:9/v1, apiKeyEnv: UP_KEY } }\nmodels: { strong: { provider: up }, weak: { provider: up } }',
    )
    const { exitCode, stdout } = await routellm(['doctor', '--json'], { variables: { UP_KEY: 'planted' } })
    const report = JSON.parse(stdout)
    expect(
      report.checks.map((check: { name: string; status: string }) => [check.name, check.status]),
    ).toEqual([
      ['Node.js', 'ok'],
      ['routellm', 'ok'],
      ['built-in router', 'ok'],
      ['optional @huggingface/hub', expect.stringMatching(/ok|absent/)],
      ['optional onnxruntime-node', expect.stringMatching(/ok|absent/)],
      ['optional @huggingface/tokenizers', expect.stringMatching(/ok|absent/)],
      ['optional hyparquet', expect.stringMatching(/ok|absent/)],
      ['optional hyparquet-compressors', expect.stringMatching(/ok|absent/)],
      ['optional @pydantic/genai-prices', expect.stringMatching(/ok|absent/)],
      ['optional @opentelemetry/api', 'ok'],
      ['optional @resvg/resvg-js', expect.stringMatching(/ok|absent/)],
      ['optional encoder', expect.stringMatching(/ok|absent/)],
      ['configuration', 'ok'],
      ['prices', 'absent'],
      ['key of up', 'ok'],
      ['port', 'ok'],
    ])
    expect(report.checks.find(({ name }: { name: string }) => name === 'optional encoder').detail).toMatch(
      /\{ kind: mf, encoder: intfloat\/multilingual-e5-small \}.* 9\d\.\d % of the time \(95 % interval 9\d\.\d to 9\d\.\d; 50 is chance\); it costs about \d+ ms .* \d+ MB of memory, \d+ MB to download/,
    )
    expect([exitCode, report.ok]).toEqual([0, true])
    expect(stdout).not.toContain('planted')
  })

  it('says which models have prices, and where these are from', async () => {
    await writeFile(
      join(folder, 'routellm.yaml'),
      `version: 1
server: { port: 0 }
providers:
  openai: { kind: openai-compatible, baseUrl: https://api.openai.com/v1 }
  local: { kind: openai-compatible, baseUrl: http://127.0.0.1:9/v1 }
models:
  strong: { provider: openai, upstream: gpt-5 }
  own: { provider: local, inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 0 }
  weak: { provider: local, upstream: gpt-5 }
`,
    )
    const { stdout } = await routellm(['doctor', '--json'])
    const { checks } = JSON.parse(stdout) as { checks: Record<string, string>[] }
    const prices = checks.find(({ name }) => name === 'prices')
    expect(prices).toMatchObject({
      status: 'absent',
      detail: expect.stringMatching(
        /^strong as openai gpt-5, own from the configuration, weak unpriced \(list prices: the i\w+ @pydantic\/genai-prices [\d.]+, prices of \d{4}-\d\d-\d\d\)$/,
      ),
      remedy: expect.stringContaining('outputUsdPerMillionTokens of weak in'),
    })
    const models = (await routellm(['models'])).stdout
    expect(models).toContain('$1.25 in, $10 out, $0.125 cache read per million tokens (list: openai gpt-5)')
    expect(models).toContain('context 400,000 tokens (list: openai gpt-5)')
    expect(models).toContain('unpriced')
  })

  it('warns about a weak model that is a specialist, and about models that are no chat models', async () => {
    const configure = (models: string) =>
      writeFile(
        join(folder, 'routellm.yaml'),
        `version: 1\nserver: { port: 0 }\nproviders: { local: { kind: openai-compatible, baseUrl: http://127.0.0.1:9/v1 } }\nmodels: ${models}\npolicy: { kind: pair, strong: strong, weak: weak }`,
      )
    const warnings = async () => {
      const { exitCode, stdout } = await routellm(['doctor', '--json'])
      const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Record<string, string>[] }
      expect([exitCode, ok]).toEqual([0, true])
      return checks.filter(({ status }) => status === 'warning')
    }
    const strong = 'strong: { provider: local, upstream: gpt-5 }'
    await configure(`{ ${strong}, weak: { provider: local, upstream: 'qwen2.5-coder:7b' } }`)
    expect(await warnings()).toEqual([
      {
        name: 'weak model',
        status: 'warning',
        detail: expect.stringContaining('weak (qwen2.5-coder:7b) is, by its name, a specialist for code'),
        remedy: expect.stringContaining('routellm train few_label --labels'),
      },
    ])
    const text = await routellm(['doctor'])
    expect(text.stdout).toContain('warning weak model: weak (qwen2.5-coder:7b)')
    await configure(
      '{ strong: { provider: local, upstream: codex-mini }, weak: { provider: local, upstream: llama-guard3 } }',
    )
    expect((await warnings()).map(({ name, detail }) => `${name}: ${detail}`)).toEqual([
      expect.stringMatching(/^weak model: .*answers no chat requests/),
    ])
    await configure(`{ ${strong}, weak: { provider: local, upstream: llama3.1 } }`)
    expect(await warnings()).toEqual([])
  })

  it('fails with 1 for a key that is not set, and for a provider that refuses it', async () => {
    const upstream = await startUpstream('up')
    await writeFile(
      join(folder, 'routellm.yaml'),
      `version: 1\nserver: { port: 0 }\nproviders: { up: { kind: openai-compatible, baseUrl: ${upstream.baseURL}, apiKeyEnv: UP_KEY } }\nmodels: { strong: { provider: up }, weak: { provider: up } }`,
    )
    const unset = await routellm(['doctor'])
    expect([unset.exitCode, unset.stdout]).toEqual([
      1,
      expect.stringContaining('key of up: UP_KEY is not set'),
    ])
    expect(upstream.seen).toEqual([])
    upstream.next.push((response) => response.writeHead(401).end())
    const refused = await routellm(['doctor', '--online'], { variables: { UP_KEY: 'k' } })
    expect([refused.exitCode, refused.stdout]).toEqual([1, expect.stringContaining('refuses the key')])
    expect(upstream.seen[0]?.headers.authorization).toBe('Bearer k')
    await upstream.close()
  })

  it('sends each kind of provider its key as that kind takes it, and none where clients bring it', async () => {
    const upstream = await startUpstream('up')
    const { origin } = new URL(upstream.baseURL)
    await writeFile(
      join(folder, 'routellm.yaml'),
      `version: 1
server: { port: 0 }
providers:
  claude: { kind: anthropic, baseUrl: ${upstream.baseURL}, endpoints: [{ apiKeyEnv: SECOND_KEY }] }
  azure: { kind: azure, baseUrl: ${origin}, apiKeyEnv: UP_KEY }
  dated: { kind: azure, baseUrl: ${origin}, apiKeyEnv: UP_KEY, apiVersion: 2025-04-01-preview }
  login: { kind: anthropic, baseUrl: ${upstream.baseURL}, passThrough: true }
models: { strong: { provider: claude }, weak: { provider: login } }
`,
    )
    for (let each = 0; each < 5; each++) upstream.next.push((response) => response.writeHead(401).end())
    const variables = { ANTHROPIC_API_KEY: 'a', SECOND_KEY: 'b', UP_KEY: 'k' }
    const { stdout } = await routellm(['doctor', '--online', '--json'], { variables })
    const { checks } = JSON.parse(stdout) as { checks: Record<string, string>[] }
    const online = checks.filter(({ name }) => name?.startsWith('provider '))
    expect(online.map(({ name, status }) => [name, status])).toEqual([
      ['provider claude', 'failed'],
      ['provider claude (2)', 'failed'],
      ['provider azure', 'failed'],
      ['provider dated', 'failed'],
      ['provider login', 'ok'],
    ])
    const sent = upstream.seen.map(({ url, headers }) =>
      [url, headers.authorization, headers['x-api-key'], headers['api-key']].join(' '),
    )
    expect(sent.toSorted()).toEqual([
      '/openai/models?api-version=2025-04-01-preview   k',
      '/openai/v1/models   k',
      '/v1/models   ',
      '/v1/models  a ',
      '/v1/models  b ',
    ])
    expect(stdout).not.toContain('API_KEY is not set')
    await upstream.close()
  })

  it('takes a gateway at the port for no problem, and another program for one', async () => {
    const answers: string[] = []
    const upstream = await startUpstream('up')
    const { port } = new URL(upstream.baseURL)
    const file = `version: 1\nserver: { port: ${port} }\nproviders: { demo: { kind: demo } }\nmodels: { strong: { provider: demo }, weak: { provider: demo } }`
    await writeFile(join(folder, 'routellm.yaml'), file)
    for (const name of ['routellm', 'other']) {
      upstream.next.push((response) => response.end(JSON.stringify({ name })))
      const { stdout } = await routellm(['doctor', '--json'])
      const { checks } = JSON.parse(stdout) as { checks: Record<string, string>[] }
      const found = checks.find((check) => check.name === 'port')
      answers.push(`${found?.status}: ${found?.detail}`)
    }
    expect(answers).toEqual([
      `ok: a gateway is serving 127.0.0.1:${port}`,
      `failed: 127.0.0.1:${port} is taken by another program`,
    ])
    await upstream.close()
  })
})

describe('init, models and client-key', () => {
  it('init writes a file that is valid and is not written over', async () => {
    const first = await routellm(['init'])
    expect(first.exitCode).toBe(0)
    const text = await readFile(join(folder, 'routellm.yaml'), 'utf8')
    expect(parseConfig(text, 'routellm.yaml').routers.map(({ name }) => name)).toEqual([
      'mf',
      'random',
      'length',
    ])
    expect(text).toContain('$schema=')
    expect(text).toContain('# auto-encoder: { kind: mf, encoder: intfloat/multilingual-e5-small }')
    // What it proposes is valid.
    const withEncoder = parseConfig(text.replace('# auto-encoder:', 'auto-encoder:'), 'routellm.yaml')
    expect(withEncoder.routers.at(-1)).toMatchObject({
      kind: 'mf',
      encoder: 'intfloat/multilingual-e5-small',
    })
    await writeFile(join(folder, 'routellm.yaml'), 'mine')
    const second = await routellm(['init'])
    expect([second.exitCode, second.stderr]).toEqual([2, expect.stringContaining('--force')])
    expect(await readFile(join(folder, 'routellm.yaml'), 'utf8')).toBe('mine')
    expect((await routellm(['init', '--force'])).exitCode).toBe(0)
    expect(await readFile(join(folder, 'routellm.yaml'), 'utf8')).toBe(text)
    expect((await routellm(['init', '--print'])).stdout).toBe(text.trimEnd())
  })

  it('the commented alternatives of the template are valid too', async () => {
    const text = (await routellm(['init', '--print'])).stdout
    const lines = text.split('\n').filter((line) => !/^ {2}(demo|strong|weak):/.test(line))
    const alternative = lines
      .map((line) => line.replace(/^ {2}# (openai|local|strong|weak):/, '  $1:'))
      .join('\n')
    expect(parseConfig(alternative, 'f.yaml').models.map(({ upstream }) => upstream)).toEqual([
      'gpt-5',
      'llama3.1',
    ])
  })

  it('models lists what is configured', async () => {
    const { stdout } = await routellm(['models', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      models: [{ name: 'strong' }, { name: 'weak' }],
      auto: { router: 'mf' },
    })
    expect((await routellm(['models'])).stdout).toMatch(/^ {2}router-random /m)
  })

  it('client-key makes a key that its entry admits', async () => {
    const { key, entry } = JSON.parse((await routellm(['client-key', '--json'])).stdout)
    const { createClientKeyFinder } = await import('../../../src/config/client-key.ts')
    expect(createClientKeyFinder([entry])(key)).toBe(0)
  })

  it('client-key --name makes an entry of keys', async () => {
    const { key, entry, name } = JSON.parse(
      (await routellm(['client-key', '--name', 'web', '--json'])).stdout,
    )
    expect(name).toBe('web')
    expect(key).toMatch(/^rllm-/)
    const line = (await routellm(['client-key', '--name', 'web'])).stdout.trim().split('\n')[1]
    const config = parseConfig(`version: 1\nkeys:\n  ${line}`, 'routellm.yaml')
    expect(config.server.keys[0]?.name).toBe('web')
    expect(config.server.keys[0]?.hmac.length).toBe(entry.length)
    const refused = await routellm(['client-key', '--name', 'two words'])
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain('--name: the name "two words" must have')
  })
})
