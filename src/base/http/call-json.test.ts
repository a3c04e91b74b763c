import { describe, expect, it } from 'vitest'
import { UpstreamError } from '../../errors.ts'
import { callJson, type SendRequest, sendJson } from './call-json.ts'
import { formatCallFailure } from './failure.ts'
import { fetchReply } from './fetch-reply.ts'
import type { FailedCall, HttpReply } from './reply.ts'

const reply = (status: number, body: string, headers: Record<string, string> = {}): HttpReply => ({
  status,
  headers,
  body: Buffer.from(body),
})

describe('sendJson', () => {
  it('reads JSON, and keeps what is not JSON as text', async () => {
    expect(await sendJson(async () => reply(200, '{"a":1}'), {})).toMatchObject({ json: { a: 1 } })
    expect(await sendJson(async () => reply(200, '<html>'), {})).toMatchObject({
      kind: 'answered',
      json: '<html>',
    })
  })

  it('gives status, message and wait of a refusal, without keys', async () => {
    const body = `  bad key my-secret or sk-abcdef12 ${'x'.repeat(400)}`
    const refused = await sendJson(async () => reply(429, body, { 'retry-after': '3' }), {
      secret: 'my-secret',
    })
    expect(refused).toMatchObject({ kind: 'refused', status: 429, askedMs: 3000 })
    expect(refused.kind === 'refused' && refused.message).toMatch(/^bad key … or sk-… x+$/)
    expect(refused.kind === 'refused' && refused.message.length).toBe(300)
  })

  it('removes a key that the limit of the excerpt would cut', async () => {
    const refused = await sendJson(async () => reply(400, `${'x'.repeat(295)}my-secret`), {
      secret: 'my-secret',
    })
    expect(refused).toMatchObject({ message: `${'x'.repeat(295)}…` })
  })

  it('distinguishes its time limit, a time limit of the upstream and a lost connection', async () => {
    const untilAborted: SendRequest = (signal) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    expect(await sendJson(untilAborted, { timeoutMs: 5 })).toMatchObject({
      kind: 'unreachable',
      isTimeout: true,
      message: 'no answer within 5 ms',
    })
    const late = new UpstreamError('upstream-timeout', 'Too late.', { status: 504 })
    expect(await sendJson(() => Promise.reject(late), {})).toMatchObject({
      isTimeout: true,
      message: 'Too late',
    })
    const lost = new TypeError('fetch failed', {
      cause: Object.assign(new Error(''), { code: 'ECONNRESET' }),
    })
    expect(await sendJson(() => Promise.reject(lost), {})).toMatchObject({
      isTimeout: false,
      message: 'ECONNRESET',
      cause: lost,
    })
  })
})

describe('callJson', () => {
  const policy = { retries: 2, maxRetryDelayMs: 1 }
  it('counts attempts, and ends at a refusal that would not change', async () => {
    const statuses = [503, 425, 200]
    expect(await callJson(async () => reply(statuses.shift()!, '{}'), policy)).toMatchObject({
      kind: 'answered',
      tries: 3,
    })
    expect(await callJson(async () => reply(401, ''), policy)).toMatchObject({ kind: 'refused', tries: 1 })
    expect(await callJson(() => Promise.reject(new Error('lost')), policy)).toMatchObject({ tries: 3 })
  })

  it('rejects with the reason of an abort', async () => {
    const stop = new AbortController()
    const send: SendRequest = async () => {
      stop.abort(new Error('left'))
      return reply(503, '')
    }
    await expect(callJson(send, policy, stop.signal)).rejects.toThrow('left')
  })
})

describe('fetchReply', () => {
  it('refuses a reply that is larger than the limit', async () => {
    const endless: typeof fetch = async () =>
      new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1000)) }))
    await expect(fetchReply(endless, 'http://a.example/v1/x?key=k', {}, 5000)).rejects.toMatchObject({
      code: 'upstream-reply-too-large',
      message: expect.stringMatching(/^The reply of http:\/\/a\.example has more than 5000 bytes\./),
    })
  })
})

describe('formatCallFailure', () => {
  const advice = { key: 'the key', rate: 'slower.', request: 'Check it.', unreachable: 'Start it.' }
  const refused = (status: number, tries = 1): FailedCall => ({
    kind: 'refused',
    status,
    message: 'no.',
    askedMs: undefined,
    tries,
  })
  it.each([
    [401, 'Check the key.'],
    [404, 'Check the base URL (it ends in /v1) and the name of the model.'],
    [429, 'The endpoint limits its rate: slower.'],
    [500, 'Try again later.'],
    [400, 'Check it.'],
  ])('%i: %s', (status, expected) => {
    expect(formatCallFailure('No X', refused(status, 3), advice)).toBe(
      `No X after 3 tries: it answered ${status}: no. ${expected}`,
    )
  })
})
