import { afterEach, describe, expect, it } from 'vitest'
import type { Ledger } from '../../../src/gateway/accounts/ledger.ts'
import { createMemoryLedger } from '../../../src/gateway/accounts/memory/memory-ledger.ts'
import type { RequestRecord } from '../../../src/gateway/request-record.ts'
import { createObservedCalls } from '../../../src/routing/policies/observations/create-observed-calls.ts'
import {
  answers,
  type CascadeUnderTest,
  completionOf,
  eventsOf,
  jsonText,
  modelOf,
  startCascade,
  strongModel,
  weakModel,
} from '../../support/cascade/cascade-under-test.ts'
import { type GatewayUnderTest, inFlightSeries, startGateway } from '../../support/gateway-under-test.ts'
import { json, type SeenRequest, silence, stream } from '../../support/upstream.ts'

/** A call of the weak model is expected to cost $0.00081, and one of the strong model 10 times that. */
const request = {
  model: 'auto',
  max_tokens: 400,
  messages: [{ role: 'user' as const, content: 'What is 3 · 4?' }],
}
/** Enough for the strong model, and not for both. */
const usdPerDay = 0.0087

const busy = json({ error: { message: 'Busy.', type: 'server_error', param: null, code: null } }, 503)
const strongAnswer = completionOf('It is 12, says the strong model.')
const wrong = completionOf('It is 13, which is wrong.')

let gateway: GatewayUnderTest
let records: RequestRecord[] = []
afterEach(() => gateway.close())

const server = (limitUsd: number) => {
  records = []
  return {
    limits: { pacing: false, usdPerDay: limitUsd },
    observers: [(record: RequestRecord) => records.push(record)],
  }
}

async function startPair(limitUsd = usdPerDay): Promise<void> {
  gateway = await startGateway({ parts: { models: [strongModel, weakModel] }, server: server(limitUsd) })
}

async function startChecked(options: object = {}, limitUsd = usdPerDay): Promise<CascadeUnderTest> {
  const started = await startCascade(options, { server: server(limitUsd) })
  gateway = started
  return started
}

const asked = () => gateway.upstream.seen.map(modelOf)
const checked = { ...request, model: 'policy-checked' }

describe('a fallback under a dollar budget', () => {
  it('reserves what the dearer model may cost instead of the one that failed', async () => {
    await startPair()
    const held: SeenRequest[] = []
    gateway.upstream.answer(answers(busy, (seen) => held.push(seen)))
    const reply = gateway.chat(request)
    while (held.length === 0) await gateway.upstream.next()
    const left = usdPerDay - (strongModel.outputUsdPerMillionTokens * 400) / 1e6
    expect(await gateway.metric('routellm_budget_remaining_usd{key=""}')).toBeLessThan(left)
    jsonText(strongAnswer)(held[0]!)
    expect([(await reply).status, await (await reply).text()]).toEqual([200, strongAnswer])
    await gateway.metricBecomes(inFlightSeries, 0)
    expect(records).toMatchObject([
      { model: 'strong', fallback: 'upstream-error', overBudget: null, attempts: 2 },
    ])
  })

  it('counts the call whose reply came too late for it, because the upstream may have written it', async () => {
    gateway = await startGateway({
      parts: { models: [strongModel, weakModel] },
      server: server(1),
      provider: { headersTimeoutMs: 500 }, // the second reply has to come within it on a loaded machine too
    })
    gateway.upstream.answer(answers(silence, jsonText(strongAnswer)))
    expect((await gateway.chat(request)).status).toBe(200)
    await gateway.metricBecomes(inFlightSeries, 0)
    const { call, otherCalls } = records[0]!
    expect([call?.isAborted, otherCalls.map(({ isAborted }) => isAborted)]).toEqual([false, [true]])
    const left = await gateway.metric('routellm_budget_remaining_usd{key=""}')
    const ofWeak = (weakModel.outputUsdPerMillionTokens * 400) / 1e6
    expect(1 - left! - call!.usd!).toBeGreaterThan(ofWeak)
    expect(1 - left! - call!.usd!).toBeLessThan(ofWeak * 1.1)
  })

  it('is not made if too little is left of the budget: the client gets the first error', async () => {
    await startPair()
    const held: SeenRequest[] = []
    gateway.upstream.answer((seen) => held.push(seen))
    const first = gateway.chat(request)
    await gateway.upstream.next()
    const second = gateway.chat(request)
    await gateway.upstream.next()
    busy(held[0]!)
    const reply = await first
    expect([reply.status, (await reply.json()) as object]).toMatchObject([
      503,
      { error: { message: 'Busy.' } },
    ])
    jsonText(completionOf('12'))(held[1]!)
    expect((await second).status).toBe(200)
    await gateway.metricBecomes(inFlightSeries, 0)
    expect(asked()).toEqual(['small-model', 'small-model'])
    expect(records[0]).toMatchObject({
      status: 503,
      model: 'weak',
      fallback: null,
      overBudget: 'strong',
      attempts: 1,
    })
    expect(records[1]).toMatchObject({ overBudget: null })
    expect(await gateway.metric('routellm_calls_over_budget_total{model="strong"}')).toBe(1)
  })

  it('cannot overspend, however many requests fail at once', async () => {
    await startPair(0.05)
    const weak: SeenRequest[] = []
    const strong: SeenRequest[] = []
    gateway.upstream.answer((seen) => (modelOf(seen) === 'small-model' ? weak : strong).push(seen))
    let over = 0
    const replies = Array.from({ length: 20 }, async () => {
      const { status } = await gateway.chat(request)
      over++
      return status
    })
    while (weak.length < 20) await gateway.upstream.next()
    for (const each of weak) busy(each)
    while (over + strong.length < 20) await new Promise(setImmediate)
    for (const each of strong) jsonText(strongAnswer)(each)
    const statuses = await Promise.all(replies)
    await gateway.metricBecomes(inFlightSeries, 0)
    expect(statuses.filter((status) => status === 200).length).toBe(strong.length)
    // Of $0.05 each call of the strong model reserves $0.0081.
    expect(strong.length).toBeLessThanOrEqual(6)
    expect(strong.length).toBeGreaterThanOrEqual(2)
  })
})

describe('a cascade under a dollar budget', () => {
  it.each([
    ['JSON', checked, jsonText(wrong), wrong],
    [
      'a stream',
      { ...checked, stream: true, stream_options: { include_usage: true } },
      stream(eventsOf('wr', 'ong')),
      eventsOf('wr', 'ong'),
    ],
  ])(
    'keeps the weak model’s answer if the strong model’s would be too dear: %s',
    async (_what, body, weak, bytes) => {
      const own = await startChecked()
      own.upstream.answer(answers(weak, jsonText(strongAnswer)))
      const reply = await own.chat(body)
      expect(await reply.text()).toBe(bytes)
      expect(reply.headers.get('x-routellm-model')).toBe('weak')
      await own.metricBecomes(inFlightSeries, 0)
      expect(own.asked()).toEqual(['small-model'])
      expect(records).toMatchObject([
        {
          model: 'weak',
          side: 'weak',
          strongWinRate: 0.9,
          fallback: null,
          overBudget: 'strong',
          attempts: 1,
        },
      ])
    },
  )

  it('asks the strong model while there is room', async () => {
    const own = await startChecked({}, 0.01)
    own.upstream.answer(answers(jsonText(wrong), jsonText(strongAnswer)))
    expect(await (await own.chat(checked)).text()).toBe(strongAnswer)
  })

  it('waits for the weak model’s answer however late, and asks the strong model if the weak one refuses', async () => {
    const own = await startChecked({ timeoutMs: 30 })
    const held: SeenRequest[] = []
    own.upstream.answer((seen) => held.push(seen))
    const late = own.chat(checked)
    await own.upstream.next()
    await new Promise((resolve) => setTimeout(resolve, 80))
    jsonText(completionOf('It is 12.'))(held[0]!)
    expect(await (await late).text()).toBe(completionOf('It is 12.'))
    // It has cost next to nothing; a refusal costs nothing, so the strong model may be asked.
    own.upstream.answer(answers(busy, jsonText(strongAnswer)))
    expect(await (await own.chat(checked)).text()).toBe(strongAnswer)
    await own.metricBecomes(inFlightSeries, 0)
    expect(records.map(({ model, overBudget }) => [model, overBudget])).toEqual([
      ['weak', 'strong'],
      ['strong', null],
    ])
  })

  it('gives the client the error of a call that may have been charged', async () => {
    const own = await startChecked()
    own.upstream.answer(answers(({ response }) => response.socket?.destroy(), jsonText(strongAnswer)))
    expect((await own.chat(checked)).status).toBe(502)
    await own.metricBecomes(inFlightSeries, 0)
    expect(records).toMatchObject([{ model: 'weak', overBudget: 'strong', attempts: 1 }])
  })
})

describe('a hedge under a dollar budget', () => {
  it.each([
    [0.001, 1],
    [0.002, 2],
  ])('of $%s makes %i calls', async (limitUsd, calls) => {
    const observed = createObservedCalls(() => 0)
    observed.of('weak')
    for (let count = 0; count < 100; count++)
      observed.add({
        model: 'weak',
        task: null,
        outputTokens: 400,
        latency: { firstTokenSeconds: 0.02, secondsPerOutputToken: 0.001 },
      })
    gateway = await startGateway({
      parts: { models: [strongModel, weakModel], observed, hedge: { afterPercentile: 95, maxShare: 1 } },
      server: server(limitUsd),
    })
    gateway.upstream.answer(silence)
    const reply = gateway.chat({ ...request, model: 'weak', stream: true })
    const first = await gateway.upstream.next()
    if (calls === 2) stream(eventsOf('12'))(await gateway.upstream.next())
    else {
      await new Promise((resolve) => setTimeout(resolve, 100))
      stream(eventsOf('12'))(first)
    }
    expect(await (await reply).text()).toContain('12')
    await gateway.metricBecomes(inFlightSeries, 0)
    expect(gateway.upstream.seen).toHaveLength(calls)
    expect(records).toMatchObject([{ attempts: calls, overBudget: calls === 1 ? 'weak' : null }])
  })
})

describe('a ledger that answers later', () => {
  /** As one that asks a database, and learns there only that another server has spent the rest. */
  function startLate(isAllowed: boolean, answered: Promise<void>) {
    const inner = createMemoryLedger(Date.now)
    let onAsked = () => {}
    const asked = new Promise<void>((resolve) => {
      onAsked = resolve
    })
    const ledger: Ledger = {
      ...inner,
      async reserve(accounts, estimate) {
        const reserved = await inner.reserve(accounts, estimate)
        if (reserved.kind === 'refused') return reserved
        return {
          ...reserved,
          canRaise: () => true,
          async raise() {
            onAsked()
            await answered
            return isAllowed
          },
        }
      },
    }
    return { ledger, asked }
  }

  it.each([
    [true, 200, 'strong', null],
    [false, 502, 'weak', 'strong'],
  ])('decides about a fallback and a cascade: %s', async (isAllowed, status, model, overBudget) => {
    const own = await startCascade(
      {},
      { server: { ...server(1), ledger: startLate(isAllowed, Promise.resolve()).ledger } },
    )
    gateway = own
    own.upstream.answer(answers(busy, jsonText(strongAnswer)))
    expect((await own.chat(request)).status).toBe(status)
    own.upstream.answer(answers(jsonText(wrong), jsonText(strongAnswer)))
    expect(await (await own.chat(checked)).text()).toBe(isAllowed ? strongAnswer : wrong)
    await own.metricBecomes(inFlightSeries, 0)
    expect(records).toMatchObject([
      { status, model, overBudget },
      { status: 200, model, overBudget },
    ])
  })

  it('calls nobody for a client that has left meanwhile', async () => {
    let answer = () => {}
    const answered = new Promise<void>((resolve) => {
      answer = resolve
    })
    const late = startLate(true, answered)
    gateway = await startGateway({
      parts: { models: [strongModel, weakModel] },
      server: { ...server(1), ledger: late.ledger },
    })
    gateway.upstream.answer(busy)
    const controller = new AbortController()
    const left = gateway.chat(request, { signal: controller.signal }).catch(() => null)
    await late.asked
    controller.abort()
    await left
    await gateway.metricBecomes(inFlightSeries, 0)
    answer()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(asked()).toEqual(['small-model'])
  })
})
