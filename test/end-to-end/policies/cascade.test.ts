import OpenAI from 'openai'
import { afterEach, describe, expect, it } from 'vitest'
import {
  answers,
  type CascadeUnderTest,
  completionOf,
  eventsOf,
  jsonText,
  startCascade,
  strongModel,
  weakModel,
  wordVerifier,
} from '../../support/cascade/cascade-under-test.ts'
import { inFlightSeries, wordRouter } from '../../support/gateway-under-test.ts'
import { chunk, event, stream } from '../../support/upstream.ts'

const messages = [{ role: 'user' as const, content: 'What is 3 · 4?' }]
const request = { model: 'policy-checked', messages }
const streamed = { ...request, stream: true, stream_options: { include_usage: true } }

const right = completionOf('It is 12.')
const wrong = completionOf('It is 13, which is wrong.')
const strong = completionOf('It is 12, says the strong model.')

let gateway: CascadeUnderTest
afterEach(() => gateway.close())

async function series(names: readonly string[]): Promise<(number | null)[]> {
  return Promise.all(names.map((name) => gateway.metric(name)))
}

describe('an answer that looks right', () => {
  it('is the weak model’s, byte for byte, with the verifier’s win rate', async () => {
    gateway = await startCascade()
    gateway.upstream.answer(answers(jsonText(right), jsonText(strong)))
    const reply = await gateway.chat(request)
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'x-routellm-model': 'weak',
      'x-routellm-policy': 'checked',
      'x-routellm-threshold': '0.4',
      'x-routellm-strong-win-rate': '0.1',
      'x-upstream': 'yes',
    })
    expect(reply.headers.get('x-routellm-fallback')).toBeNull()
    expect(await reply.text()).toBe(right)
    expect(gateway.asked()).toEqual(['small-model'])
  })

  it('is streamed byte for byte, with the head of the weak model’s upstream', async () => {
    gateway = await startCascade()
    const bytes = eventsOf('It ', 'is ', '12, 北京 🙂.')
    gateway.upstream.answer(stream(bytes, 7))
    const reply = await gateway.chat(streamed)
    expect(reply.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(reply.headers.get('x-routellm-model')).toBe('weak')
    expect(await reply.text()).toBe(bytes)
  })

  it('is streamed without the usage that the client did not ask for', async () => {
    gateway = await startCascade()
    gateway.upstream.answer(stream(eventsOf('It is 12.'), 50))
    const reply = await (await gateway.chat({ ...request, stream: true })).text()
    expect(reply).toContain('It is 12.')
    expect(reply).not.toContain('usage')
    expect(await gateway.metric('routellm_tokens_total{model="weak",kind="completion"}')).toBe(10)
  })
})

describe('an answer that looks wrong', () => {
  it.each([
    ['JSON', request, jsonText(wrong), jsonText(strong), strong],
    ['a stream', streamed, stream(eventsOf('wr', 'ong')), stream(eventsOf('12.')), eventsOf('12.')],
  ])('is replaced by the strong model’s: %s', async (_what, body, weak, answer, expected) => {
    gateway = await startCascade()
    gateway.upstream.answer(answers(weak, answer))
    const reply = await gateway.chat(body)
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'x-routellm-model': 'strong',
      'x-routellm-threshold': '0.4',
      'x-routellm-strong-win-rate': '0.9',
    })
    expect(reply.headers.get('x-routellm-fallback')).toBeNull()
    expect(await reply.text()).toBe(expected)
    expect(gateway.asked()).toEqual(['small-model', 'big-model'])
    expect(gateway.warnings).toEqual([])
  })

  it('is accounted for beside the answer that replaces it', async () => {
    const records: unknown[] = []
    gateway = await startCascade({}, { server: { observers: [(record) => records.push(record)] } })
    gateway.upstream.answer(answers(jsonText(wrong), jsonText(strong)))
    await (await gateway.chat(request)).text()
    await gateway.metricBecomes(inFlightSeries, 0)
    const weakUsd = (100 * 1 + 10 * 2) / 1e6
    const strongUsd = (100 * 10 + 10 * 20) / 1e6
    expect(records).toMatchObject([
      {
        model: 'strong',
        side: 'strong',
        policy: 'checked',
        strongWinRate: 0.9,
        threshold: 0.4,
        attempts: 2,
        tokens: { input: 100, output: 10 },
        usd: weakUsd + strongUsd,
        call: { model: 'strong', usd: strongUsd },
        otherCalls: [{ model: 'weak', usd: weakUsd, tokens: { input: 100, output: 10 } }],
      },
    ])
    expect(
      await series([
        'routellm_usd_total{model="weak"}',
        'routellm_usd_total{model="strong"}',
        'routellm_tokens_total{model="weak",kind="prompt"}',
        'routellm_tokens_total{model="strong",kind="prompt"}',
        'routellm_requests_total{route="/v1/chat/completions",model="strong",status="200"}',
        'routellm_upstream_head_seconds_count{model="weak"}',
        'routellm_upstream_seconds_count{model="strong"}',
      ]),
    ).toEqual([weakUsd, strongUsd, 100, 100, 1, 1, 1])
  })

  it('is found among several choices', async () => {
    gateway = await startCascade()
    const choices = ['12', 'wrong'].map((content, index) => ({ index, message: { content } }))
    gateway.upstream.answer(answers(jsonText(JSON.stringify({ choices })), jsonText(strong)))
    expect(await (await gateway.chat({ ...request, n: 2 })).text()).toBe(strong)
  })
})

describe('the official client', () => {
  it.each([
    ['small-model', 'It is 12.', 'It is 12.'],
    ['small-model,big-model', 'It is wrong.', 'It is 12!'],
  ])('gets the answer of %s', async (asked, weak, expected) => {
    gateway = await startCascade()
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'any', maxRetries: 0 })
    gateway.upstream.answer(answers(jsonText(completionOf(weak)), jsonText(completionOf('It is 12!'))))
    const whole = await client.chat.completions.create({ model: 'policy-checked', messages })
    expect(whole.choices[0]?.message.content).toBe(expected)
    expect(gateway.asked().join()).toBe(asked)

    gateway.upstream.answer(answers(stream(eventsOf(weak)), stream(eventsOf('It is 12!'))))
    const parts = await client.chat.completions.create({ model: 'policy-checked', messages, stream: true })
    let text = ''
    for await (const { choices } of parts) text += choices[0]?.delta.content ?? ''
    expect(text).toBe(expected)
  })
})

describe('what is not read passes as the weak model’s', () => {
  it.each([
    ['JSON', request, completionOf(null, { tool_calls: [{ id: 't', type: 'function' }] }), false],
    [
      'a stream',
      streamed,
      event(chunk({ tool_calls: [{ index: 0, id: 't' }], content: 'wrong' })) + event('[DONE]'),
      true,
    ],
  ])('an answer that calls tools: %s', async (_what, body, text, isStream) => {
    gateway = await startCascade()
    gateway.upstream.answer(isStream ? stream(text) : jsonText(text))
    const reply = await gateway.chat(body)
    expect(await reply.text()).toBe(text)
    expect(reply.headers.get('x-routellm-strong-win-rate')).toBeNull()
    expect(gateway.asked()).toEqual(['small-model'])
  })

  it('an answer above 8 MiB, as it comes', async () => {
    gateway = await startCascade()
    const long = completionOf('wrong'.repeat(2_500_000))
    gateway.upstream.answer(jsonText(long))
    const reply = await gateway.chat(request)
    expect(await reply.text()).toBe(long)
    expect(gateway.asked()).toEqual(['small-model'])
  })
})

describe('which requests are a cascade', () => {
  const clear = { router: wordRouter, hardFrom: 0.8, easyBelow: 0.2 }
  const ask = (content: string) => gateway.chat({ ...request, messages: [{ role: 'user', content }] })

  it.each([
    ['hard', 'big-model', '0.9', '0.8'],
    ['easy', 'small-model', '0.1', '0.2'],
  ])('a clearly %s prompt goes to one model at once', async (prompt, asked, winRate, threshold) => {
    gateway = await startCascade(clear)
    gateway.upstream.answer(jsonText(wrong))
    const { headers } = await ask(prompt)
    expect(gateway.asked()).toEqual([asked])
    expect(headers.get('x-routellm-router')).toBe('words')
    expect(headers.get('x-routellm-strong-win-rate')).toBe(winRate)
    expect(headers.get('x-routellm-threshold')).toBe(threshold)
  })

  it('a prompt between the two is checked', async () => {
    gateway = await startCascade({ ...clear, easyBelow: 0.1 })
    gateway.upstream.answer(answers(jsonText(wrong), jsonText(strong)))
    const { headers } = await ask('easy')
    expect(gateway.asked()).toEqual(['small-model', 'big-model'])
    expect(headers.get('x-routellm-router')).toBe('words')
    expect(headers.get('x-routellm-strong-win-rate')).toBe('0.9')
  })

  it('one that would cost as much as the strong model goes to that at once', async () => {
    const { inputUsdPerMillionTokens, outputUsdPerMillionTokens } = strongModel
    gateway = await startCascade({
      weak: { ...weakModel, inputUsdPerMillionTokens, outputUsdPerMillionTokens },
    })
    gateway.upstream.answer(jsonText(strong))
    expect(await (await gateway.chat(request)).text()).toBe(strong)
    expect(gateway.asked()).toEqual(['big-model'])
    const explained = await fetch(`${gateway.url}/v1/route`, {
      method: 'POST',
      body: JSON.stringify(request),
    })
    expect(await explained.json()).toMatchObject({
      model: 'strong',
      explanation: { summary: expect.stringMatching(/^strong answers at once, because asking weak first/) },
    })
  })
})

describe('a prompt that a router scores, without bounds', () => {
  // A reply costs the weak model $0.0008 to $0.0009. At 1 : 10 the verifier's separation of 2 pays for a prompt that is not clear.
  const scored = (winRate: number) => ({ router: { name: 'said', strongWinRate: () => winRate } })
  const near = { ...strongModel, inputUsdPerMillionTokens: 1.2, outputUsdPerMillionTokens: 2.4 }

  it.each([
    [0.01, strongModel, 'weak', null],
    [0.4, strongModel, 'weak', { threshold: 0.4 }],
    [0.99, strongModel, 'strong', null],
    [0.4, near, 'strong', null],
    [0.01, near, 'weak', null],
  ])('of %s is sent by the expected dollars', async (winRate, strongPriced, model, check) => {
    gateway = await startCascade({ ...scored(winRate), strong: strongPriced })
    const reply = await fetch(`${gateway.url}/v1/route`, { method: 'POST', body: JSON.stringify(request) })
    const decided = await reply.json()
    expect(decided).toMatchObject({
      model,
      candidates: [{ usd: expect.any(Number) }, { usd: expect.any(Number) }],
    })
    if (check === null) {
      expect(decided).not.toHaveProperty('check.threshold')
      expect(decided).toMatchObject({
        strongWinRate: winRate,
        explanation: { summary: expect.stringContaining('does not save enough'), flipsAt: null },
      })
    } else expect(decided).toMatchObject({ check })

    gateway.upstream.answer(answers(jsonText(wrong), jsonText(strong)))
    await (await gateway.chat(request)).text()
    const asked =
      check === null ? [model === 'weak' ? 'small-model' : 'big-model'] : ['small-model', 'big-model']
    expect(gateway.asked()).toEqual(asked)
  })
})

describe('further answers', () => {
  it('are read with the first one, each call accounted, without the client’s idempotency key', async () => {
    const verifier = { ...wordVerifier, winRateQuantiles: [0, 0, 0.9] }
    gateway = await startCascade({ samples: 2, threshold: 0.15, verifier })
    let calls = 0
    gateway.upstream.answer(
      answers((seen) => jsonText(completionOf(`It is ${++calls}.`))(seen), jsonText(strong)),
    )
    const reply = await gateway.chat(request, { headers: { 'idempotency-key': 'k-1' } })
    expect(await reply.text()).toBe(strong)
    expect(reply.headers.get('x-routellm-strong-win-rate')).toBe('0.2')
    expect(gateway.asked()).toEqual(['small-model', 'small-model', 'small-model', 'big-model'])
    const keys = gateway.upstream.seen.map(({ headers }) => headers['idempotency-key'])
    expect(keys.filter((key) => key !== undefined)).toEqual(['k-1'])
    expect(await gateway.metric('routellm_tokens_total{model="weak",kind="completion"}')).toBe(30)
  })

  it('that fail are left out', async () => {
    gateway = await startCascade({ samples: 2 })
    let calls = 0
    gateway.upstream.answer((seen) => jsonText(right, ++calls === 1 ? 200 : 429)(seen))
    expect(await (await gateway.chat(request)).text()).toBe(right)
  })
})

it('POST /v1/route says that the weak model would be asked and checked', async () => {
  gateway = await startCascade()
  const reply = await fetch(`${gateway.url}/v1/route`, { method: 'POST', body: JSON.stringify(request) })
  expect(await reply.json()).toMatchObject({
    reason: 'routed',
    model: 'weak',
    policy: 'checked',
    threshold: 0.4,
    strongWinRate: null,
    check: { verifier: 'by-word', threshold: 0.4, strong: 'strong' },
    explanation: {
      summary: expect.stringMatching(
        /^weak is asked first and its answer read: at a strong win rate of 0\.4 .* its expected cost is \$[\d.]+, of strong alone \$[\d.]+ and of weak alone \$[\d.]+, wrong answers included$/,
      ),
    },
  })
  expect(gateway.upstream.seen).toEqual([])
})

it('a verifier that fails gives the strong model’s answer, and a warning', async () => {
  const strongWinRate = () => {
    throw new Error('out of order')
  }
  gateway = await startCascade({ verifier: { ...wordVerifier, strongWinRate } })
  gateway.upstream.answer(answers(jsonText(right), jsonText(strong)))
  const reply = await gateway.chat(request)
  expect(await reply.text()).toBe(strong)
  expect(reply.headers.get('x-routellm-fallback')).toBe('router-error')
  expect(gateway.warnings).toMatchObject([{ fields: { fallback: 'router-error', model: 'weak' } }])
})
