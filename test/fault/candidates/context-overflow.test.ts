import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type GatewayUnderTest,
  inFlightSeries,
  startGateway,
  userMessage,
} from '../../support/gateway-under-test.ts'
import { completion, json, type Respond, type SeenRequest, stream, streamOf } from '../../support/upstream.ts'

const overflow = {
  error: {
    message: "This model's maximum context length is 8192 tokens. However, you requested 9100 tokens.",
    type: 'invalid_request_error',
    param: 'messages',
    code: 'context_length_exceeded',
  },
}
const badRequest = { error: { message: 'No.', type: 'invalid_request_error', param: null, code: 'bad' } }

function modelOf({ body }: SeenRequest): string {
  return String((JSON.parse(body.toString()) as { model: unknown }).model)
}

/** Answers in the name of the weak model, and of the strong one. */
function answers(weak: Respond, strong: Respond): Respond {
  return (seen) => (modelOf(seen) === 'small-model' ? weak : strong)(seen)
}

describe('case 05: a request too long for the weak model', () => {
  let gateway: GatewayUnderTest
  beforeEach(async () => {
    gateway = await startGateway()
  })
  afterEach(() => gateway.close())

  const asked = () => gateway.upstream.seen.map(modelOf)

  it.each([
    [400, overflow],
    [413, { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long: 9 > 8' } }],
  ])('is answered %i by it, and then by the strong one', async (status, error) => {
    gateway.upstream.answer(answers(json(error, status), json(completion)))
    const reply = await gateway.chat(userMessage('Summarise it'))
    expect(reply.status).toBe(200)
    expect(reply.headers.get('x-routellm-model')).toBe('strong')
    expect(reply.headers.get('x-routellm-fallback')).toBe('context')
    expect(await reply.json()).toEqual(completion)
    expect(asked()).toEqual(['small-model', 'big-model'])
    expect(gateway.warnings).toEqual([
      {
        fields: {
          requestId: expect.any(String),
          model: 'weak',
          fallback: 'context',
          answers: 'strong',
        },
        message: 'a model could not answer; another one is asked',
      },
    ])
    await gateway.metricBecomes(inFlightSeries, 0)
    expect(
      await gateway.metric(
        'routellm_requests_total{route="/v1/chat/completions",model="strong",status="200"}',
      ),
    ).toBe(1)
    expect(await gateway.metric('routellm_model_fallbacks_total{model="weak",reason="context"}')).toBe(1)
  })

  it('is streamed by the strong one to the official client', async () => {
    gateway.upstream.answer(answers(json(overflow, 400), stream(streamOf(['It ', 'is.']))))
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'any', maxRetries: 0 })
    const reply = await client.chat.completions.create({
      model: 'auto',
      stream: true,
      messages: [{ role: 'user', content: 'Summarise it' }],
    })
    let text = ''
    for await (const { choices } of reply) text += choices[0]?.delta.content ?? ''
    expect(text).toBe('It is.')
  })

  it('is tried once: the second answer is the client’s, whatever it is', async () => {
    gateway.upstream.answer(json(overflow, 400, { 'x-more': '1' }))
    const reply = await gateway.chat(userMessage('Summarise it'))
    expect(reply.status).toBe(400)
    expect(reply.headers.get('x-more')).toBe('1')
    expect(await reply.json()).toEqual(overflow)
    expect(asked()).toEqual(['small-model', 'big-model'])
  })

  it('stays refused if the client named the model, or if the model is the larger one', async () => {
    gateway.upstream.answer(json(overflow, 400))
    for (const request of [{ ...userMessage('x'), model: 'weak' }, userMessage('hard')]) {
      const reply = await gateway.chat(request)
      expect(reply.status).toBe(400)
      expect(reply.headers.get('x-routellm-fallback')).toBeNull()
      expect(await reply.json()).toEqual(overflow)
    }
    expect(asked()).toEqual(['small-model', 'big-model'])
  })

  it('is not seen in another error, which passes byte for byte', async () => {
    const long = { error: { ...badRequest.error, message: 'x'.repeat(200_000) } }
    for (const error of [badRequest, long]) {
      gateway.upstream.answer(json(error, 400, { 'retry-after': '3' }))
      const reply = await gateway.chat(userMessage('Summarise it'))
      expect([reply.status, reply.headers.get('retry-after')]).toEqual([400, '3'])
      expect(await reply.text()).toBe(JSON.stringify(error))
    }
    expect(asked()).toEqual(['small-model', 'small-model'])
  })

  it('is asked without the client’s idempotency key the second time', async () => {
    gateway.upstream.answer(answers(json(overflow, 400), json(completion)))
    await gateway.chat(userMessage('Summarise it'), { headers: { 'idempotency-key': 'k-1' } })
    expect(gateway.upstream.seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['k-1', undefined])
  })

  it.each(['before', 'after'])('is aborted with the client, %s the second call', async (when) => {
    const held: SeenRequest[] = []
    const hold: Respond = (seen) => {
      held.push(seen)
      const { response } = seen
      response.writeHead(when === 'before' ? 400 : 200, { 'content-type': 'application/json' })
      response.write('{"error":')
    }
    gateway.upstream.answer(when === 'before' ? hold : answers(json(overflow, 400), hold))
    const controller = new AbortController()
    const reply = gateway.chat(userMessage('Summarise it'), { signal: controller.signal })
    reply.catch(() => {})
    let seen = await gateway.upstream.next()
    if (when === 'after') seen = await gateway.upstream.next()
    controller.abort()
    await seen.closed
    expect(seen.wasAborted()).toBe(true)
    await gateway.metricBecomes(inFlightSeries, 0)
  })
})
