import { describe, expect, it } from 'vitest'
import { createRandom } from '../../base/math/random.ts'
import { UpstreamError } from '../../errors.ts'
import type { Provider, ReplySink } from '../provider.ts'
import { createEndpointPool, type PooledProvider } from './endpoint-pool.ts'

const request = { path: '/chat/completions', body: '{}' }
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

function ask(pool: PooledProvider) {
  const errors: string[] = []
  const abort = pool.stream(request, {
    onHead() {},
    onData: () => true,
    onEnd() {},
    onError: (error) => errors.push((error as UpstreamError).code),
  })
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
      expect(pool.isAvailable()).toBe(true)
      ask(pool)
      ways[count % 3]!(sent.at(-1)!.sink)
    }
    expect(pool.isAvailable()).toBe(false)
    const { errors } = ask(pool)
    await Promise.resolve()
    expect(errors).toEqual(['upstream-unavailable'])
    expect(sent).toHaveLength(5)
    clock.now = 5000
    expect(pool.isAvailable()).toBe(true)
    ask(pool)
    expect(pool.isAvailable()).toBe(false) // the probe runs
    sent.at(-1)!.sink.onError(broken)
    clock.now = 14_999
    expect(pool.isAvailable()).toBe(false)
    clock.now = 15_000
    ask(pool)
    answer(sent.at(-1)!.sink)
    expect(pool.isAvailable()).toBe(true)
    ask(pool)
    sent.at(-1)!.sink.onError(broken)
    expect(pool.isAvailable()).toBe(true)
  })

  it('is not blamed for a client that leaves, but for a reply that was refused', () => {
    const { pool, sent } = poolOf(1)
    for (let count = 0; count < 20; count++) ask(pool).abort()
    expect(pool.isAvailable()).toBe(true)
    const refuse = (status: number) => {
      const { abort } = ask(pool)
      sent.at(-1)!.sink.onHead(status, {}, () => {})
      abort(new UpstreamError('upstream-refused', 'An error.'))
    }
    // A wrong key, a missing deployment or too many requests are no failures of the endpoint.
    for (const status of [401, 404, 429, 401, 404, 429]) refuse(status)
    expect(pool.isAvailable()).toBe(true)
    for (let count = 0; count < 5; count++) refuse(200)
    expect(pool.isAvailable()).toBe(false)
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
    expect(pool.isAvailable()).toBe(true)
  })

  it('gets no request for as long as its 429 asks', () => {
    const { pool, sent, clock } = poolOf(1)
    ask(pool)
    answer(sent[0]!.sink, 429, { 'retry-after': '2' })
    clock.now = 1999
    expect(pool.isAvailable()).toBe(false)
    clock.now = 2000
    expect(pool.isAvailable()).toBe(true)
    ask(pool)
    answer(sent[1]!.sink, 429)
    expect(pool.isAvailable()).toBe(true)
  })
})

describe('several endpoints', () => {
  it('share the requests by how many each has in flight', () => {
    const { pool, sent } = poolOf(4)
    for (let count = 0; count < 400; count++) ask(pool)
    const loads = [0, 1, 2, 3].map((each) => sent.filter(({ endpoint }) => endpoint === each).length)
    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(4)
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
    expect(pool.isAvailable()).toBe(true)
  })
})
