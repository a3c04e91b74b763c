import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answerJson } from '../../../../test/support/servers/embedding-server.ts'
import {
  answerChat,
  type ScriptedJudge,
  startScriptedJudge,
} from '../../../../test/support/servers/scripted-judge.ts'
import type { Provider } from '../../../providers/provider.ts'
import { createProvider } from '../../../providers/registry.ts'
import { createBudget } from './budget.ts'
import { type ChatEndpointOptions, type ChatQuestion, createChatEndpoint } from './chat-endpoint.ts'
import { openReplyCache } from './reply-cache.ts'

let server: ScriptedJudge
let provider: Provider
let folder: string
let waits: number[]
beforeEach(async () => {
  server = await startScriptedJudge()
  provider = await createProvider({
    kind: 'openai-compatible',
    name: 'local',
    baseUrl: server.baseUrl,
    apiKey: 'sk-test-1234',
  })
  folder = await mkdtemp(join(tmpdir(), 'chat-endpoint-'))
  waits = []
})
afterEach(async () => {
  await provider.close()
  await server.close()
  await rm(folder, { recursive: true })
})

/** Replies say 100 tokens in and 10 out: $0.0012 at these prices. */
const model = {
  name: 'local/judge',
  provider: 'local',
  upstream: 'judge-1',
  inputUsdPerMillionTokens: 10,
  outputUsdPerMillionTokens: 20,
}
const replyUsd = 0.0012
const unpriced = { name: 'local/judge', provider: 'local', upstream: 'judge-1' }

const endpointOf = (options: Partial<ChatEndpointOptions> = {}) =>
  createChatEndpoint({
    provider,
    model,
    wait: async (ms) => {
      waits.push(ms)
    },
    random: () => 0,
    ...options,
  })

const question = (content = 'q', sample = 0): ChatQuestion => ({
  messages: [{ role: 'user', content }],
  sample,
  attempt: 0,
})

describe('the request', () => {
  it('has the model’s own name, temperature 0, a limit, and the provider’s key', async () => {
    await endpointOf().ask(question())
    expect(server.requests[0]).toMatchObject({
      authorization: 'Bearer sk-test-1234',
      body: {
        model: 'judge-1',
        temperature: 0,
        max_tokens: 1024,
        messages: [{ role: 'user', content: 'q' }],
      },
    })
  })

  it('has other fields where told, and none that is null', async () => {
    const fields = { max_tokens: null, max_completion_tokens: 50, top_p: 0.9 }
    await endpointOf({ temperature: null, fields }).ask(question())
    expect(server.requests[0]?.body).toEqual({
      model: 'judge-1',
      messages: [{ role: 'user', content: 'q' }],
      max_completion_tokens: 50,
      top_p: 0.9,
    })
  })

  it.each(['model', 'messages', 'n', 'stream'])('refuses a field %s', async (field) => {
    await expect(endpointOf({ fields: { [field]: 2 } }).ask(question())).rejects.toMatchObject({
      code: 'reserved-field',
    })
  })
})

describe('what is paid', () => {
  it('is the reply’s own usage at the model’s prices', async () => {
    const endpoint = endpointOf()
    await endpoint.ask(question())
    expect(endpoint.usage()).toEqual({
      replies: 1,
      cachedReplies: 0,
      repeated: 0,
      inputTokens: 100,
      outputTokens: 10,
      paidUsd: expect.closeTo(replyUsd, 12),
      cachedUsd: 0,
      lostUsd: 0,
    })
  })

  it('is unknown without prices, and never 0', async () => {
    const endpoint = endpointOf({ model: unpriced })
    await endpoint.ask(question())
    expect(endpoint.usage().paidUsd).toBeNull()
  })

  it('is the most it can be where a reply does not say', async () => {
    server.usage = null
    const endpoint = endpointOf({ maxTokens: 50 })
    await endpoint.ask(question())
    // One byte, 16 around the message, 64 around all; 50 out.
    expect(endpoint.usage().paidUsd).toBeCloseTo((81 * 10 + 50 * 20) / 1e6, 12)
  })
})

describe('the cost cap', () => {
  it('is not exceeded by calls in flight, and is used as far as it goes', async () => {
    // The most that a call can cost: 81 + 1 bytes in, 100 out: $0.00282; each costs $0.0012.
    const budget = createBudget(0.01)
    const endpoint = endpointOf({ budget, maxTokens: 100, concurrency: 50 })
    let mostHeld = 0
    server.beforeAnswer = async () => {
      mostHeld = Math.max(mostHeld, server.requests.length * replyUsd)
    }
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => endpoint.ask(question(`${index + 10}`))),
    )
    const answered = answers.filter(({ kind }) => kind === 'answered').length
    // After six replies $0.0072 are spent, and the seventh could bring it to $0.01002.
    expect(answered).toBe(6)
    expect(answers.filter(({ kind }) => kind === 'over-budget')).toHaveLength(44)
    expect(server.requests).toHaveLength(answered)
    expect(budget.spentUsd).toBeCloseTo(answered * replyUsd, 12)
    // Three fit at once: the fourth would have brought what may be paid to $0.01128.
    expect(server.mostOpen).toBeLessThanOrEqual(3)
    expect(mostHeld).toBeLessThanOrEqual(0.01)
  })

  it('counts a reply that never came as paid', async () => {
    server.intercept = (response, count) => {
      if (count === 1) response.destroy()
      return count === 1
    }
    const cache = await openReplyCache(join(folder, 'c'))
    const budget = createBudget(1)
    const endpoint = endpointOf({ budget, cache, maxTokens: 100 })
    await endpoint.ask(question())
    const lost = (81 * 10 + 100 * 20) / 1e6
    expect(endpoint.usage().lostUsd).toBeCloseTo(lost, 12)
    expect(budget.spentUsd).toBeCloseTo(lost + replyUsd, 12)
    expect(cache.paid.usd).toBeCloseTo(lost + replyUsd, 12)
    await cache.close()
  })

  it('needs prices, and a limit of the reply', () => {
    const budget = createBudget(1)
    expect(() => endpointOf({ budget, model: unpriced })).toThrow(
      expect.objectContaining({ code: 'unpriced-judge' }),
    )
    expect(() => endpointOf({ budget, fields: { max_tokens: null } })).toThrow(
      expect.objectContaining({ code: 'unbounded-judge' }),
    )
    expect(() => endpointOf({ budget, fields: { max_tokens: null, max_completion_tokens: 9 } })).not.toThrow()
  })
})

describe('failures that may pass', () => {
  it.each([
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after-ms': '70' }, 70],
    [{ 'retry-after': '3600' }, 60_000],
    [{}, 500],
  ])('waits as a 429 with %j says, at most a minute: %i ms', async (headers, waited) => {
    server.intercept = (response, count) => {
      if (count === 1) answerJson(response, 429, { error: { message: 'slow down' } }, headers)
      return count === 1
    }
    const endpoint = endpointOf()
    expect(await endpoint.ask(question())).toMatchObject({ kind: 'answered' })
    expect(waits).toEqual([waited])
    expect(endpoint.usage()).toMatchObject({ replies: 1, repeated: 1, lostUsd: 0 })
  })

  it('waits twice as long each time, and says at the end what the endpoint said', async () => {
    server.intercept = (response) => {
      answerJson(response, 503, { error: 'overloaded, key sk-test-1234' })
      return true
    }
    const asked = endpointOf({ retries: 3 }).ask(question())
    await expect(asked).rejects.toMatchObject({
      code: 'judge-failed',
      message: expect.stringMatching(
        /judge-1 from the provider local after 4 tries: it answered 503: .*overloaded, key \*{12}/,
      ),
    })
    expect(waits).toEqual([500, 1000, 2000])
  })

  it('repeats a reply that is no completion', async () => {
    server.intercept = (response, count) => {
      if (count === 1) response.end('<html>')
      if (count === 2) answerJson(response, 200, { choices: [] })
      return count <= 2
    }
    expect(await endpointOf().ask(question())).toMatchObject({ kind: 'answered' })
    expect(server.requests).toHaveLength(3)
  })

  it('gives up a reply that takes too long', async () => {
    server.intercept = () => true
    const asked = endpointOf({ timeoutMs: 200, retries: 1 }).ask(question())
    await expect(asked).rejects.toMatchObject({
      code: 'judge-unreachable',
      message: expect.stringContaining('no answer within 200 ms'),
    })
    expect(server.requests).toHaveLength(2)
  })

  it('counts nothing as paid where nobody listens', async () => {
    await server.close()
    const endpoint = endpointOf({ retries: 1 })
    await expect(endpoint.ask(question())).rejects.toMatchObject({ code: 'judge-unreachable' })
    expect(endpoint.usage().lostUsd).toBe(0)
  })
})

describe('failures that do not', () => {
  it.each([401, 403, 404])('%i ends it at once, with advice', async (status) => {
    server.intercept = (response) => {
      answerJson(response, status, { error: 'no' })
      return true
    }
    await expect(endpointOf().ask(question())).rejects.toMatchObject({ code: 'judge-failed' })
    expect(server.requests).toHaveLength(1)
  })

  it('400 refuses one question while others are answered', async () => {
    server.intercept = (response, _count, { text }) => {
      const isLong = text.includes('long')
      if (isLong) answerJson(response, 400, { error: 'too long' })
      return isLong
    }
    const endpoint = endpointOf()
    await endpoint.ask(question())
    for (let index = 0; index < 8; index++)
      expect(await endpoint.ask(question(`long ${index}`))).toEqual({
        kind: 'refused',
        reason: '{"error":"too long"}',
      })
  })

  it('400 ends it where it is all that ever comes', async () => {
    server.intercept = (response) => {
      answerJson(response, 400, { error: 'unknown field' })
      return true
    }
    const endpoint = endpointOf()
    for (let index = 0; index < 4; index++)
      expect((await endpoint.ask(question(`${index}`))).kind).toBe('refused')
    await expect(endpoint.ask(question('5'))).rejects.toMatchObject({
      code: 'judge-failed',
      message: expect.stringContaining('unknown field'),
    })
  })
})

describe('the cache', () => {
  it('answers what was asked before, and asks samples and attempts anew', async () => {
    const file = join(folder, 'cache.jsonl')
    const first = await openReplyCache(file)
    const endpoint = endpointOf({ cache: first })
    await endpoint.ask(question('q', 0))
    await endpoint.ask(question('q', 1))
    await endpoint.ask({ ...question('q', 1), attempt: 1 })
    await first.close()
    expect(server.requests).toHaveLength(3)

    const second = await openReplyCache(file)
    const again = endpointOf({ cache: second })
    expect(await again.ask(question('q', 1))).toMatchObject({ kind: 'answered' })
    expect(again.usage()).toMatchObject({
      replies: 0,
      cachedReplies: 1,
      paidUsd: 0,
      cachedUsd: expect.closeTo(replyUsd, 12),
    })
    await again.ask(question('other'))
    await endpointOf({ cache: second, temperature: 1 }).ask(question('q', 0))
    await endpointOf({ cache: second, model: { ...model, name: 'else/judge' } }).ask(question('q', 0))
    await second.close()
    expect(server.requests).toHaveLength(6)
  })

  it('asks once what is asked twice at a time', async () => {
    const endpoint = endpointOf()
    await Promise.all([endpoint.ask(question()), endpoint.ask(question())])
    expect(server.requests).toHaveLength(1)
  })
})

describe('cancelling', () => {
  it('ends calls in flight, sends no more, and keeps what was paid for', async () => {
    const file = join(folder, 'cache.jsonl')
    const cache = await openReplyCache(file)
    const stop = new AbortController()
    server.intercept = (response, count) => {
      if (count <= 2) answerChat(response, `reply ${count}`)
      if (count === 4) stop.abort(new Error('enough'))
      return true
    }
    const endpoint = endpointOf({ cache, concurrency: 2, budget: createBudget(1) })
    const asked = Array.from({ length: 9 }, (_, index) => endpoint.ask(question(`${index}`), stop.signal))
    const results = await Promise.allSettled(asked)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toEqual(new Error('enough'))
    expect(server.requests).toHaveLength(4)
    await cache.close()
    const again = await openReplyCache(file)
    expect(again.paid.replies).toBe(2)
    // The two that were on their way may be paid for.
    expect(again.paid.usd).toBeCloseTo(2 * replyUsd + endpoint.usage().lostUsd, 12)
    expect(endpoint.usage().lostUsd).toBeGreaterThan(0)
    await again.close()
  })

  it('does not wait out a pause', async () => {
    server.intercept = (response) => {
      answerJson(response, 429, {}, { 'retry-after': '3600' })
      return true
    }
    const stop = new AbortController()
    const endpoint = createChatEndpoint({ provider, model })
    const asked = endpoint.ask(question(), stop.signal)
    const failed = expect(asked).rejects.toThrow('enough')
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
    stop.abort(new Error('enough'))
    await failed
  })
})

it('opens no more calls at a time than it may', async () => {
  const waiting: (() => void)[] = []
  server.beforeAnswer = () => new Promise((resolve) => waiting.push(resolve))
  const endpoint = endpointOf({ concurrency: 3 })
  const asked = Promise.all(Array.from({ length: 7 }, (_, index) => endpoint.ask(question(`${index}`))))
  for (let answered = 0; answered < 7; ) {
    const next = waiting.shift()
    if (next === undefined) await new Promise((resolve) => setImmediate(resolve))
    else {
      next()
      answered++
    }
  }
  await asked
  expect(server.mostOpen).toBeLessThanOrEqual(3)
})
