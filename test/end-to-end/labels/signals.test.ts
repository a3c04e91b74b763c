import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RequestRecord } from '../../../src/gateway/request-record.ts'
import { createSessions, defaultSessionOptions } from '../../../src/routing/sessions/sessions.ts'
import { type GatewayUnderTest, startGateway } from '../../support/gateway-under-test.ts'
import { chunk, completion, json, stream, streamOf } from '../../support/upstream.ts'

const records: RequestRecord[] = []
let gateway: GatewayUnderTest
beforeEach(async () => {
  records.length = 0
  gateway = await startGateway({
    parts: { sessions: createSessions({ options: defaultSessionOptions, findTerms: () => null }) },
    server: { observers: [(record) => records.push(record)] },
  })
})
afterEach(() => gateway.close())

const user = (content: string) => ({ role: 'user', content })
const answer = { role: 'assistant', content: 'Hello, 北京 🙂' }
const first = [user('Say hello in two scripts')]
const second = [...first, answer, user('Now in three')]

const recorded = async (count: number) => {
  await expect.poll(() => records.length).toBe(count)
  return records[count - 1]!
}

/** Asks, and reads the reply to its end. @returns the record. */
async function ask(messages: readonly object[], more: object = {}): Promise<RequestRecord> {
  const count = records.length + 1
  const reply = await gateway.chat({ model: 'auto', messages, ...more })
  await reply.text()
  return recorded(count)
}

describe('the record of a request', () => {
  it('says what it shows of an earlier answer, also of a stream', async () => {
    const one = await ask(first)
    expect(one.signal).toBeNull()
    const two = await ask(first)
    expect(two.signal).toEqual({ kind: 'regenerated', requestId: one.id })
    gateway.upstream.answer(stream(streamOf(['Hel', 'lo'])))
    const three = await ask(second, { stream: true })
    expect(three.signal).toBeNull()
    gateway.upstream.answer(json(completion))
    const edited = await ask([...first, answer, user('Now in four scripts')])
    expect(edited.signal).toEqual({ kind: 'edited', requestId: three.id })
    const complaint = await ask([...second, answer, user('No, that is wrong: these are two')])
    expect(complaint.signal).toEqual({ kind: 'complaint', requestId: edited.id })
  })

  it('takes no retry of a client for a regeneration', async () => {
    gateway.upstream.answer(json({ error: { message: 'busy' } }, 503))
    expect((await ask(first)).status).toBe(503)
    gateway.upstream.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`data: ${JSON.stringify(chunk({ content: 'Hel' }))}\n\n`)
    })
    const leaving = new AbortController()
    const broken = await gateway.chat(
      { model: 'auto', messages: first, stream: true },
      { signal: leaving.signal },
    )
    await broken.body!.getReader().read()
    leaving.abort()
    expect((await recorded(2)).signal).toBeNull()
    gateway.upstream.answer(json(completion))
    expect((await ask(first)).signal).toBeNull()
    expect((await ask(first)).signal?.kind).toBe('regenerated')
  })

  it('takes no samples in parallel for regenerations, and no request that names a model', async () => {
    const waiting: (() => void)[] = []
    gateway.upstream.answer((seen) => void waiting.push(() => json(completion)(seen)))
    const asked = [1, 2, 3].map(() => gateway.chat({ model: 'auto', messages: first }))
    await expect.poll(() => waiting.length).toBe(3)
    for (const reply of waiting) reply()
    for (const reply of await Promise.all(asked)) await reply.text()
    await recorded(3)
    expect(records.map(({ signal }) => signal)).toEqual([null, null, null])
    gateway.upstream.answer(json(completion))
    const count = records.length + 1
    await (await gateway.chat({ model: 'weak', messages: first })).text()
    expect((await recorded(count)).signal).toBeNull()
  })
})
