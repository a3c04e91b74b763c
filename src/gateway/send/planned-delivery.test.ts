import { describe, expect, it } from 'vitest'
import { UpstreamError } from '../../errors.ts'
import type { ReplySink } from '../../providers/provider.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { Decision } from '../decide/decision.ts'
import { chatCompletions } from '../protocols/chat-completions/protocol.ts'
import type { ReplyReceiver } from './attempt.ts'
import type { FallbackListener } from './delivery.ts'
import { type Plan, PlannedDelivery } from './planned-delivery.ts'
import type { Sender } from './sender.ts'

const cheap: Model = { name: 'cheap', provider: 'p', upstream: 'cheap-1' }
const dear: Model = { name: 'dear', provider: 'p', upstream: 'dear-1' }
const body = Buffer.from('{"model":"auto","messages":[{"role":"user","content":"hi"}]}')
const json = { 'content-type': 'application/json' }
const stream = { 'content-type': 'text/event-stream' }
const broken = new UpstreamError('upstream-broke-off', 'It broke off.')
const doNothing = () => {}

/** A delivery whose upstreams the test plays, and what reached the client's side. */
function deliver(plan: Plan, decision: Decision = { kind: 'fixed-model', model: plan[0] }) {
  const sent: { model: string; body: string; sink: ReplySink; isAborted: boolean }[] = []
  const sender: Sender = {
    requestsUsage: () => true,
    findTranslation: () => null,
    passesCredential: () => false,
    speaks: () => true,
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
  const receiver: ReplyReceiver & FallbackListener = {
    onCommit: (status, _headers, isEventStream) =>
      received.push(`commit ${status}${isEventStream ? ' stream' : ''}`),
    onData: (chunk) => received.push(`data ${chunk}`) > 0,
    onEnd: () => received.push('end'),
    onError: (error) => received.push(`error ${error.message}`),
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
  const delivery = new PlannedDelivery(decision, plan, request, chatCompletions, sender, receiver)
  delivery.start()
  return { delivery, sent, received, fallbacks }
}

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
    ['the first byte of a reply', 200, json, '{'],
    ['the first line of an event stream', 200, stream, ': ping'],
    ['the first byte of an error', 429, {}, '<html>'],
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
