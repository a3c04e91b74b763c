import { connect } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type GatewayUnderTest,
  inFlightSeries,
  routerThat,
  startGateway,
  userMessage,
} from '../support/gateway-under-test.ts'
import {
  chunk,
  completion,
  event,
  json,
  silence,
  stream,
  streamAndHold,
  streamOf,
} from '../support/upstream.ts'

const request = userMessage('hello')
const streamed = { ...request, stream: true }

describe('a client that goes away', () => {
  let gateway: GatewayUnderTest
  beforeEach(async () => {
    gateway = await startGateway()
  })
  afterEach(() => gateway.close())

  /** How long after `act` the upstream's socket of the next request closes, in milliseconds. */
  async function upstreamClosesAfter(act: () => void): Promise<number> {
    const seen = await gateway.upstream.next()
    const startedAt = performance.now()
    act()
    await seen.closed
    expect(seen.wasAborted()).toBe(true)
    return performance.now() - startedAt
  }

  it('case 1: an abort of a non-streaming call closes the upstream socket within a second', async () => {
    gateway.upstream.answer(silence)
    const controller = new AbortController()
    const reply = gateway.chat(request, { signal: controller.signal })
    reply.catch(() => {})
    expect(await upstreamClosesAfter(() => controller.abort())).toBeLessThan(1000)
    await expect(reply).rejects.toThrow()
  })

  it('an abort while the router decides reaches the router, and nothing is sent upstream', async () => {
    let deciding: (signal: AbortSignal | undefined) => void = () => {}
    const asked = new Promise<AbortSignal | undefined>((resolve) => {
      deciding = resolve
    })
    const slow = await startGateway({
      parts: {
        routers: [
          routerThat((_prompt, signal) => {
            deciding(signal)
            return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
          }),
        ],
        routerTimeoutMs: 60_000,
      },
    })
    const controller = new AbortController()
    const reply = slow.chat(request, { signal: controller.signal })
    reply.catch(() => {})
    const signal = await asked
    const left = new Promise((resolve) => signal?.addEventListener('abort', resolve))
    controller.abort()
    await left
    expect(signal?.reason).toMatchObject({ code: 'client-left', status: 499 })
    await slow.metricBecomes(inFlightSeries, 0)
    expect(slow.upstream.seen).toEqual([])
    expect(slow.warnings).toEqual([])
    await slow.close()
  })

  it.each([streamed, { ...streamed, stream_options: { include_usage: true } }])(
    'case 2: an abort before the first token closes the upstream socket within a second: %o',
    async (body) => {
      gateway.upstream.answer(streamAndHold(''))
      const controller = new AbortController()
      const reply = gateway.chat(body, { signal: controller.signal })
      reply.catch(() => {})
      expect(await upstreamClosesAfter(() => controller.abort())).toBeLessThan(1000)
    },
  )

  it('case 3: an abort mid-stream closes the upstream socket, and the tokens streamed so far are counted', async () => {
    const words = ['one ', 'two ', 'three ']
    gateway.upstream.answer(streamAndHold(words.map((content) => event(chunk({ content }))).join('')))
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'any', maxRetries: 0 })
    const reply = await client.chat.completions.create({
      model: 'auto',
      stream: true,
      messages: [{ role: 'user', content: 'hello' }],
    })
    let text = ''
    let closedAfterMs = Number.NaN
    for await (const { choices } of reply) {
      text += choices[0]?.delta.content ?? ''
      if (text !== words.join('')) continue
      closedAfterMs = await upstreamClosesAfter(() => reply.controller.abort())
      break
    }
    expect(closedAfterMs).toBeLessThan(1000)
    await gateway.metricBecomes(inFlightSeries, 0)
    expect(await gateway.metric('routellm_tokens_total{model="weak",kind="completion_estimated"}')).toBe(3)
    expect(
      await gateway.metric('routellm_requests_total{route="/v1/chat/completions",model="weak",status="499"}'),
    ).toBe(1)
  })

  it('case 4: after aborted, failed and whole requests on every endpoint, nothing is in flight', async () => {
    const abortOne = async (path: string, body: object) => {
      gateway.upstream.answer(silence)
      const controller = new AbortController()
      const reply = fetch(`${gateway.url}${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        signal: controller.signal,
      })
      reply.catch(() => {})
      const seen = await gateway.upstream.next()
      controller.abort()
      await seen.closed
    }
    await abortOne('/v1/chat/completions', request)
    await abortOne('/v1/chat/completions', streamed)
    await abortOne('/v1/embeddings', { model: 'weak', input: 'x' })
    gateway.upstream.answer(json(completion))
    await (await gateway.chat(request)).text()
    gateway.upstream.answer(stream(streamOf(['a'])))
    await (await gateway.chat(streamed)).text()
    gateway.upstream.answer(({ response }) => response.socket?.destroy())
    expect((await gateway.chat(request)).status).toBe(502)
    expect((await gateway.chat('{"model":')).status).toBe(400)
    await (
      await fetch(`${gateway.url}/v1/route`, { method: 'POST', body: '{"model":"auto","prompt":"x"}' })
    ).text()
    await (await fetch(`${gateway.url}/v1/route`, { method: 'POST', body: '{}' })).text()
    await gateway.metricBecomes(inFlightSeries, 0)
  })

  it('case 4: while a request waits for its upstream the gauge says so', async () => {
    gateway.upstream.answer(silence)
    const controller = new AbortController()
    const reply = gateway.chat(request, { signal: controller.signal })
    reply.catch(() => {})
    await gateway.upstream.next()
    expect(await gateway.metric(inFlightSeries)).toBe(1)
    controller.abort()
    await gateway.metricBecomes(inFlightSeries, 0)
  })

  it('before its router has decided: the upstream is never called', async () => {
    let startedDeciding = () => {}
    const deciding = new Promise<void>((resolve) => {
      startedDeciding = resolve
    })
    let decide: (winRate: number) => void = () => {}
    const decided = new Promise<number>((resolve) => {
      decide = resolve
    })
    const router = routerThat(() => {
      startedDeciding()
      return decided
    })
    const waiting = await startGateway({ parts: { routers: [router] } })
    const controller = new AbortController()
    waiting.chat(request, { signal: controller.signal }).catch(() => {})
    await deciding
    controller.abort()
    await waiting.metricBecomes(inFlightSeries, 0)
    decide(0.5)
    await waiting.chat(request) // by its answer the first decision has been dealt with
    expect(waiting.upstream.seen).toHaveLength(1)
    await waiting.close()
  })

  it('or reads slowly: the upstream is paused, and what is held in memory stays bounded', async () => {
    const piece = Buffer.alloc(1 << 20, 'x')
    let sent = 0
    gateway.upstream.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' })
      const push = () => {
        while (sent < 200 && response.write(piece)) sent++
        if (sent === 200) response.end()
        else response.once('drain', push)
        sent++
      }
      push()
    })
    const { hostname, port } = new URL(gateway.url)
    const payload = JSON.stringify(request)
    const client = connect(Number(port), hostname)
    client.pause()
    client.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${payload.length}\r\n\r\n${payload}`,
    )
    await gateway.upstream.next()
    let before = -1
    while (sent !== before) {
      before = sent
      await after(200) // two looks that see the same: everything between the two ends is full
    }
    expect(sent).toBeLessThan(60)
    client.destroy()
    await gateway.metricBecomes(inFlightSeries, 0)
  })
})
