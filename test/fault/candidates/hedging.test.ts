import { afterEach, describe, expect, it } from 'vitest'
import type { FallbackMode } from '../../../src/routing/policies/fallback-mode.ts'
import { createObservedCalls } from '../../../src/routing/policies/observations/create-observed-calls.ts'
import { eventsOf, strongModel, weakModel } from '../../support/cascade/cascade-under-test.ts'
import { type GatewayUnderTest, inFlightSeries, startGateway } from '../../support/gateway-under-test.ts'
import {
  json,
  type Respond,
  type SeenRequest,
  silence,
  stream,
  streamAndHold,
} from '../../support/upstream.ts'

const request = {
  model: 'auto',
  stream: true,
  stream_options: { include_usage: true },
  messages: [{ role: 'user', content: 'hello' }],
}
const quick = eventsOf('It is ', '12.')
const cut: Respond = ({ response }) => response.socket?.destroy()

let gateway: GatewayUnderTest
const records: unknown[] = []
afterEach(async () => {
  records.length = 0
  await gateway.close()
})

/** A gateway that has seen the weak model begin its streams after 50 ms, and has saved up 10 second calls. */
async function startHedging(
  observedStreams = 100,
  pair: FallbackMode = 'none',
  firstTokenSeconds = 0.05,
): Promise<void> {
  const observed = createObservedCalls(() => 0)
  observed.of('weak')
  for (let count = 0; count < observedStreams; count++)
    observed.add({
      model: 'weak',
      task: null,
      outputTokens: 10,
      latency: { firstTokenSeconds, secondsPerOutputToken: 0.001 },
    })
  gateway = await startGateway({
    parts: {
      models: [strongModel, weakModel],
      observed,
      hedge: { afterPercentile: 95, maxShare: 1 },
      fallbacks: { pair, policies: new Map() },
    },
    server: { observers: [(record) => records.push(record)] },
  })
}

/** Answers the calls in their order. */
function inTurn(...responds: readonly Respond[]): Respond {
  let calls = 0
  return (seen) => responds[calls++]?.(seen)
}

describe('a stream that is late', () => {
  it('is asked for again: the first to begin is the client’s, the other one is aborted and accounted', async () => {
    await startHedging()
    const held: SeenRequest[] = []
    gateway.upstream.answer(inTurn((seen) => held.push(seen), stream(quick)))
    const reply = await gateway.chat(request, { headers: { 'idempotency-key': 'k-1' } })
    expect(await reply.text()).toBe(quick)
    expect(reply.headers.get('x-routellm-model')).toBe('weak')
    await held[0]!.closed
    expect(held[0]!.wasAborted()).toBe(true)
    await gateway.metricBecomes(inFlightSeries, 0)
    expect(gateway.upstream.seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['k-1', undefined])
    const answered = (100 * 1 + 10 * 2) / 1e6
    const aborted = (100 * 1) / 1e6
    expect(records).toMatchObject([
      {
        attempts: 2,
        fallback: null,
        usd: answered + aborted,
        call: { usd: answered },
        otherCalls: [{ model: 'weak', usd: aborted, tokens: { input: 100, output: 0 } }],
      },
    ])
    expect(await gateway.metric('routellm_tokens_total{model="weak",kind="prompt"}')).toBe(200)
  })

  it('may still win', async () => {
    await startHedging()
    const held: SeenRequest[] = []
    gateway.upstream.answer(
      inTurn(
        (seen) => held.push(seen),
        (seen) => {
          held.push(seen)
          stream(quick)(held[0]!)
        },
      ),
    )
    expect(await (await gateway.chat(request)).text()).toBe(quick)
    await held[1]!.closed
    expect(held[1]!.wasAborted()).toBe(true)
  })

  it.each([
    [
      'first',
      inTurn(
        (seen) => setTimeout(() => cut(seen), 200),
        (seen) => setTimeout(() => stream(quick)(seen), 400),
      ),
    ],
    ['second', inTurn((seen) => setTimeout(() => stream(quick)(seen), 400), cut)],
  ])('is answered by the other call if the %s fails', async (_which, respond) => {
    await startHedging()
    gateway.upstream.answer(respond)
    expect(await (await gateway.chat(request)).text()).toBe(quick)
    expect(gateway.upstream.seen).toHaveLength(2)
  })

  it('is an error if both calls fail', async () => {
    await startHedging()
    gateway.upstream.answer(inTurn((seen) => setTimeout(() => cut(seen), 200), cut))
    const reply = await gateway.chat(request)
    expect(reply.status).toBe(502)
    await gateway.metricBecomes(inFlightSeries, 0)
  })

  it('is answered by the strong model if both calls fail, where the policy falls back', async () => {
    await startHedging(100, 'stronger')
    gateway.upstream.answer(
      inTurn((seen) => setTimeout(() => json({ error: {} }, 503)(seen), 200), cut, stream(quick)),
    )
    const reply = await gateway.chat(request)
    expect(await reply.text()).toBe(quick)
    expect(reply.headers.get('x-routellm-model')).toBe('strong')
    expect(reply.headers.get('x-routellm-fallback')).toBe('upstream-error')
    expect(gateway.upstream.seen).toHaveLength(3)
    await gateway.metricBecomes(inFlightSeries, 0)
  })

  it('is aborted with its client, both calls', async () => {
    await startHedging()
    gateway.upstream.answer(silence)
    const controller = new AbortController()
    gateway.chat(request, { signal: controller.signal }).catch(() => {})
    const calls = [await gateway.upstream.next(), await gateway.upstream.next()]
    controller.abort()
    for (const { closed } of calls) await closed
    await gateway.metricBecomes(inFlightSeries, 0)
  })
})

describe('a stream is asked for once', () => {
  it('if it is not late', async () => {
    await startHedging()
    gateway.upstream.answer(stream(quick))
    for (let count = 0; count < 3; count++) expect(await (await gateway.chat(request)).text()).toBe(quick)
    expect(gateway.upstream.seen).toHaveLength(3)
  })

  it.each([
    ['the reply is no stream', { ...request, stream: false, stream_options: undefined }, 100],
    ['the model was hardly observed', request, 10],
    ['another model was observed', { ...request, model: 'strong' }, 100],
  ])('if %s', async (_what, body, observedStreams) => {
    await startHedging(observedStreams)
    const late: Respond = (seen) =>
      setTimeout(() => (body.stream ? stream(quick) : json({ choices: [] }))(seen), 200)
    gateway.upstream.answer(late)
    await (await gateway.chat(body)).text()
    expect(gateway.upstream.seen).toHaveLength(1)
  })

  it('if its head has come, and its content has not', async () => {
    await startHedging(100, 'none', 0.8)
    gateway.upstream.answer((seen) => {
      streamAndHold(': thinking\n\n')(seen)
      setTimeout(() => seen.response.end(quick), 1600)
    })
    expect(await (await gateway.chat(request)).text()).toBe(`: thinking\n\n${quick}`)
    expect(gateway.upstream.seen).toHaveLength(1)
  })
})

it('a late stream that is too long for the context goes to the next candidate', async () => {
  await startHedging()
  const overflow = { error: { message: 'prompt is too long: 9 > 8' } }
  gateway.upstream.answer(
    inTurn((seen) => setTimeout(() => json(overflow, 400)(seen), 200), silence, stream(quick)),
  )
  const reply = await gateway.chat(request)
  expect(await reply.text()).toBe(quick)
  expect(reply.headers.get('x-routellm-model')).toBe('strong')
  expect(reply.headers.get('x-routellm-fallback')).toBe('context')
  await gateway.upstream.seen[1]!.closed
  await gateway.metricBecomes(inFlightSeries, 0)
})
