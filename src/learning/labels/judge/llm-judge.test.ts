import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answerJson } from '../../../../test/support/servers/embedding-server.ts'
import {
  answerChat,
  answerOf,
  type ScriptedJudge,
  startScriptedJudge,
} from '../../../../test/support/servers/scripted-judge.ts'
import type { Provider } from '../../../providers/provider.ts'
import { createProvider } from '../../../providers/registry.ts'
import { createBudget } from '../chat/budget.ts'
import { type ChatEndpointOptions, createChatEndpoint } from '../chat/chat-endpoint.ts'
import { majorityWinner, type PairSample, sampleWinner } from './judge.ts'
import { createLlmJudge, type LlmJudgeOptions } from './llm-judge.ts'

let server: ScriptedJudge
let provider: Provider
beforeEach(async () => {
  server = await startScriptedJudge()
  provider = await createProvider({ kind: 'openai-compatible', name: 'local', baseUrl: server.baseUrl })
})
afterEach(async () => {
  await provider.close()
  await server.close()
})

const model = {
  name: 'local/judge',
  provider: 'local',
  upstream: 'judge',
  inputUsdPerMillionTokens: 1,
  outputUsdPerMillionTokens: 1,
}
const judgeOf = (options: LlmJudgeOptions = {}, endpoint: Partial<ChatEndpointOptions> = {}) =>
  createLlmJudge(createChatEndpoint({ provider, model, ...endpoint }), options)
const good = answerOf(2, 60)
const bad = answerOf(-2, 60)
const pair = { prompt: 'p', answerA: good, answerB: bad }

describe('sampleWinner', () => {
  it.each<[PairSample['aFirst'], PairSample['bFirst'], string | undefined]>([
    ['first', 'second', 'a'],
    ['second', 'first', 'b'],
    ['first', 'first', 'tie'],
    ['second', 'second', 'tie'],
    ['tie', 'tie', 'tie'],
    ['first', 'tie', 'tie'],
    ['tie', 'first', 'tie'],
    [null, 'first', undefined],
    ['first', null, undefined],
  ])('%s and %s: %s', (aFirst, bFirst, winner) => expect(sampleWinner({ aFirst, bFirst })).toBe(winner))
})

describe('majorityWinner', () => {
  const a: PairSample = { aFirst: 'first', bFirst: 'second' }
  const b: PairSample = { aFirst: 'second', bFirst: 'first' }
  const tie: PairSample = { aFirst: 'tie', bFirst: 'tie' }
  const none: PairSample = { aFirst: null, bFirst: 'first' }
  it.each([
    [[a, a, b], 'a'],
    [[b, b, tie], 'b'],
    [[a, b], 'tie'],
    [[a, tie], 'tie'],
    [[a, b, tie], 'tie'],
    [[a, none, none], 'a'],
    [[none], undefined],
    [[], undefined],
  ])('%j: %s', (samples, winner) => expect(majorityWinner(samples)).toBe(winner))
})

describe('compare', () => {
  it('asks in both orders and finds the better one', async () => {
    expect(await judgeOf().compare(pair)).toEqual({
      kind: 'judged',
      winner: 'a',
      samples: [{ aFirst: 'first', bFirst: 'second' }],
    })
    expect(server.requests).toHaveLength(2)
    expect(await judgeOf().compare({ ...pair, answerA: bad, answerB: good })).toMatchObject({ winner: 'b' })
  })

  it('makes a tie of a judge who looks at the order', async () => {
    server.bias = { position: 10 }
    expect(await judgeOf().compare(pair)).toMatchObject({
      winner: 'tie',
      samples: [{ aFirst: 'first', bFirst: 'first' }],
    })
  })

  it('asks as often as there are samples', async () => {
    server.bias = { isNoisy: true }
    const judgement = await judgeOf({ samples: 5 }).compare(pair)
    expect(server.requests).toHaveLength(10)
    expect(judgement.samples).toHaveLength(5)
    expect(judgement).toMatchObject({ winner: 'a' })
  })

  it('asks nobody about two answers of the same text', async () => {
    expect(await judgeOf().compare({ ...pair, answerB: `${good}\n` })).toEqual({
      kind: 'judged',
      winner: 'tie',
      samples: [],
    })
    expect(server.requests).toHaveLength(0)
  })

  it('shows the reference', async () => {
    await judgeOf().compare({ ...pair, reference: 'forty-two' })
    expect(server.requests[0]?.text).toContain('forty-two')
  })

  it('asks again, with a reminder, where a reply cannot be read', async () => {
    server.intercept = (response, count) => {
      if (count <= 2) answerChat(response, 'A, I would say [[A]] or [[B]]')
      return count <= 2
    }
    expect(await judgeOf().compare(pair)).toMatchObject({ kind: 'judged', winner: 'a' })
    const messages = server.requests.at(-1)?.body.messages ?? []
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user'])
    expect(messages.at(-1)?.content).toContain('[[A]], [[B]] or [[C]]')
  })

  it('counts as unparsable what stays unreadable, and guesses nothing', async () => {
    server.intercept = (response) => {
      answerChat(response, 'A is better')
      return true
    }
    expect(await judgeOf({ rereads: 1 }).compare(pair)).toEqual({
      kind: 'unparsable',
      samples: [{ aFirst: null, bFirst: null }],
    })
    expect(server.requests).toHaveLength(4)
  })

  it('asks in the same words where the reply was empty', async () => {
    server.intercept = (response, count) => {
      if (count <= 2) answerChat(response, '')
      return count <= 2
    }
    expect(await judgeOf().compare(pair)).toMatchObject({ kind: 'judged' })
    expect(server.requests.at(-1)?.body.messages).toHaveLength(2)
  })

  it('has no result where the budget ends within a question', async () => {
    const judge = judgeOf({}, { budget: createBudget(0.002), concurrency: 1, maxTokens: 100 })
    server.usage = { input: 1000, output: 100 }
    const judgement = await judge.compare(pair)
    expect(judgement).toMatchObject({ kind: 'over-budget' })
    expect(server.requests).toHaveLength(1)
  })

  it('has no result where the endpoint does not take the question', async () => {
    server.intercept = (response) => {
      answerJson(response, 413, { error: 'too long' })
      return true
    }
    expect(await judgeOf().compare(pair)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('too long'),
    })
  })

  it.each([0, 1.5, -1])('refuses %d samples', (samples) => {
    expect(() => judgeOf({ samples })).toThrow(expect.objectContaining({ code: 'bad-samples' }))
  })
})

describe('grade', () => {
  it('is the mean of the ratings that can be read', async () => {
    const replies = ['Rating: [[7]]', 'Rating: [[8]]', 'no', 'no']
    server.intercept = (response) => {
      answerChat(response, replies.shift() ?? 'no')
      return true
    }
    const judge = judgeOf({ samples: 3, rereads: 0 }, { concurrency: 1 })
    expect(await judge.grade({ prompt: 'p', answer: good })).toEqual({
      kind: 'graded',
      score: 7.5,
      ratings: [7, 8, null],
    })
    expect(await judge.grade({ prompt: 'q', answer: good })).toEqual({
      kind: 'unparsable',
      ratings: [null, null, null],
    })
  })
})
