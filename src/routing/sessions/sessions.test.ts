import { beforeEach, describe, expect, it } from 'vitest'
import type { Model } from '../catalogue/model.ts'
import type { Choice } from '../policies/choice.ts'
import { findCacheTerms } from './cache-costs.ts'
import {
  createSessions,
  defaultSessionOptions,
  type OpenSession,
  type SessionOptions,
  type SessionRequest,
  type Sessions,
} from './sessions.ts'

const strong: Model = {
  name: 'strong',
  provider: 'a',
  upstream: 'opus',
  inputUsdPerMillionTokens: 5,
  outputUsdPerMillionTokens: 25,
}
const weak: Model = {
  ...strong,
  name: 'weak',
  upstream: 'haiku',
  inputUsdPerMillionTokens: 1,
  outputUsdPerMillionTokens: 5,
}
const candidates = [strong, weak].map((model) => ({ model, usd: null, excluded: null }))

function want(model: Model): Choice {
  const side = model === strong ? 'strong' : 'weak'
  return {
    kind: 'routed',
    model,
    policy: null,
    router: 'mf',
    threshold: 0.5,
    strongWinRate: side === 'strong' ? 1 : 0,
    side,
    candidates,
    scores: null,
    check: null,
  }
}

const minute = 60_000
let now = 0
let sessions: Sessions
beforeEach(() => {
  now = 1e12
  sessions = create()
})

function create(options: Partial<SessionOptions> = {}, kind = 'anthropic'): Sessions {
  return createSessions({
    options: { ...defaultSessionOptions, ...options },
    findTerms: () => findCacheTerms(kind),
    now: () => now,
  })
}

const user = (content: string) => ({ role: 'user', content })
const assistant = (content: string) => ({ role: 'assistant', content })
const call = (id: string) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name: 'f', arguments: `{"n":"${id}"}` } }],
})
const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: `result ${id}` })
/** 16,000 characters. */
const long = 'word '.repeat(3200)

function open(messages: readonly unknown[], change: Partial<SessionRequest> = {}): OpenSession {
  return sessions.open({
    headers: { 'x-routellm-session': 's' },
    body: {},
    messages,
    name: 'auto',
    inputTokens: 0,
    ...change,
  })
}

/** One whole request. @returns what was decided. */
function ask(
  messages: readonly unknown[],
  wish: Model,
  input: number | null,
  cachedInput = 0,
  change: Partial<SessionRequest> = {},
) {
  const opened = open(messages, change)
  const settled = opened.settle(want(wish))
  opened.begin(settled.choice.model, wish)
  const tokens = input === null ? null : { input, cachedInput, output: 200 }
  sessions.end(opened.key, { model: settled.choice.model, isAnswered: true, tokens, responseId: null })
  return { model: settled.choice.model.name, ...settled.session }
}

const first = [user(long)]
const second = [...first, assistant('ok'), user('Now the rest')]

describe('a conversation', () => {
  it('remembers the model, the turn and the cache that replies reported', () => {
    expect(ask(first, strong, 5000)).toMatchObject({
      id: 's',
      turn: 1,
      model: 'strong',
      cachedTokens: 0,
      switched: null,
    })
    expect(ask([...first, call('1'), result('1')], weak, 5100, 5000)).toMatchObject({
      turn: 1,
      model: 'strong',
      kept: 'tool-loop',
      cachedTokens: 5000,
    })
    const next = ask(
      [...first, call('1'), result('1'), assistant('ok'), user('Now the rest')],
      strong,
      5200,
      5100,
    )
    expect(next).toMatchObject({ turn: 2, model: 'strong', cachedTokens: 5100 })
  })

  it('forgets the cache of a model after its time', () => {
    ask(first, strong, 5000)
    expect(open(second).cachedTokens(strong)).toBe(5000)
    expect(open(second).cachedTokens(weak)).toBe(0)
    now += 5 * minute - 1
    expect(open(second).cachedTokens(strong)).toBe(5000)
    now += 1
    expect(open(second).cachedTokens(strong)).toBe(0)
    const hour = {
      body: { system: [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
    }
    expect(open(second, hour).cachedTokens(strong)).toBe(5000)
  })

  it('estimates the prompt and its cache where no usage is reported', () => {
    ask(first, strong, null)
    // 16,000 characters and the role: a quarter
    expect(open(second).cachedTokens(strong)).toBe(4001)
    expect(open([user('hi'), assistant('ok'), user('Now')]).cachedTokens(strong)).toBe(0)
  })

  it('learns what part of the prefix is found in the cache', () => {
    ask(first, strong, 5000)
    ask(second, strong, 5100, 2500)
    // Half of the 5,000 were found, so half of 5,100 are expected.
    expect(open([...second, assistant('ok'), user('Go on')]).cachedTokens(strong)).toBe(2550)
  })

  it('expects no cache of a provider that is not known to have one, until it reports one', () => {
    sessions = create({}, 'demo')
    ask(first, strong, 5000)
    expect(open(second).cachedTokens(strong)).toBe(0)
    ask(second, strong, 5100, 5000)
    expect(open([...second, assistant('ok'), user('Go on')]).cachedTokens(strong)).toBe(5100)
  })

  it('does not count prefixes below 1,024 tokens', () => {
    ask(first, strong, 1023)
    expect(open(second).cachedTokens(strong)).toBe(0)
  })

  it('may switch after idle time, but not within a tool loop', () => {
    ask(first, strong, 5000)
    now += 6 * minute
    expect(open([...first, call('1'), result('1')]).settle(want(weak)).session.kept).toBe('tool-loop')
    expect(open(second).settle(want(weak)).session.switched).toBe('idle')
  })

  it('may switch where its history is shorter than before', () => {
    ask(first, strong, 5000)
    ask([...first, call('1'), result('1')], strong, 5200, 5000)
    const { session } = open([...first, user('Now the rest')].slice(0, 2)).settle(want(weak))
    expect(session).toMatchObject({ switched: 'compaction', cachedTokens: 0, turn: 2 })
  })

  it('goes on after its first turns were summed up', () => {
    ask(first, strong, 5000)
    const summary = [
      user('This session is being continued from a previous conversation that …'),
      assistant('ok'),
      user('Go on'),
    ]
    expect(ask(summary, weak, 3000)).toMatchObject({
      id: 's',
      switched: 'compaction',
      model: 'weak',
      turn: 2,
    })
  })

  it('is answered by the model that answered last, if another one stood in', () => {
    const opened = open(first)
    opened.begin(opened.settle(want(weak)).choice.model, weak)
    sessions.end(opened.key, { model: strong, isAnswered: true, tokens: null, responseId: null })
    const { choice } = open([...first, call('1'), result('1')]).settle(want(weak))
    expect(choice.model).toBe(strong)
  })

  it('follows the policy again if its first turn is asked again', () => {
    ask(first, strong, 5000)
    expect(ask(first, weak, 5000)).toMatchObject({ model: 'weak', turn: 1, switched: null, kept: null })
  })

  it('does not count a repeated request as a turn', () => {
    ask(first, strong, 5000)
    expect(ask(second, strong, 5100, 5000).turn).toBe(2)
    expect(ask(second, strong, 5100, 5000).turn).toBe(2)
  })

  it('remembers nothing by being looked at', () => {
    ask(first, strong, 5000)
    open(second).settle(want(weak))
    now += 4 * minute
    open(second).settle(want(weak))
    now += 2 * minute
    expect(open(second).settle(want(weak)).session.switched).toBe('idle')
  })
})

describe('conversations', () => {
  it('under one id of an agent do not disturb each other’s tool loops', () => {
    const headers = { 'x-session-id': 'ses_1' }
    ask(first, strong, 5000, 0, { headers })
    expect(ask([user('Write a title')], weak, 300, 0, { headers })).toMatchObject({ model: 'weak', turn: 1 })
    expect(ask([...first, call('1'), result('1')], weak, 5100, 5000, { headers })).toMatchObject({
      model: 'strong',
      kept: 'tool-loop',
    })
  })

  it('under different model names are apart', () => {
    ask(first, strong, 5000)
    expect(ask(second, weak, 5100, 0, { name: 'router-mf-0.9' })).toMatchObject({
      model: 'weak',
      switched: null,
    })
  })

  it('of which the least recent are forgotten', () => {
    sessions = create({ maxSessions: 2 })
    for (const id of ['a', 'b', 'c']) ask(first, strong, 5000, 0, { headers: { 'x-routellm-session': id } })
    const cachedOf = (id: string) =>
      open(second, { headers: { 'x-routellm-session': id } }).cachedTokens(strong)
    expect(['a', 'b', 'c'].map(cachedOf)).toEqual([0, 5000, 5000])
  })

  it('of Responses go on by the id of the response before', () => {
    const body = { tools: [{ type: 'function' }] }
    const headers = {}
    const begun = open([user(long)], { headers, body })
    begun.begin(begun.settle(want(strong)).choice.model, strong)
    sessions.end(begun.key, {
      model: strong,
      isAnswered: true,
      tokens: { input: 5000, cachedInput: 0, output: 100 },
      responseId: 'resp_1',
    })
    const output = { type: 'function_call_output', call_id: 'c', output: 'Error: no' }
    const next = { headers, body: { ...body, previous_response_id: 'resp_1' } }
    const loop = open([output], next)
    const { choice, session } = loop.settle(want(weak))
    expect([choice.model.name, session.kept, session.turn]).toEqual(['strong', 'tool-loop', 1])
    loop.begin(choice.model, weak)
    loop.begin(choice.model, weak)
    sessions.end(loop.key, { model: strong, isAnswered: true, tokens: null, responseId: 'resp_2' })
    const spoken = open([user('No, that is wrong')], {
      headers,
      body: { ...body, previous_response_id: 'resp_2' },
    })
    const heard = spoken.settle(want(weak)).session
    expect(heard).toMatchObject({ id: session.id, turn: 2, kept: 'failure-signal' })
    // Signals of requests that bring only their own turns are added up.
    expect(heard.signals).toEqual({ toolErrors: 2, repeatedCalls: 0, noProgress: 0, complaints: 1 })
  })

  it('that are unknown in the middle of a tool loop follow the policy, and stay from there on', () => {
    const loop = [...first, call('1'), result('1')]
    expect(ask(loop, weak, 5000)).toMatchObject({ model: 'weak', switched: null })
    expect(ask([...loop, call('2'), result('2')], strong, 5200, 5000)).toMatchObject({
      model: 'weak',
      kept: 'tool-loop',
    })
  })
})

it('expects longer conversations after it has seen some, so that a cheaper model pays', () => {
  // 40,000 tokens of prompt: the strong model's cache is full, the weak one's is empty.
  const decide = () => {
    ask(first, strong, 40_000, 0, { headers: { 'x-routellm-session': 'price' }, name: 'price' })
    const again = { headers: { 'x-routellm-session': 'price' }, name: 'price' }
    return open(second, again).settle(want(weak)).session
  }
  // 2.1 requests of 40,000 tokens, 600 more each, replies of 300: 0.061 dollars against 0.058 with a cold cache.
  expect(decide().switched).toBe('user-turn')
  sessions = create()
  for (let each = 0; each < 400; each++) {
    ask(first, strong, 40_000, 0, { headers: { 'x-routellm-session': `short-${each}` } })
  }
  expect(decide().kept).toBe('dollars')
})
