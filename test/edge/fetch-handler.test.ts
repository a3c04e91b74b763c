import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { readExport } from '../../src/cli/commands/export/read-export.ts'
import { clientKeyHmac, newClientKey } from '../../src/config/client-key.ts'
import { type FetchHandlerOptions, fetchHandler } from '../../src/edge/fetch-handler.ts'
import { openArtifacts, type RouterArtifacts } from '../../src/edge/routers/artifacts.ts'
import type { RequestRecord } from '../../src/gateway/request-record.ts'

let artifacts: RouterArtifacts
beforeAll(async () => {
  artifacts = (await readExport([], () => {})).artifacts
})

const silent = { warn() {}, error() {} }
const models = { strong: { provider: 'up' }, weak: { provider: 'up' } }
const up = { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:9/v1' }

function problemsOf(options: FetchHandlerOptions): string[] {
  try {
    fetchHandler({ log: silent, ...options })
  } catch (error) {
    expect(error).toMatchObject({ name: 'ConfigError', code: 'invalid-config' })
    return (error as Error).message.split('\n')
  }
  return []
}

describe('fetchHandler', () => {
  it('names every problem of a configuration at once', () => {
    const problems = problemsOf({
      config: {
        server: { port: 3, allowedOrigins: ['http://localhost:1'] },
        providers: { up: { ...up, apiKeyEnv: 'UP_KEY', maxConnections: 3 } },
        models: { strong: { provider: 'up' }, weak: { provider: 'upp' } },
        routers: { mf: { checkpoint: 'a/b' }, mine: { artifact: 'mine' }, length: {} },
        policies: { careful: { kind: 'pair', strong: 'strong', weak: 'feeble', router: 'mf' } },
        keys: { web: { hmac: clientKeyHmac(newClientKey()), usdPerDay: 3 } },
      },
      artifacts,
    })
    for (const expected of [
      /^config: server\.port: belongs to the process/,
      /^config: server\.allowedOrigins: is not served here/,
      /^config: keys\.web\.usdPerDay: counts over all requests/,
      /^config: routers\.mf\.checkpoint: needs files or a network/,
      /^config: providers\.up\.maxConnections: is the platform's affair/,
      /^config: providers\.up\.apiKeyEnv: `env` has no text UP_KEY/,
      /^config: models\.weak\.provider: no provider "upp"\. Did you mean "up"/,
      /^config: policies\.careful\.weak: no model "feeble"/,
      /^config: routers\.mine\.artifact: the option `artifacts` has no "mine" \(it has: builtin\)/,
    ])
      expect(problems).toContainEqual(expect.stringMatching(expected))
    expect(problems).toHaveLength(9)
  })

  it.each([
    [{ limits: { maxInFlight: 3 } }, 'limits.maxInFlight'],
    [{ embedder: { batchSize: 3 } }, 'embedder'],
    [{ unknown: 1 }, 'unknown'],
    [{ routers: { knn: {} } }, 'routers.knn'],
    [
      { policies: { c: { kind: 'cascade', strong: 'strong', weak: 'weak', verifier: './v' } } },
      'policies.c.kind',
    ],
  ])('refuses %j', (config, path) => {
    const problems = problemsOf({ config: config as FetchHandlerOptions['config'], artifacts, open: true })
    expect(problems.filter((problem) => problem.startsWith(`config: ${path}: `))).toHaveLength(1)
  })

  it('asks for client keys unless it is told that it is not open to everybody', () => {
    const config = { providers: { up }, models, routers: { length: {} } }
    expect(problemsOf({ config })).toEqual([expect.stringMatching(/^config: keys: missing; .*`open: true`$/)])
    expect(problemsOf({ config, open: true })).toEqual([])
    expect(
      problemsOf({ config: { ...config, server: { clientKeys: [clientKeyHmac(newClientKey())] } } }),
    ).toEqual([])
  })

  it('asks for artifacts only for routers that have learned something', () => {
    const config = { providers: { up }, models }
    expect(problemsOf({ config: { ...config, routers: { mf: {} } }, open: true })).toEqual([
      expect.stringMatching(
        /^config: routers\.mf: the option `artifacts` has no "builtin" \(it has: nothing\)/,
      ),
    ])
    expect(problemsOf({ config: { ...config, routers: { rules: {}, random: {} } }, open: true })).toEqual([])
  })

  it('refuses a key that no header can carry, and does not show it', () => {
    const config = { providers: { up: { ...up, apiKeyEnv: 'UP_KEY' } }, models, routers: { length: {} } }
    const make = () => fetchHandler({ config, env: { UP_KEY: 'sk-secret\n' }, open: true })
    expect(make).toThrow(expect.objectContaining({ code: 'bad-api-key' }))
    expect(make).not.toThrow('sk-secret')
  })

  it('loads artifacts with the first request if they come later, and again after a failure', async () => {
    let loads = 0
    const answer = fetchHandler({
      config: { routers: { mf: {} } },
      artifacts: async () => {
        loads++
        if (loads === 1) throw new Error('the storage is away')
        return artifacts
      },
      open: true,
      log: silent,
    })
    const ask = () =>
      answer(
        new Request('https://edge.example/v1/route', {
          method: 'POST',
          body: JSON.stringify({ model: 'auto', prompt: 'Prove it.' }),
        }),
      )
    expect(loads).toBe(0)
    const failed = await ask()
    expect(failed.status).toBe(500)
    expect(await failed.json()).toMatchObject({ error: { code: 'internal_error' } })
    for (let round = 0; round < 2; round++)
      expect(await (await ask()).json()).toMatchObject({ reason: 'routed', router: 'mf' })
    expect(loads).toBe(2)
  })

  it('reads artifacts that come later once, however many requests are the first', async () => {
    let reads = 0
    const counted = {
      ...artifacts,
      get files() {
        reads++
        return artifacts.files
      },
    }
    const answer = fetchHandler({
      config: { routers: { mf: {} } },
      artifacts: async () => counted,
      open: true,
      log: silent,
    })
    const request = () =>
      new Request('https://edge.example/v1/route', {
        method: 'POST',
        body: JSON.stringify({ model: 'auto', prompt: 'Prove it.' }),
      })
    await answer(request())
    const ofOne = reads
    reads = 0
    const another = fetchHandler({
      config: { routers: { mf: {} } },
      artifacts: async () => counted,
      open: true,
      log: silent,
    })
    const replies = await Promise.all(Array.from({ length: 8 }, () => another(request())))
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200))
    expect(reads).toBe(ofOne)
  })

  it('calls no model for a client that has left while its body came, and records that', async () => {
    const records: RequestRecord[] = []
    let calls = 0
    const answer = fetchHandler({
      config: { providers: { up }, models, routers: { length: {} } },
      open: true,
      log: silent,
      fetch: async () => {
        calls++
        return Response.json({})
      },
      onRequest: (record) => void records.push(record),
    })
    const controller = new AbortController()
    const body = new ReadableStream<Uint8Array>({
      pull(stream) {
        stream.enqueue(Buffer.from('{"model":"weak","messages":[{"role":"user","content":"hi"}]}'))
        stream.close()
        controller.abort()
      },
    })
    // Platforms abort the signal and may still give the body, which has come; undici's `Request` would not.
    const { method, url, headers } = new Request('https://edge.example/v1/chat/completions', {
      method: 'POST',
    })
    const response = await answer({ method, url, headers, body, signal: controller.signal } as Request)
    expect(response.status).toBe(499)
    expect(records).toEqual([expect.objectContaining({ status: 499, attempts: 0 })])
    expect(calls).toBe(0)
  })

  it('limits a compressed body before it is decompressed, too', async () => {
    const answer = fetchHandler({
      config: { server: { bodyLimitBytes: 2000 }, providers: { up }, models, routers: { length: {} } },
      open: true,
      log: silent,
    })
    const nothing = gzipSync('')
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull(stream) {
        sent += nothing.length
        stream.enqueue(nothing)
        if (sent > 100_000) stream.close()
      },
    })
    const response = await answer(
      new Request('https://edge.example/v1/chat/completions', {
        method: 'POST',
        body,
        headers: { 'content-encoding': 'gzip' },
        duplex: 'half',
      } as RequestInit),
    )
    expect(response.status).toBe(413)
    expect(sent).toBeLessThan(10_000)
  })

  it('names the key in the record of a request that is refused', async () => {
    const records: RequestRecord[] = []
    const key = newClientKey()
    const answer = fetchHandler({
      config: {
        server: { bodyLimitBytes: 2000 },
        ...{ providers: { up }, models, routers: { length: {} } },
        keys: { web: { hmac: clientKeyHmac(key) } },
      },
      log: silent,
      onRequest: (record) => void records.push(record),
    })
    const ask = (authorization: string) =>
      answer(
        new Request('https://edge.example/v1/chat/completions', {
          method: 'POST',
          body: 'x'.repeat(3000),
          headers: { authorization },
        }),
      )
    expect([(await ask(`Bearer ${key}`)).status, (await ask('Bearer another')).status]).toEqual([413, 401])
    expect(records.map((record) => record.key)).toEqual(['web', null])
  })

  it('gives the record of each request to onRequest', async () => {
    const records: unknown[] = []
    const answer = fetchHandler({
      config: { routers: { length: {} } },
      open: true,
      onRequest: (record) => void records.push(record),
    })
    const init = {
      method: 'POST',
      body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'hi' }] }),
    }
    await (await answer(new Request('https://edge.example/v1/chat/completions', init))).text()
    await answer(new Request('https://edge.example/nothing'))
    expect(records).toEqual([
      expect.objectContaining({ status: 200, router: 'length', path: '/v1/chat/completions' }),
      expect.objectContaining({ status: 404, path: 'unknown' }),
    ])
  })
})

describe('openArtifacts', () => {
  it.each([
    ['null', null, /no format/],
    ['another release', { format: 'routellm-artifacts@9', files: {} }, /routellm-artifacts@9/],
  ])('refuses %s', (_what, value, message) => {
    expect(() => openArtifacts([value as unknown as RouterArtifacts])).toThrow(message)
  })

  it('joins several values, and refuses two routers of one name', () => {
    const mine = { ...artifacts, files: { ...artifacts.files, 'mine/router.json': 'e30=' } }
    expect([...openArtifacts([artifacts, mine]).names]).toEqual(['builtin', 'mine'])
    expect(() => openArtifacts([mine, mine])).toThrow(expect.objectContaining({ code: 'duplicate-name' }))
  })

  it('names a file that is missing or damaged', () => {
    const files = openArtifacts([{ ...artifacts, files: { 'builtin/pieces.safetensors': '***' } }])
    expect(() => files.read('builtin/router.json')).toThrow(/no builtin\/router\.json/)
    expect(() => files.read('builtin/pieces.safetensors')).toThrow(/is not base64/)
  })
})
