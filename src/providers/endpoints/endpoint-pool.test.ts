import { describe, expect, it } from 'vitest'
import { createRandom } from '../../base/math/random.ts'
import { UpstreamError } from '../../errors.ts'
import type { Provider, ProviderRequest, ReplySink } from '../provider.ts'
import { createEndpointPool, type PooledProvider } from './endpoint-pool.ts'

const request = { path: '/chat/completions', model: 'm', body: '{}' }
const broken = new UpstreamError('upstream-broke-off', 'It broke off.')

/** Endpoints that the test plays. */
function poolOf(count: number) {
  const clock = { now: 0 }
  const sent: { endpoint: number; sink: ReplySink }[] = []
  const providers = Array.from({ length: count }, (_, endpoint): Provider => {
    const name = 'p'
    return {
      name,
      stream(_request, sink) {
        sent.push({ endpoint, sink })
        return () => {}
      },
      call: () => Promise.reject(new Error('not used')),
      close: async () => {},
    }
  }) as [Provider, ...Provider[]]
  const random = createRandom(3)
  const pool = createEndpointPool(providers, { random: () => random.next(), now: () => clock.now })
  return { pool, sent, clock }
}

function ask(pool: PooledProvider, more: Partial<ProviderRequest> = {}) {
  const errors: UpstreamError[] = []
  const abort = pool.stream(
    { ...request, ...more },
    {
      onHead() {},
      onData: () => true,
      onEnd() {},
      onError: (error) => errors.push(error as UpstreamError),
    },
  )
  return { errors, abort }
}

const answer = (sink: ReplySink, status = 200, headers = {}) => {
  sink.onHead(status, headers, () => {})
  sink.onEnd()
}

describe('an endpoint', () => {
  it('gets no request after five failures in a row, and one probe after 5 s', async () => {
    const { pool, sent, clock } = poolOf(1)
    const ways = [
      (sink: ReplySink) => sink.onError(broken),
      (sink: ReplySink) => answer(sink, 503),
      (sink: ReplySink) => {
        sink.onHead(200, {}, () => {})
        sink.onData(new Uint8Array(1))
        sink.onError(broken)
      },
    ]
    for (let count = 0; count < 5; count++) {
      expect(pool.isAvailable('m')).toBe(true)
      ask(pool)
      ways[count % 3]!(sent.at(-1)!.sink)
    }
    expect(pool.isAvailable('m')).toBe(false)
    const { errors } = ask(pool)
    await Promise.resolve()
    expect(errors).toMatchObject([{ code: 'upstream-unavailable', status: 503, retryAfterSeconds: 5 }])
    expect(sent).toHaveLength(5)
    clock.now = 5000
    expect(pool.isAvailable('m')).toBe(true)
    ask(pool)
    expect(pool.isAvailable('m')).toBe(false) // the probe runs
    sent.at(-1)!.sink.onError(broken)
    clock.now = 14_999
    expect(pool.isAvailable('m')).toBe(false)
    clock.now = 15_000
    ask(pool)
    answer(sent.at(-1)!.sink)
    expect(pool.isAvailable('m')).toBe(true)
    ask(pool)
    sent.at(-1)!.sink.onError(broken)
    expect(pool.isAvailable('m')).toBe(true)
  })

  it('is not blamed for a client that leaves, but for a reply that was refused', () => {
    const { pool, sent } = poolOf(1)
    for (let count = 0; count < 20; count++) ask(pool).abort()
    expect(pool.isAvailable('m')).toBe(true)
    const refuse = (status: number) => {
      const { abort } = ask(pool)
      sent.at(-1)!.sink.onHead(status, {}, () => {})
      abort(new UpstreamError('upstream-refused', 'An error.'))
    }
    // A wrong key, a missing deployment or too many requests are no failures of the endpoint.
    for (const status of [401, 404, 429, 401, 404, 429]) refuse(status)
    expect(pool.isAvailable('m')).toBe(true)
    for (let count = 0; count < 5; count++) refuse(200)
    expect(pool.isAvailable('m')).toBe(false)
    expect(sent).toHaveLength(31)
  })

  it('a probe whose client leaves lets another one probe', () => {
    const { pool, sent, clock } = poolOf(1)
    for (let count = 0; count < 5; count++) {
      ask(pool)
      sent.at(-1)!.sink.onError(broken)
    }
    clock.now = 5000
    ask(pool).abort()
    expect(pool.isAvailable('m')).toBe(true)
  })

  it('gets no request of the model for as long as its 429 asks', async () => {
    const { pool, sent, clock } = poolOf(1)
    ask(pool)
    answer(sent[0]!.sink, 429, { 'retry-after': '2' })
    expect(pool.takesAll()).toBe(false)
    clock.now = 999
    const { errors } = ask(pool)
    await Promise.resolve()
    expect(errors).toMatchObject([{ code: 'upstream-rate-limited', status: 429, retryAfterSeconds: 2 }])
    clock.now = 1999
    expect(pool.isAvailable('m')).toBe(false)
    clock.now = 2000
    expect(pool.isAvailable('m')).toBe(true)
    expect(pool.takesAll()).toBe(true)
    ask(pool)
    answer(sent[1]!.sink, 429)
    expect(pool.isAvailable('m')).toBe(true)
  })

  it('gets the requests of its other models meanwhile', () => {
    const { pool, sent } = poolOf(1)
    ask(pool)
    answer(sent[0]!.sink, 429, { 'retry-after': '2' })
    expect(pool.isAvailable('another')).toBe(true)
    ask(pool, { model: 'another' })
    expect(sent).toHaveLength(2)
  })

  it('gets the requests of others if the 429 was about the credential of one client', () => {
    for (const header of ['authorization', 'x-api-key']) {
      const { pool, sent } = poolOf(1)
      ask(pool, { headers: { [header]: 'its own' } })
      answer(sent[0]!.sink, 429, { 'retry-after': '2' })
      expect(pool.isAvailable('m')).toBe(true)
    }
  })
})

describe('several endpoints', () => {
  it('share the requests by how many each has in flight', () => {
    const { pool, sent } = poolOf(4)
    for (let count = 0; count < 400; count++) ask(pool)
    const loads = [0, 1, 2, 3].map((each) => sent.filter(({ endpoint }) => endpoint === each).length)
    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(4)
  })

  it('are asked in place of one that pauses the model', async () => {
    const { pool, sent } = poolOf(2)
    for (let count = 0; count < 2; count++) {
      ask(pool)
      answer(sent.at(-1)!.sink, 429, { 'retry-after': '2' })
    }
    expect(sent.map(({ endpoint }) => endpoint).toSorted()).toEqual([0, 1])
    const { errors } = ask(pool)
    await Promise.resolve()
    expect(errors).toMatchObject([{ status: 429 }])
  })

  it('the others answer while one is out', () => {
    const { pool, sent } = poolOf(2)
    for (let count = 0; count < 40; count++) {
      ask(pool)
      const { endpoint, sink } = sent.at(-1)!
      if (endpoint === 0) sink.onError(broken)
      else answer(sink)
    }
    const first = sent.filter(({ endpoint }) => endpoint === 0)
    expect(first).toHaveLength(5)
    expect(pool.isAvailable('m')).toBe(true)
  })
})
