import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import type { DecideAnswer } from '../../../src/server/admin/api/playground/routes.ts'
import type { RequestAnswer, RequestsAnswer } from '../../../src/server/admin/api/requests.ts'
import { openStore } from '../../../src/store/open-store.ts'
import { createStoreReader, type StoreReader } from '../../../src/store/reader/store-reader.ts'
import type { Store } from '../../../src/store/store.ts'
import { type GatewayUnderTest, providerKey, startGateway } from '../../support/gateway-under-test.ts'
import { chunk, event, json, stream, streamAndHold, streamOf } from '../../support/upstream.ts'

const token = 'token-of-the-admin'
const clientKey = 'rllm-key-of-a-client'
const built = new URL('../../../dist/store/', import.meta.url)
const question = [{ role: 'user', content: 'a hard question' }]

let folder = ''
let gateway: GatewayUnderTest
let store: Store
let reader: StoreReader

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-playground-'))
  store = openStore({
    folder,
    text: 'full',
    log: { warn() {} },
    program: new URL('worker/program.js', built),
  })
  reader = createStoreReader({ folder, program: new URL('reader/program.js', built) })
  gateway = await startGateway({
    provider: { passThrough: true },
    server: {
      admin: { token, reader },
      keeper: store,
      feedback: store,
      keys: [{ name: 'web', hmac: clientKeyHmac(clientKey), pacing: true }],
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await reader.close()
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

const post = (path: string, body: object, init: RequestInit = {}) =>
  fetch(`${gateway.url}/admin/api${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    ...init,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers },
  })

async function ask<Answer>(path: string): Promise<Answer> {
  const response = await fetch(`${gateway.url}/admin/api${path}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  return (await response.json()) as Answer
}

describe('decide', () => {
  it('explains the decision and asks no model', async () => {
    const before = gateway.upstream.seen.length
    const reply = await post('/playground/decide', { model: 'router-words-0.95', messages: question })
    const decision = (await reply.json()) as DecideAnswer
    expect(reply.status).toBe(200)
    expect(decision).toMatchObject({ reason: 'routed', model: 'weak', strongWinRate: 0.9, threshold: 0.95 })
    expect(decision.explanation.flipsAt).toBe(0.9)
    expect(gateway.upstream.seen).toHaveLength(before)
  })

  it.each([
    [{ model: 'router-none', prompt: 'x' }, 'unknown_router'],
    [{ model: 'auto' }, 'missing_prompt'],
    [{ model: 'auto', messages: [] }, 'empty_messages'],
  ])('%j is refused with %s', async (body, code) => {
    const reply = await post('/playground/decide', body)
    expect({ status: reply.status, body: await reply.json() }).toMatchObject({
      status: 400,
      body: { error: { code } },
    })
  })
})

describe('chat', () => {
  it('streams the answer of a named model, and is kept as a request of the page', async () => {
    gateway.upstream.answer(
      stream(streamOf(['Hello'], { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 })),
    )
    const reply = await post(
      '/playground/chat',
      { model: 'strong', messages: question },
      {
        headers: { cookie: 'routellm-admin-1=x', traceparent: '00-1', 'x-routellm-region': 'nowhere' },
      },
    )
    expect(reply.headers.get('content-type')).toContain('text/event-stream')
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await reply.text()).toContain('"completion_tokens":1')
    const { headers, body } = gateway.upstream.seen.at(-1)!
    expect(JSON.parse(String(body))).toMatchObject({ model: 'big-model', stream: true, messages: question })
    expect(JSON.stringify(headers)).not.toContain(token)
    expect(headers.authorization ?? `Bearer ${providerKey}`).toBe(`Bearer ${providerKey}`)
    expect(headers).not.toHaveProperty('cookie')
    expect(headers).not.toHaveProperty('traceparent')

    const id = reply.headers.get('x-routellm-request-id') ?? ''
    expect(await ask<RequestAnswer>(`/requests/${id}`)).toMatchObject({
      model: 'strong',
      tags: ['playground'],
      policy: null,
      router: null,
      key: null,
      inputTokens: 3,
      outputTokens: 1,
    })
    const tagged = await ask<RequestsAnswer>('/requests?tag=playground')
    expect(tagged.requests.map((each) => each.id)).toEqual([id])
  })

  it.each([
    [{ model: 'auto', messages: question }, 'model'],
    [{ model: 'policy-x', messages: question }, 'model'],
    [{ model: 'strong', messages: [] }, 'messages'],
    [{ model: 'strong', messages: question, tools: [] }, 'tools'],
  ])('%j is refused', async (body, at) => {
    const reply = await post('/playground/chat', body)
    const { error } = (await reply.json()) as { error: { code: string; message: string } }
    expect([reply.status, error.code]).toEqual([400, 'bad_request'])
    expect(error.message).toContain(at === 'model' ? 'not a model' : at)
  })

  it('an error of the upstream is the answer', async () => {
    gateway.upstream.answer(json({ error: { message: 'no such thing' } }, 418))
    const reply = await post('/playground/chat', { model: 'weak', messages: question })
    expect([reply.status, await reply.text()]).toEqual([418, expect.stringContaining('no such thing')])
    const unknown = await post('/playground/chat', { model: 'nobody', messages: question })
    expect(unknown.status).toBe(404)
  })

  it('a client that leaves half-way has the upstream aborted', async () => {
    gateway.upstream.answer(streamAndHold(event(chunk({ content: 'half' }))))
    const control = new AbortController()
    const reply = await post(
      '/playground/chat',
      { model: 'strong', messages: question },
      { signal: control.signal },
    )
    await reply.body!.getReader().read()
    const request = gateway.upstream.seen.at(-1)!
    expect(request.wasAborted()).toBe(false)
    control.abort()
    await request.closed
    expect(request.wasAborted()).toBe(true)
  })

  it('needs the token, and a client key opens nothing', async () => {
    for (const authorization of ['Bearer wrong', `Bearer ${clientKey}`]) {
      const reply = await post(
        '/playground/chat',
        { model: 'strong', messages: question },
        { headers: { authorization } },
      )
      expect(reply.status).toBe(401)
    }
  })
})

describe('feedback', () => {
  it('is kept for requests of the playground and of any key', async () => {
    gateway.upstream.answer(json({ choices: [] }))
    const ofKey = await gateway.chat(
      { model: 'weak', messages: question },
      { headers: { authorization: `Bearer ${clientKey}` } },
    )
    await ofKey.text()
    const own = await post('/playground/chat', { model: 'weak', messages: question })
    await own.text()
    const idOf = (reply: Response) => reply.headers.get('x-routellm-request-id') ?? ''
    const said = [
      [idOf(ofKey), { thumbs: 'down' }],
      [idOf(own), { scores: { weak: 1, strong: 0 } }],
    ] as const
    for (const [requestId, feedback] of said) {
      const reply = await post('/playground/feedback', { requestId, ...feedback })
      expect([reply.status, await reply.json()]).toEqual([200, expect.objectContaining({ requestId })])
    }
    expect((await ask<RequestAnswer>(`/requests/${idOf(ofKey)}`)).feedback).toMatchObject([
      { thumbs: 'down' },
    ])
    // Another client cannot speak of the request of a key; the page can.
    const none = await post('/playground/feedback', { requestId: 'rllm-none', thumbs: 'up' })
    expect([none.status, await none.json()]).toMatchObject([404, { error: { code: 'unknown_request' } }])
    const empty = await post('/playground/feedback', { requestId: idOf(own) })
    expect([empty.status, await empty.json()]).toMatchObject([400, { error: { code: 'bad_feedback' } }])
  })
})
