import { afterEach, describe, expect, it, vi } from 'vitest'
import { UpstreamError } from '../../errors.ts'
import type { ReplySink } from '../../providers/provider.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { Decision } from '../decide/decision.ts'
import { chatCompletions } from '../protocols/chat-completions/protocol.ts'
import { createMakerMemory } from '../reasoning/maker-memory.ts'

import type { DeliveryReceiver } from './delivery.ts'
import { createRetryRule, noRetries, type RetryRule } from './failure/retry-rule.ts'
import { PlannedDelivery } from './planned-delivery.ts'
import type { Sender } from './sender.ts'

const cheap: Model = { name: 'cheap', provider: 'p', upstream: 'cheap-1' }
const dear: Model = { name: 'dear', provider: 'p', upstream: 'dear-1' }
const body = Buffer.from('{"model":"auto","messages":[{"role":"user","content":"hi"}]}')
const json = { 'content-type': 'application/json' }
const stream = { 'content-type': 'text/event-stream' }
const broken = new UpstreamError('upstream-broke-off', 'It broke off.')
const doNothing = () => {}

/** A delivery whose upstreams the test plays, and what reached the client's side. */
function deliver(plan: readonly [Model, ...Model[]], retries: RetryRule = noRetries) {
  const decision: Decision = { kind: 'fixed-model', model: plan[0] }
  const sent: { model: string; body: string; sink: ReplySink; isAborted: boolean }[] = []
  const sender: Sender = {
    requestsUsage: () => true,
    refusedFields: () => [],
    findTranslation: () => null,
    findServers: () => null,
    passesCredential: () => false,
    makers: createMakerMemory(),
    speaks: () => true,
    retryRule: () => retries,
    fallbackCandidates: () => plan.slice(1),
    send(model, request, sink) {
      const call = { model: model.name, body: request.body.toString(), sink, isAborted: false }
      sent.push(call)
      return () => {
        call.isAborted = true
      }
    },
  }
  const received: string[] = []
  const fallbacks: string[] = []
  const receiver: DeliveryReceiver = {
    onCommit: (status, _headers, isEventStream) =>
      received.push(`commit ${status}${isEventStream ? ' stream' : ''}`),
    onData: (chunk) => received.push(`data ${chunk}`) > 0,
    onEnd: () => received.push('end'),
    onError: (error) => received.push(`error ${error.message}`),
    mayCall: () => true,
    reserveCall: () => true,
    onFallback: (fallback, from, to) => fallbacks.push(`${fallback} from ${from} to ${to}`),
  }
  const request = {
    path: '/chat/completions',
    query: '',
    body,
    parsed: {},
    headers: undefined,
    credential: undefined,
    stream: false,
    keepsEffort: true,
    isStrict: false,
  }
  const delivery = new PlannedDelivery(decision, request, chatCompletions, sender, receiver)
  delivery.start()
  return { delivery, sent, received, fallbacks }
}

afterEach(() => vi.useRealTimers())

describe('a plan of one', () => {
  it('sends the client’s bytes with the upstream’s name, and hands the reply on', () => {
    const { sent, received, delivery } = deliver([cheap])
    expect(sent.map(({ model, body }) => [model, body])).toEqual([
      ['cheap', body.toString().replace('auto', 'cheap-1')],
    ])
    sent[0]!.sink.onHead(200, json, doNothing)
    expect(received).toEqual([]) // its first bytes show whether it is a reply
    sent[0]!.sink.onData(Buffer.from('{"usage":{"prompt_tokens":3}}'))
    sent[0]!.sink.onEnd()
    expect(received).toEqual(['commit 200', 'data {"usage":{"prompt_tokens":3}}', 'end'])
    expect(delivery.others).toEqual([])
    expect(delivery.attempt.readUsage()?.usage).toMatchObject({ promptTokens: 3 })
  })

  it('gives its failure to the client', () => {
    const { sent, received } = deliver([cheap])
    sent[0]!.sink.onError(broken)
    expect(received).toEqual(['error It broke off.'])
    expect(sent).toHaveLength(1)
  })
})

describe('a plan of two', () => {
  it.each([
    ['before its head', (_sink: ReplySink) => {}],
    ['after the head of a reply', (sink: ReplySink) => sink.onHead(200, json, doNothing)],
    ['after the head of an event stream', (sink: ReplySink) => sink.onHead(200, stream, doNothing)],
    [
      'after blank lines',
      (sink: ReplySink) => {
        sink.onHead(200, json, doNothing)
        sink.onData(Buffer.from('\n\n'))
      },
    ],
  ])('asks the second if the first fails %s', (_when, act) => {
    const { sent, received, fallbacks, delivery } = deliver([cheap, dear])
    act(sent[0]!.sink)
    sent[0]!.sink.onError(broken)
    expect(received).toEqual([])
    expect(sent.map(({ body }) => JSON.parse(body).model)).toEqual(['cheap-1', 'dear-1'])
    sent[1]!.sink.onHead(200, json, doNothing)
    sent[1]!.sink.onData(Buffer.from('{}'))
    sent[1]!.sink.onEnd()
    expect(received).toEqual(['commit 200', 'data {}', 'end'])
    expect(delivery.others.map(({ model }) => model)).toEqual([cheap])
    expect(delivery.decision.model).toBe(dear)
    expect(fallbacks).toEqual(['upstream-error from cheap to dear'])
    expect(delivery.attempt.model).toBe(dear)
  })

  it.each([
    ['a JSON reply', 200, json, '{"id":"chatcmpl-1","object":"chat.completion","created":1750000000'],
    ['the first event', 200, stream, ': ping\n\ndata: {"choices":[]}\n\n'],
    ['an error about the request', 422, {}, '<html>'],
  ])('is committed at %s', (_what, status, headers, data) => {
    const { sent, received } = deliver([cheap, dear])
    sent[0]!.sink.onHead(status, headers, doNothing)
    sent[0]!.sink.onData(Buffer.from(data))
    sent[0]!.sink.onError(broken)
    expect(sent).toHaveLength(1)
    expect(received.at(0)).toMatch(/^commit \d/)
    expect(received.at(-1)).toBe('error It broke off.')
  })

  it.each([
    ['a status', 503, json, undefined],
    ['too many requests', 429, json, undefined],
    ['the first event of a stream', 200, stream, ': queued\n\ndata: {"error":{"message":"overloaded"}}\n\n'],
    [
      'an event of Messages after a ping',
      200,
      stream,
      'event: ping\ndata: {"type":"ping"}\n\nevent: error\ndata: {"type":"error","error":{"type":"overloaded_error"}}\n\n',
    ],
    ['a document of success', 200, json, '{ "error": {"message":"overloaded"}}'],
  ])('asks the second if the first answers with an error: %s', (_what, status, headers, data) => {
    const { sent, received, delivery } = deliver([cheap, dear])
    sent[0]!.sink.onHead(status, headers, doNothing)
    if (data !== undefined) for (const byte of Buffer.from(data)) sent[0]!.sink.onData(Buffer.from([byte]))
    expect(received).toEqual([])
    expect(sent.map(({ model, isAborted }) => [model, isAborted])).toEqual([
      ['cheap', true],
      ['dear', false],
    ])
    expect(delivery.others[0]?.isRefused).toBe(true)
  })

  it('lets the client have the error of the last one', () => {
    const { sent, received } = deliver([cheap, dear])
    sent[0]!.sink.onHead(503, json, doNothing)
    sent[1]!.sink.onHead(429, { ...json, 'retry-after': '3' }, doNothing)
    sent[1]!.sink.onData(Buffer.from('{"error":{"message":"busy"}}'))
    sent[1]!.sink.onEnd()
    expect(received).toEqual(['commit 429', 'data {"error":{"message":"busy"}}', 'end'])
  })

  it('waits for the first event a limited time, and then belongs to the client', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { sent, received } = deliver([cheap, dear])
    sent[0]!.sink.onHead(200, stream, doNothing)
    sent[0]!.sink.onData(Buffer.from(': queued\n\ndata: {"err'))
    vi.advanceTimersByTime(999)
    expect(received).toEqual([])
    vi.advanceTimersByTime(1)
    expect(received).toEqual(['commit 200 stream', 'data : queued\n\ndata: {"err'])
    sent[0]!.sink.onData(Buffer.from('or":{}}\n\n'))
    expect(received.at(-1)).toBe('data or":{}}\n\n')
    expect(sent).toHaveLength(1)
  })

  it.each([
    ['an HTML page', '<!doctype html><title>Sign in</title>'],
    ['another text', 'OK'],
    ['an empty body', ''],
  ])('asks the second if the first answers with %s', (_what, text) => {
    const { sent, received } = deliver([cheap, dear])
    sent[0]!.sink.onHead(200, json, doNothing)
    if (text !== '') sent[0]!.sink.onData(Buffer.from(text))
    else sent[0]!.sink.onEnd()
    expect(sent.map(({ model, isAborted }) => [model, isAborted])).toEqual([
      ['cheap', true],
      ['dear', false],
    ])
    sent[1]!.sink.onHead(200, json, doNothing)
    sent[1]!.sink.onData(Buffer.from('{}'))
    sent[1]!.sink.onEnd()
    expect(received).toEqual(['commit 200', 'data {}', 'end'])
  })

  it('commits a reply without a body at its end', () => {
    const { sent, received } = deliver([cheap, dear])
    sent[0]!.sink.onHead(204, {}, doNothing)
    sent[0]!.sink.onEnd()
    expect(received).toEqual(['commit 204', 'end'])
  })

  it('fails once all have failed, with the last error', () => {
    const { sent, received } = deliver([cheap, dear])
    sent[0]!.sink.onError(new Error('first'))
    sent[1]!.sink.onError(broken)
    expect(received).toEqual(['error It broke off.'])
    expect(sent).toHaveLength(2)
  })

  it('aborts the attempt that runs', () => {
    const { sent, delivery } = deliver([cheap, dear])
    sent[0]!.sink.onError(broken)
    delivery.abort()
    expect(sent.map(({ isAborted }) => isAborted)).toEqual([false, true])
  })
})

describe('retries', () => {
  const rule = createRetryRule(2, () => 1)

  it('ask the same model again, then the next one, and no more than five in all', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const other: Model = { name: 'other', provider: 'p', upstream: 'other-1' }
    const { sent, received, delivery } = deliver([cheap, dear, other], rule)
    const fail = (index: number) => sent[index]!.sink.onHead(503, json, doNothing)
    fail(0)
    expect(sent).toHaveLength(1)
    vi.advanceTimersByTime(250)
    fail(1)
    vi.advanceTimersByTime(499)
    expect(sent).toHaveLength(2)
    vi.advanceTimersByTime(1)
    fail(2)
    fail(3)
    vi.advanceTimersByTime(250)
    sent[4]!.sink.onHead(503, json, doNothing)
    sent[4]!.sink.onEnd()
    vi.advanceTimersByTime(60_000)
    expect(sent.map(({ model }) => model)).toEqual(['cheap', 'cheap', 'cheap', 'dear', 'dear'])
    expect(received).toEqual(['commit 503', 'end'])
    expect(delivery.others).toHaveLength(4)
  })

  it('wait as long as the upstream asks, but not longer than 8 s', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { sent } = deliver([cheap, dear], rule)
    sent[0]!.sink.onHead(429, { 'retry-after': '3' }, doNothing)
    vi.advanceTimersByTime(3000)
    expect(sent).toHaveLength(1)
    vi.advanceTimersByTime(1)
    sent[1]!.sink.onHead(429, { 'retry-after': '9' }, doNothing)
    expect(sent.map(({ model }) => model)).toEqual(['cheap', 'cheap', 'dear'])
  })

  it('stop when the client leaves', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { sent, delivery } = deliver([cheap], rule)
    sent[0]!.sink.onError(broken)
    delivery.abort()
    vi.advanceTimersByTime(60_000)
    expect(sent).toHaveLength(1)
  })
})
