import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGateway } from '../../src/gateway/gateway.ts'
import { createHttpProvider } from '../../src/providers/http/provider.ts'
import { createServer } from '../../src/server/server.ts'
import type { Server } from '../../src/server/server-options.ts'
import { userMessage, wordRouter } from '../support/gateway-under-test.ts'
import { type RawUpstream, startRawUpstream, unboundedHead } from '../support/servers/raw-upstream.ts'

const limits = { headersTimeoutMs: 300, firstTokenTimeoutMs: 300, idleTimeoutMs: 300, totalTimeoutMs: 600 }
const none = { headersTimeoutMs: 0, firstTokenTimeoutMs: 0, idleTimeoutMs: 0, totalTimeoutMs: 0 }
const sse = unboundedHead('text/event-stream')
const event = 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n'

describe('an upstream that goes on without an end', () => {
  let upstream: RawUpstream
  let url: string
  let server: Server
  let warnings: object[] = []
  const timers = new Set<NodeJS.Timeout>()

  beforeEach(async () => {
    upstream = await startRawUpstream()
  })
  afterEach(async () => {
    for (const timer of timers) clearInterval(timer)
    timers.clear()
    await upstream.close()
    await server.close()
  })

  async function serve(providerLimits: Partial<typeof limits>): Promise<void> {
    const gateway = createGateway({
      routers: [wordRouter],
      providers: [
        createHttpProvider({
          name: 'raw',
          baseUrl: upstream.baseUrl,
          ...none,
          ...providerLimits,
        }),
      ],
      models: [{ name: 'm', provider: 'raw', upstream: 'm' }],
      pair: { strong: 'm', weak: 'm' },
      auto: { kind: 'threshold', router: 'words', threshold: 0.5 },
    })
    warnings = []
    const log = { warn: (fields: object) => void warnings.push(fields), error() {} }
    server = createServer(gateway, { drainTimeoutMs: 100, log })
    url = (await server.listen({ port: 0 })).url
  }

  /** Begins with `start`, then repeats `again` every 20 ms. */
  function repeat(start: string, again: string): void {
    upstream.answer((socket) => {
      socket.write(start)
      const timer = setInterval(() => socket.write(again), 20)
      timers.add(timer)
      socket.on('close', () => clearInterval(timer))
    })
  }

  /** Status and text until the reply ends, cleanly or not. */
  async function ask(): Promise<string> {
    const body = JSON.stringify({ ...userMessage('hi'), stream: true })
    const reply = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body })
    let text = `${reply.status} `
    try {
      for await (const part of reply.body!) text += Buffer.from(part).toString()
    } catch {
      text += ' (broken off)'
    }
    return text
  }

  it.each([
    ['interim replies', '', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n', 'headersTimeoutMs'],
    ['a head that never ends', 'HTTP/1.1 200 OK\r\n', 'x-a: 1\r\n', 'headersTimeoutMs'],
    ['comments before the first event', sse, ': ping\n\n', 'firstTokenTimeoutMs'],
    ['pings before the first event', sse, 'event: ping\ndata: {"type": "ping"}\n\n', 'firstTokenTimeoutMs'],
    ['events without data', sse, 'id: 1\n\n', 'firstTokenTimeoutMs'],
    ['one byte of a comment after the other', `${sse}:`, 'x', 'firstTokenTimeoutMs'],
    ['blank lines before JSON', unboundedHead('application/json'), '\n', 'firstTokenTimeoutMs'],
    ['comments within the stream', sse + event, ': ping\n\n', 'idleTimeoutMs'],
    ['pings within the stream', sse + event, 'data: {"type":"ping"}\n\n', 'idleTimeoutMs'],
    ['blank lines within JSON', `${unboundedHead('application/json')}{`, '\n', 'idleTimeoutMs'],
    ['one byte of an event after the other', `${sse}data: {"x":"`, 'x', 'totalTimeoutMs'],
    ['events', sse, event, 'totalTimeoutMs'],
  ] as const)('(%s) is ended', async (_what, start, again, limit) => {
    await serve({ [limit]: limits[limit] })
    repeat(start, again)
    const text = await ask()
    expect(warnings).toMatchObject([{ code: 'upstream-timeout', problem: expect.stringContaining(limit) }])
    if (!start.includes('json')) expect(text).toContain('"code":"upstream_timeout"') // JSON can only be cut
    expect(text).toMatch(text.startsWith('504') ? /^504 \{"error"/ : /^200 [\s\S]*\(broken off\)$/)
  })

  it('is not ended while content comes, or while the model thinks within the limit', async () => {
    await serve({
      headersTimeoutMs: 5000,
      firstTokenTimeoutMs: 5000,
      idleTimeoutMs: 400,
      totalTimeoutMs: 30_000,
    })
    upstream.answer((socket) => {
      let count = 0
      const timer = setInterval(() => {
        if (count === 0) socket.write(sse)
        if (count < 40)
          socket.write(': thinking\n\n') // 800 ms: longer than the idle limit
        else socket.write(event)
        if (count++ < 80) return
        clearInterval(timer)
        socket.end('data: [DONE]\n\n')
      }, 20)
      timers.add(timer)
    })
    const text = await ask()
    expect(text).toMatch(/^200 /)
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  })
})
