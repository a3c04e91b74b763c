import { Agent, request as httpRequest } from 'node:http'
import OpenAI from 'openai'
import { afterEach, describe, expect, it } from 'vitest'
import {
  answers,
  type CascadeUnderTest,
  cheapModel,
  completionOf,
  eventsOf,
  jsonText,
  startCascade,
} from '../../support/cascade/cascade-under-test.ts'
import { inFlightSeries } from '../../support/gateway-under-test.ts'
import {
  chunk,
  event,
  json,
  type Respond,
  type SeenRequest,
  silence,
  stream,
  streamAndHold,
} from '../../support/upstream.ts'

const request = { model: 'policy-checked', messages: [{ role: 'user', content: 'What is 3 · 4?' }] }
const streamed = { ...request, stream: true, stream_options: { include_usage: true } }
const wrong = completionOf('wrong')
const strong = completionOf('It is 12.')
const strongEvents = eventsOf('It is 12.')
const cut: Respond = ({ response }) => response.socket?.destroy()

let gateway: CascadeUnderTest
afterEach(() => gateway.close())

describe('a weak model that fails', () => {
  const html: Respond = ({ response }) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><title>Sign in</title></html>')
  const cutWithin: Respond = ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(event(chunk({ content: 'It' })), () => response.socket?.destroy())
  }
  const overflow = { error: { message: 'too long', code: 'context_length_exceeded' } }

  it.each<[string, Respond, string]>([
    ['closes the connection', cut, 'upstream-error'],
    ['answers 429', json({ error: {} }, 429), 'upstream-error'],
    ['answers 500', json({ error: {} }, 500), 'upstream-error'],
    ['answers that the context is too small', json(overflow, 400), 'context'],
    ['answers with an HTML page', html, 'upstream-error'],
    ['answers with something that is no completion', jsonText('{"choices":[]}'), 'upstream-error'],
    ['says nothing', jsonText(completionOf('')), 'upstream-error'],
    ['breaks off within a stream', cutWithin, 'upstream-error'],
    ['sends an error event', stream(event({ error: { message: 'x' } })), 'upstream-error'],
    ['does not answer in time', silence, 'upstream-timeout'],
    ['does not end its answer in time', streamAndHold(event(chunk({ content: 'It' }))), 'upstream-timeout'],
  ])('and %s: the strong one answers, JSON and streamed', async (_what, weak, fallback) => {
    gateway = await startCascade({
      timeoutMs: weak === silence || fallback === 'upstream-timeout' ? 100 : 10_000,
    })
    for (const [body, answer, expected] of [
      [request, jsonText(strong), strong],
      [streamed, stream(strongEvents), strongEvents],
    ] as const) {
      gateway.upstream.answer(answers(weak, answer))
      const reply = await gateway.chat(body)
      expect([reply.status, reply.headers.get('x-routellm-fallback')]).toEqual([200, fallback])
      expect(reply.headers.get('x-routellm-model')).toBe('strong')
      expect(reply.headers.get('x-routellm-strong-win-rate')).toBeNull()
      expect(await reply.text()).toBe(expected)
    }
    expect(gateway.asked()).toEqual(['small-model', 'big-model', 'small-model', 'big-model'])
    expect(gateway.warnings).toHaveLength(2)
    for (const seen of gateway.upstream.seen) await seen.closed
    await gateway.metricBecomes(inFlightSeries, 0)
  })
})

describe('a strong model that fails', () => {
  it('gives the client its own answer', async () => {
    gateway = await startCascade()
    const error = { error: { message: 'slow down' } }
    gateway.upstream.answer(answers(jsonText(wrong), json(error, 429, { 'retry-after': '7' })))
    const reply = await gateway.chat(request)
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '7'])
    expect(await reply.json()).toEqual(error)
  })

  it('and closes the connection gives a 502', async () => {
    gateway = await startCascade()
    gateway.upstream.answer(answers(jsonText(wrong), cut))
    const reply = await gateway.chat(streamed)
    expect(reply.status).toBe(502)
    expect(await reply.json()).toMatchObject({ error: { code: 'upstream_unreachable' } })
  })
})

describe('a client that goes away', () => {
  const holdHead: Respond = ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('{"choices":[')
  }
  const wrongEvents = stream(eventsOf('wrong'))

  it.each<[string, object, Respond, number]>([
    ['before the weak model’s head', request, silence, 1],
    ['within the weak model’s answer', request, holdHead, 1],
    ['within the weak model’s stream', streamed, streamAndHold(event(chunk({ content: 'a' }))), 1],
    ['before the strong model’s head', request, answers(jsonText(wrong), silence), 2],
    ['within the strong model’s answer', request, answers(jsonText(wrong), holdHead), 2],
    ['before the strong model’s first event', streamed, answers(wrongEvents, streamAndHold('')), 2],
  ])('%s: the upstream’s socket closes, and nothing is in flight', async (_when, body, respond, calls) => {
    gateway = await startCascade()
    gateway.upstream.answer(respond)
    const controller = new AbortController()
    const reply = gateway.chat(body, { signal: controller.signal }).then((each) => each.text())
    reply.catch(() => {})
    let seen = await gateway.upstream.next()
    if (calls === 2) seen = await gateway.upstream.next()
    controller.abort()
    await seen.closed
    expect(seen.wasAborted()).toBe(true)
    await expect(reply).rejects.toThrow()
    await gateway.metricBecomes(inFlightSeries, 0)
    expect(gateway.upstream.seen).toHaveLength(calls)
    expect(gateway.warnings).toEqual([])
  })

  it('closes the sockets of further answers too', async () => {
    gateway = await startCascade({ samples: 2, weak: cheapModel })
    gateway.upstream.answer(silence)
    const controller = new AbortController()
    gateway.chat(request, { signal: controller.signal }).catch(() => {})
    const all = [await gateway.upstream.next(), await gateway.upstream.next(), await gateway.upstream.next()]
    controller.abort()
    for (const seen of all) await seen.closed
    await gateway.metricBecomes(inFlightSeries, 0)
  })
})

it('an answer that fails the check closes the sockets of further answers', async () => {
  gateway = await startCascade({ samples: 1, timeoutMs: 100, weak: cheapModel })
  const held: SeenRequest[] = []
  gateway.upstream.answer(
    answers((seen) => {
      if (held.push(seen) === 1) jsonText(completionOf('12'))(seen)
    }, jsonText(strong)),
  )
  expect(await (await gateway.chat(request)).text()).toBe(strong) // the second answer does not come in time
  await held[1]!.closed
  expect(held[1]!.wasAborted()).toBe(true)
})

describe('a stream that waits for the verdict', () => {
  const early = { server: { heartbeatMs: 10 } }

  /** Answers the weak model's request once the test lets it. */
  async function startWaiting(strongAnswer: Respond) {
    gateway = await startCascade({}, early)
    gateway.upstream.answer(answers(silence, strongAnswer))
    const reply = await gateway.chat(streamed) // its head comes with the first heartbeat
    const weak = await gateway.upstream.next()
    return { reply, weak }
  }

  it('keeps the connection alive with comments, and says then what its headers could not', async () => {
    const { reply, weak } = await startWaiting(stream(strongEvents))
    expect(reply.status).toBe(200)
    expect(reply.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(reply.headers.get('x-routellm-policy')).toBe('checked')
    expect(reply.headers.get('x-routellm-model')).toBeNull()
    stream(eventsOf('wrong'))(weak)
    const text = await reply.text()
    expect(text).toMatch(/^(?:: waiting\n\n)+: x-routellm-request-id: rllm-/)
    expect(text).toContain(': x-routellm-model: strong\n\n: x-routellm-policy: checked\n\n')
    expect(text).toContain(': x-routellm-strong-win-rate: 0.9\n\n')
    expect(text.endsWith(strongEvents)).toBe(true)
    expect(text).not.toContain('wrong')
  })

  it('is read by the official client', async () => {
    gateway = await startCascade({}, early)
    gateway.upstream.answer((seen) => {
      setTimeout(() => stream(eventsOf('It is ', '12.'))(seen), 50)
    })
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'any', maxRetries: 0 })
    const parts = await client.chat.completions.create({
      model: 'policy-checked',
      stream: true,
      messages: [{ role: 'user', content: 'x' }],
    })
    let text = ''
    for await (const { choices } of parts) text += choices[0]?.delta.content ?? ''
    expect(text).toBe('It is 12.')
  })

  it.each<[string, Respond, string]>([
    ['an error', json({ error: {} }, 429), 'answered 429'],
    ['no event stream', jsonText(strong), 'no event stream'],
    ['a closed connection', cut, 'upstream_unreachable'],
  ])('ends with an error event after %s, never cleanly', async (_what, answer, problem) => {
    const { reply, weak } = await startWaiting(answer)
    stream(eventsOf('wrong'))(weak)
    let text = ''
    const read = async () => {
      for await (const part of reply.body!) text += Buffer.from(part).toString()
    }
    await expect(read()).rejects.toThrow()
    expect(text).toContain('data: {"error":')
    expect(text).toContain(problem)
    expect(text).not.toContain('[DONE]')
    await gateway.metricBecomes(inFlightSeries, 0)
  })

  it('notices a client that leaves', async () => {
    gateway = await startCascade({}, early)
    gateway.upstream.answer(silence)
    const controller = new AbortController()
    const reply = await gateway.chat(streamed, { signal: controller.signal })
    const weak = await gateway.upstream.next()
    controller.abort()
    await weak.closed
    await expect(reply.text()).rejects.toThrow()
    await gateway.metricBecomes(inFlightSeries, 0)
  })
})

it('several cascades come over one connection', async () => {
  gateway = await startCascade()
  gateway.upstream.answer(answers(jsonText(wrong), jsonText(strong)))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ports = new Set<number | undefined>()
  for (let count = 0; count < 3; count++) {
    const text = await new Promise<string>((resolve, reject) => {
      const sent = httpRequest(`${gateway.url}/v1/chat/completions`, { method: 'POST', agent }, (reply) => {
        ports.add(reply.socket.localPort)
        let all = ''
        reply.on('data', (part: Buffer) => {
          all += part.toString()
        })
        reply.on('end', () => resolve(all))
      })
      sent.on('error', reject)
      sent.end(JSON.stringify(request))
    })
    expect(text).toBe(strong)
  }
  expect(ports.size).toBe(1)
  agent.destroy()
})

it('the server ends a cascade that is still waiting when it closes', async () => {
  gateway = await startCascade({}, { server: { drainTimeoutMs: 50 } })
  gateway.upstream.answer(silence)
  const reply = gateway.chat(request)
  const weak = await gateway.upstream.next()
  const closing = gateway.server.close()
  expect((await reply).status).toBe(503)
  await weak.closed
  await closing
})
