import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  answerJson,
  type EmbeddingServer,
  startEmbeddingServer,
  vectorOf,
} from '../../../../test/support/servers/embedding-server.ts'
import { EmbeddingError } from '../../../errors.ts'
import { createOpenAICompatibleEmbedder, type OpenAICompatibleEmbedderOptions } from './embedder.ts'

let server: EmbeddingServer

beforeEach(async () => {
  server = await startEmbeddingServer()
})
afterEach(() => server.close())

const create = (options: Partial<OpenAICompatibleEmbedderOptions> = {}) =>
  createOpenAICompatibleEmbedder({
    baseUrl: server.baseUrl,
    model: 'small',
    dimensions: 3,
    maxRetryDelayMs: 1,
    apiKey: 'sk-secret-1234',
    ...options,
  })

/** The first `times` requests get this answer. */
function answerFirst(
  times: number,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  server.intercept = (response, count) => {
    if (count > times) return false
    answerJson(response, status, body, headers)
    return true
  }
}

describe('an OpenAI-compatible embedder', () => {
  it('gives vectors in the order of the texts, whatever the order of the answer', async () => {
    const embedder = create()
    expect(embedder).toMatchObject({ id: 'openai-compatible:small', dimensions: 3 })
    expect(await embedder.embed(['b', 'aa', 'ccc'])).toEqual(
      ['b', 'aa', 'ccc'].map((t) => Float32Array.from(vectorOf(t))),
    )
    expect(server.requests).toEqual([
      {
        path: '/v1/embeddings',
        authorization: 'Bearer sk-secret-1234',
        body: { model: 'small', input: ['b', 'aa', 'ccc'] },
      },
    ])
  })

  it('asks nothing of the network before the first text, and nothing for no texts', async () => {
    expect(await create({ baseUrl: 'http://127.0.0.1:9/v1' }).embed([])).toEqual([])
    expect(server.requests).toEqual([])
  })

  it('sends no key where there is none, a slash at the end of the base URL is no matter', async () => {
    const { apiKey: _, ...options } = { apiKey: '', baseUrl: `${server.baseUrl}/`, model: 'm', dimensions: 3 }
    await createOpenAICompatibleEmbedder(options).embed(['x'])
    expect(server.requests[0]).toMatchObject({ path: '/v1/embeddings', authorization: undefined })
  })

  it('sends an empty text as one space', async () => {
    await create().embed([''])
    expect(server.requests[0]?.body.input).toEqual([' '])
  })

  it('batches by count and by characters', async () => {
    await create({ batchSize: 2 }).embed(['a', 'b', 'c', 'd', 'e'])
    await create({ batchCharacters: 5 }).embed(['aaa', 'bbb', 'cc', 'dddddddd', 'e'])
    expect(server.requests.map(({ body }) => body.input)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e'],
      ['aaa'],
      ['bbb', 'cc'],
      ['dddddddd'],
      ['e'],
    ])
    server.requests.length = 0
    expect(await create().embed([])).toEqual([])
    expect(server.requests).toEqual([])
  })

  it.each<[string, Partial<OpenAICompatibleEmbedderOptions>, number, number | undefined]>([
    ['its own length of an OpenAI model', { model: 'text-embedding-3-small' }, 1536, undefined],
    ['another length of an OpenAI model', { model: 'text-embedding-3-large', dimensions: 3 }, 3, 3],
    ['a length of another model', { model: 'nomic', dimensions: 3 }, 3, undefined],
    ['a length to ask another model for', { model: 'nomic', dimensions: 3, askForDimensions: true }, 3, 3],
  ])('knows %s', async (_, options, dimensions, asked) => {
    const { dimensions: own, ...rest } = { dimensions: undefined, ...options }
    const embedder = createOpenAICompatibleEmbedder({
      baseUrl: server.baseUrl,
      model: '',
      ...rest,
      ...(own !== undefined && { dimensions: own }),
    })
    expect(embedder.dimensions).toBe(dimensions)
    await embedder.embed(['x']).catch(() => undefined)
    expect(server.requests[0]?.body.dimensions).toBe(asked)
  })

  it('refuses to guess a length, and a base URL that is none', () => {
    const make = (baseUrl: string) => () => createOpenAICompatibleEmbedder({ baseUrl, model: 'nomic' })
    expect(make(server.baseUrl)).toThrow(/The length of the vectors of nomic is not known/)
    for (const baseUrl of ['', 'localhost:11434', 'file:///etc'])
      expect(() => create({ baseUrl }), baseUrl).toThrow(/must start with http:|is not a URL/)
  })
})

describe('further attempts', () => {
  it.each([408, 409, 429, 500, 502, 503])('after %i, as often as allowed', async (status) => {
    answerFirst(2, status, { error: { message: 'busy' } })
    expect(await create({ retries: 2 }).embed(['x'])).toHaveLength(1)
    expect(server.requests).toHaveLength(3)
    answerFirst(99, status, { error: { message: 'busy' } })
    await expect(create({ retries: 1 }).embed(['x'])).rejects.toThrow(`after 2 tries: it answered ${status}:`)
    expect(server.requests).toHaveLength(5)
  })

  it.each([400, 401, 403, 404, 422])('not after %i', async (status) => {
    answerFirst(99, status, { error: { message: 'no' } })
    const failure = create({ retries: 3 }).embed(['x'])
    await expect(failure).rejects.toMatchObject({
      name: 'EmbeddingError',
      code: 'embedding-failed',
      status: 502,
    })
    expect(server.requests).toHaveLength(1)
  })

  it('after a connection that breaks, before or within the answer', async () => {
    server.intercept = (response, count) => {
      if (count === 2) response.write('{"data": [')
      if (count <= 2) response.destroy()
      return count <= 2
    }
    expect(await create({ retries: 2 }).embed(['x'])).toHaveLength(1)
    expect(server.requests).toHaveLength(3)
  })

  it('after no answer within the limit', async () => {
    server.intercept = (_, count) => count === 1
    expect(await create({ timeoutMs: 100 }).embed(['x'])).toHaveLength(1)
    server.intercept = () => true
    await expect(create({ timeoutMs: 20, retries: 0 }).embed(['x'])).rejects.toThrow(/no answer within 20 ms/)
  })

  it.each<[string, Record<string, string>, number, number]>([
    ['seconds', { 'retry-after': '0.2' }, 10_000, 200],
    ['a date', { 'retry-after': new Date(Date.now() - 5_000).toUTCString() }, 10_000, 0],
    ['milliseconds', { 'retry-after-ms': '150', 'retry-after': '60' }, 10_000, 150],
    ['more than the cap', { 'retry-after': '3600' }, 120, 120],
  ])('wait as Retry-After says: %s', async (_, headers, maxRetryDelayMs, expected) => {
    answerFirst(1, 429, {}, headers)
    const began = performance.now()
    await create({ maxRetryDelayMs }).embed(['x'])
    expect(performance.now() - began).toBeGreaterThanOrEqual(expected - 2)
    // 250 ms is the wait where nothing is said; loaded machines need room above it.
    expect(performance.now() - began).toBeLessThan(expected + 2_000)
  })
})

describe('an abort', () => {
  const reason = new Error('the client went away')

  it('before the first request sends none', async () => {
    await expect(create().embed(['x'], AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(server.requests).toEqual([])
  })

  it('while waiting for an answer closes the connection and rejects with the reason', async () => {
    const abort = new AbortController()
    const gone = new Promise<void>((resolve) => {
      server.intercept = (response) => {
        response.on('close', resolve)
        abort.abort(reason)
        return true
      }
    })
    await expect(create().embed(['x'], abort.signal)).rejects.toBe(reason)
    await gone
    expect(server.requests).toHaveLength(1)
  })

  it('while waiting for a further attempt rejects with the reason at once', async () => {
    const abort = new AbortController()
    answerFirst(99, 429, {}, { 'retry-after': '300' })
    const abortOnceRead: typeof fetch = async (input, init) => {
      const response = await fetch(input, init)
      const body = await response.text()
      setTimeout(() => abort.abort(reason), 20)
      return new Response(body, response)
    }
    const embedder = create({ maxRetryDelayMs: 3_600_000, fetch: abortOnceRead })
    await expect(embedder.embed(['x'], abort.signal)).rejects.toBe(reason)
  })
})

describe('an answer that is wrong', () => {
  const one = { index: 0, embedding: [1, 2, 3] }
  it.each<[string, unknown, RegExp]>([
    ['is no JSON', '<html>', /not a list of embeddings: "\\"<html>|not a list of embeddings: "<html>/],
    ['has no data', { object: 'list' }, /not a list of embeddings.*ends in \/v1/],
    ['is null', null, /not a list of embeddings: null/],
    ['has too few', { data: [one] }, /1 embeddings for 2 texts/],
    ['has one twice', { data: [one, one] }, /the index 0, twice or out of range/],
    ['has an index out of range', { data: [one, { ...one, index: 2 }] }, /the index 2/],
    ['has an index of text', { data: [one, { ...one, index: 'length' }] }, /the index "length"/],
    [
      'has another length',
      { data: [one, { index: 1, embedding: [1] }] },
      /of 1 numbers, not 3.*set dimensions/,
    ],
    ['has no numbers', { data: [one, { index: 1, embedding: 'AAAA' }] }, /not a list of numbers: "AAAA"/],
    ['has a null', { data: [one, { index: 1, embedding: [1, null, 3] }] }, /number 1 is null/],
    [
      'has a number beyond 32 bits',
      { data: [one, { index: 1, embedding: [1, 2, 1e39] }] },
      /number 2 is 1e\+39/,
    ],
  ])('%s: says so and is not asked for again', async (_, body, message) => {
    answerFirst(99, 200, body)
    const failure = create().embed(['x', 'y'])
    await expect(failure).rejects.toMatchObject({ code: 'embedding-reply-invalid', status: 502 })
    await expect(failure).rejects.toThrow(message)
    await expect(failure).rejects.toThrow(server.baseUrl)
    expect(server.requests).toHaveLength(1)
  })
})

describe('errors', () => {
  it.each([
    [401, /Check the API key/],
    [404, /Check the base URL/],
    [400, /length of the texts/],
  ])('of status %i say what to do, with the base URL and never the key', async (status, advice) => {
    answerFirst(99, status, { error: { message: 'Incorrect API key provided: sk-secret-1234' } })
    const failure = await create()
      .embed(['x'])
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(EmbeddingError)
    expect(String(failure)).toMatch(advice)
    expect(String(failure)).toContain(server.baseUrl)
    expect(String(failure)).toContain('Incorrect API key provided: …')
    expect(JSON.stringify(failure) + String(failure)).not.toContain('sk-secret')
  })

  it('of a refused connection name it', async () => {
    const { baseUrl } = server
    await server.close()
    const failure = create({ retries: 1 }).embed(['x'])
    await expect(failure).rejects.toMatchObject({ code: 'embedding-unreachable' })
    await expect(failure).rejects.toThrow(
      new RegExp(`from ${baseUrl}/embeddings after 2 tries: .*ECONNREFUSED`),
    )
  })
})
