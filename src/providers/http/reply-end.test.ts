import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  chunked,
  type RawUpstream,
  startRawUpstream,
  unboundedHead,
} from '../../../test/support/servers/raw-upstream.ts'
import { createHttpProvider } from './provider.ts'

const sse = 'text/event-stream'
const event = 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n'
const whole = `${event}data: [DONE]\n\n`
const json = JSON.stringify({ text: 'hello' })
const big = JSON.stringify({ text: 'x'.repeat(400_000) })
const encoded = 'content-encoding: gzip\r\n'
const chunkedHead = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n`

type Outcome = { readonly text: string; readonly end: string }

describe('the end of a reply', () => {
  let upstream: RawUpstream
  beforeAll(async () => {
    upstream = await startRawUpstream()
  })
  afterAll(() => upstream.close())

  /** @param reading `slowly`: each chunk is refused for a while, as by a client that does not keep up. */
  function receive(
    reading: 'at once' | 'slowly' = 'at once',
    options: { requireDone?: boolean } = {},
  ): Promise<Outcome> {
    const provider = createHttpProvider({ name: 'raw', baseUrl: upstream.baseUrl, ...options })
    return new Promise<Outcome>((resolve) => {
      let text = ''
      let resume = () => {}
      provider.stream(
        { path: '/chat/completions', body: '{}' },
        {
          onHead(_status, _headers, resumeUpstream) {
            resume = resumeUpstream
          },
          onData(chunk) {
            text += Buffer.from(chunk).toString()
            if (reading === 'at once') return true
            setImmediate(() => setImmediate(resume))
            return false
          },
          onEnd: () => resolve({ text, end: 'clean' }),
          onError: (error) => resolve({ text, end: 'code' in error ? String(error.code) : error.message }),
        },
      )
    }).finally(() => provider.close())
  }

  const unbounded: readonly [string, string, string, string][] = [
    ['an event stream with [DONE]', sse, whole, 'clean'],
    ['one whose [DONE] has no space, line feed or last line', sse, `${event}data:[DONE]`, 'clean'],
    ['one with CRLF', sse, whole.replaceAll('\n', '\r\n'), 'clean'],
    ['one with CR', sse, whole.replaceAll('\n', '\r'), 'clean'],
    ['one with usage after [DONE]', sse, `${whole}${event}`, 'clean'],
    [
      'a stream of responses',
      sse,
      'event: response.completed\ndata: {"type":"response.completed"}\n\n',
      'clean',
    ],
    ['one without event lines', sse, 'data: {"type": "response.failed"}\n\n', 'clean'],
    [
      'one with CRLF and event lines',
      sse,
      'event: response.completed\r\ndata: {"response":{}}\r\n\r\n',
      'clean',
    ],
    [
      'messages without the last line feed',
      sse,
      'event: message_stop\ndata: {"type":"message_stop"}',
      'clean',
    ],
    [
      'a stream of responses that is cut within its last event',
      sse,
      `event: response.completed\ndata: {"type":"response.completed","response":{"output":"${'x'.repeat(99)}"}`,
      'upstream-broke-off',
    ],
    [
      'one that is cut before the data of its last event',
      sse,
      `${event}event: response.completed\n`,
      'upstream-broke-off',
    ],
    [
      'messages that are cut within the last event',
      sse,
      'data: {"type":"message_stop"',
      'upstream-broke-off',
    ],
    ['an event stream without [DONE]', sse, event, 'upstream-broke-off'],
    ['one that names [DONE] in its text', sse, event.replace('"a"', '"data: [DONE]"'), 'upstream-broke-off'],
    ['one that is cut within [DONE]', sse, `${event}data: [DON`, 'upstream-broke-off'],
    ['an empty event stream', sse, '', 'upstream-broke-off'],
    ['whole JSON', 'application/json', json, 'clean'],
    ['cut JSON', 'application/json', json.slice(0, -1), 'upstream-broke-off'],
    ['JSON cut after a bracket in a string', 'application/json', '{"a":"}', 'upstream-broke-off'],
    ['audio', 'audio/mpeg', 'ID3', 'clean'],
  ]

  it.each(unbounded)('if only the closed connection ends it, %s', async (_what, contentType, body, end) => {
    for (const head of [
      unboundedHead(contentType),
      unboundedHead(contentType, 'connection: close\r\n'),
      unboundedHead(contentType).replace('1.1', '1.0'),
    ]) {
      upstream.answer((socket) => socket.end(head + body))
      expect(await receive()).toEqual({ text: body, end })
    }
  })

  it('is where the connection closes, for an upstream that never sends [DONE]', async () => {
    upstream.answer((socket) => socket.end(unboundedHead(sse) + event))
    expect(await receive('at once', { requireDone: false })).toEqual({ text: event, end: 'clean' })
  })

  it('without [DONE] is clean if HTTP says that the reply is whole', async () => {
    const length = `HTTP/1.1 200 OK\r\ncontent-type: ${sse}\r\ncontent-length: ${event.length}\r\n\r\n${event}`
    upstream.answer((socket) => socket.write(length))
    expect((await receive()).end).toBe('clean')
    upstream.answer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: ${sse}\r\ntransfer-encoding: chunked\r\n\r\n`)
      socket.write(Buffer.concat([chunked(event), Buffer.from('0\r\n\r\n')]))
    })
    expect((await receive()).end).toBe('clean')
  })

  it.each(['at once', 'slowly'] as const)(
    'is clean after whole gzip, however the connection ends (read %s)',
    async (reading) => {
      for (const text of [json, big]) {
        const zipped = gzipSync(text)
        const replies: Record<string, Buffer> = {
          'closed without a length': Buffer.concat([
            Buffer.from(unboundedHead('application/json', encoded)),
            zipped,
          ]),
          'closed after its length': Buffer.concat([
            Buffer.from(
              unboundedHead(
                'application/json',
                `${encoded}connection: close\r\ncontent-length: ${zipped.length}\r\n`,
              ),
            ),
            zipped,
          ]),
          'closed before its last chunk': Buffer.concat([
            Buffer.from(`${chunkedHead}${encoded}\r\n`),
            chunked(zipped),
          ]),
        }
        for (const [how, bytes] of Object.entries(replies)) {
          upstream.answer((socket) => socket.end(bytes))
          expect([how, await receive(reading)]).toEqual([how, { text, end: 'clean' }])
        }
        upstream.answer((socket) => socket.end(replies['closed without a length']!.subarray(0, -20)))
        expect((await receive(reading)).end).toMatch(/^upstream-(bad-encoding|broke-off)$/)
      }
    },
  )

  it('is clean after [DONE], also if the connection breaks before the last chunk', async () => {
    const head = `HTTP/1.1 200 OK\r\ncontent-type: ${sse}\r\ntransfer-encoding: chunked\r\n\r\n`
    upstream.answer((socket) => socket.end(Buffer.concat([Buffer.from(head), chunked(whole)])))
    expect(await receive()).toEqual({ text: whole, end: 'clean' })
    upstream.answer((socket) => socket.end(Buffer.concat([Buffer.from(head), chunked(event)])))
    expect(await receive()).toEqual({ text: event, end: 'upstream-broke-off' })
  })

  const closing: readonly [string, string, string][] = [
    ['with a length', `connection: close\r\ncontent-length: ${big.length}\r\n`, big],
    ['without one', '', big],
  ]

  it.each(closing)('reaches a slow reader, if the connection closes %s', async (_what, headers, body) => {
    upstream.answer((socket) => socket.end(unboundedHead('application/json', headers) + body))
    expect(await receive('slowly')).toEqual({ text: body, end: 'clean' })
  })

  it.each([
    ['without a length', ''],
    ['with one', `connection: close\r\ncontent-length: ${big.length}\r\n`],
    ['with one, kept alive', `content-length: ${big.length}\r\n`],
  ])('is an error if the connection is reset while the reader is paused, %s', async (_what, headers) => {
    let reset = () => {}
    upstream.answer((socket) => {
      socket.write(unboundedHead('application/json', headers) + big.slice(0, 1000))
      reset = () => socket.resetAndDestroy()
    })
    const provider = createHttpProvider({ name: 'raw', baseUrl: upstream.baseUrl })
    const outcome = await new Promise<string>((resolve) => {
      provider.stream(
        { path: '/x', body: '{}' },
        {
          onHead() {},
          onData() {
            reset()
            return false // and never resumed
          },
          onEnd: () => resolve('clean'),
          onError: (error) => resolve('code' in error ? String(error.code) : error.message),
        },
      )
    })
    expect(outcome).toBe('upstream-broke-off')
    await provider.close()
  })

  it('waits while the reader is paused: the upstream sends no more than fits between', async () => {
    const piece = Buffer.alloc(1 << 20)
    let sent = 0
    upstream.answer((socket) => {
      socket.write(unboundedHead('audio/mpeg'))
      const push = () => {
        if (sent++ === 100) socket.end()
        else socket.write(piece, push)
      }
      push()
    })
    const provider = createHttpProvider({ name: 'raw', baseUrl: upstream.baseUrl })
    let received = 0
    let isPaused = true
    let resume = () => {}
    let wasPaused = () => {}
    const paused = new Promise<void>((resolve) => {
      wasPaused = resolve
    })
    const ended = new Promise<void>((resolve, reject) => {
      provider.stream(
        { path: '/x', body: '{}' },
        {
          onHead(_status, _headers, resumeUpstream) {
            resume = resumeUpstream
          },
          onData(chunk) {
            received += chunk.length
            wasPaused()
            return !isPaused
          },
          onEnd: resolve,
          onError: reject,
        },
      )
    })
    await paused
    let before = -1
    while (before !== sent) {
      before = sent
      await new Promise((resolve) => setTimeout(resolve, 100)) // two looks that see the same
    }
    expect(sent).toBeLessThan(50)
    expect(received).toBeLessThan(1 << 20)
    isPaused = false
    resume()
    await ended
    expect(received).toBe(100 << 20)
    await provider.close()
  })
})
