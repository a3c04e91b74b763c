import { beforeEach, describe, expect, it } from 'vitest'
import type { Model } from '../../catalogue/model.ts'
import { createSessions, defaultSessionOptions, type OpenSession, type Sessions } from '../sessions.ts'

const model: Model = { name: 'm', provider: 'p', upstream: 'u' }
const minute = 60_000
let now = 0
let count = 0
let sessions: Sessions
beforeEach(() => {
  now = 1e12
  count = 0
  sessions = createSessions({ options: defaultSessionOptions, findTerms: () => null, now: () => now })
})

const user = (content: unknown) => ({ role: 'user', content })
const assistant = (content: string) => ({ role: 'assistant', content })
const call = (id: string, input = id) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name: 'f', arguments: input } }],
})
const result = (id: string, content: string) => ({ role: 'tool', tool_call_id: id, content })

type Body = { readonly previous_response_id?: string; readonly conversation?: string }

function begin(messages: unknown, body: Body = {}, headers: Record<string, string> = {}): OpenSession {
  const opened = sessions.open({ headers, body, messages, name: 'auto', inputTokens: 0 })
  opened.begin(model, model)
  return opened
}

type End = { readonly isComplete?: boolean; readonly responseId?: string }

function end({ key, asked }: OpenSession, { isComplete = true, responseId }: End = {}): void {
  sessions.end(key, {
    model,
    isAnswered: isComplete,
    tokens: null,
    responseId: responseId ?? null,
    ...(isComplete && { answered: { requestId: `request ${++count}`, asked } }),
  })
}

/** One whole request. @returns what it says of an earlier answer. */
function ask(messages: unknown, { body, ...ended }: End & { readonly body?: Body } = {}) {
  const opened = begin(messages, body)
  end(opened, ended)
  return opened.signal
}

const first = [user('Sum 2 and 3')]
const second = [...first, assistant('6'), user('Now the product')]

describe('the same turn again', () => {
  it('is a regeneration of the last complete answer', () => {
    expect(ask(first)).toBeNull()
    expect(ask(first)).toEqual({ kind: 'regenerated', requestId: 'request 1' })
    expect(ask(second)).toBeNull()
    expect(ask(second)).toEqual({ kind: 'regenerated', requestId: 'request 3' })
  })

  it('is none after an answer that broke off, of requests in parallel, or much later', () => {
    expect([ask(first, { isComplete: false }), ask(first)]).toEqual([null, null])
    const parallel = [begin(second), begin(second)]
    expect(parallel.map(({ signal }) => signal)).toEqual([null, null])
    end(parallel[0]!)
    const third = begin(second)
    expect(third.signal).toBeNull()
    end(parallel[1]!)
    end(third)
    now += 11 * minute
    expect(ask(second)).toBeNull()
    now += 5 * minute
    expect(ask(second)?.kind).toBe('regenerated')
  })

  it('changed at its end is an edit, but of the first turn, which makes another conversation', () => {
    ask(first)
    ask(second)
    const changed = [...first, assistant('6'), user('Now the quotient')]
    expect(ask(changed)).toEqual({ kind: 'edited', requestId: 'request 2' })
    expect(ask([user('Sum 2 and 4')])).toBeNull()
    const named = { 'x-routellm-session': 's' }
    end(begin(first, {}, named))
    expect(begin([user('Sum 2 and 9')], {}, named).signal).toBeNull()
  })
})

describe('the next turn', () => {
  it('is a complaint if it says that the answer is wrong, once', () => {
    ask(first)
    const wrong = [...first, assistant('6'), user("That's wrong.")]
    expect(ask(wrong)).toEqual({ kind: 'complaint', requestId: 'request 1' })
    expect(ask([...wrong, call('1'), result('1', '5')])).toBeNull()
    expect(ask([...wrong, call('1'), result('1', '5'), assistant('5'), user('Thanks')])).toBeNull()
  })

  it('tells of tools that fail, once a turn', () => {
    let messages: readonly unknown[] = [user('Fix it')]
    const kinds = [ask(messages)?.kind]
    for (const id of ['1', '2', '3', '4']) {
      messages = [...messages, call(id), result(id, 'Error: no such file')]
      kinds.push(ask(messages)?.kind)
    }
    expect(kinds).toEqual([undefined, undefined, undefined, 'tool-failure', undefined])
    messages = [...messages, assistant('I give up'), user('Try again')]
    expect(ask(messages)).toBeNull()
    for (const id of ['5', '6', '7']) messages = [...messages, call(id, 'x'), result(id, 'nothing')]
    expect(ask(messages)).toEqual({ kind: 'tool-failure', requestId: 'request 6' })
  })
})

describe('turns that come alone', () => {
  it('have a place by the response that they continue', () => {
    const continuing = (previous_response_id: string) => ({ previous_response_id })
    expect(ask('Sum 2 and 3', { responseId: 'r1' })).toBeNull()
    expect(ask('Now the product', { body: continuing('r1'), responseId: 'r2' })).toBeNull()
    expect(ask('Now the product', { body: continuing('r1'), responseId: 'r3' })).toEqual({
      kind: 'regenerated',
      requestId: 'request 2',
    })
    expect(ask('Now the quotient', { body: continuing('r1'), responseId: 'r4' })).toEqual({
      kind: 'edited',
      requestId: 'request 3',
    })
    expect(ask('That is wrong', { body: continuing('r4'), responseId: 'r5' })).toEqual({
      kind: 'complaint',
      requestId: 'request 4',
    })
    // It complains of an answer that is not the last one.
    expect(ask('That is wrong', { body: continuing('r2') })).toBeNull()
  })

  it('have none under the id of a conversation: the same words may be the next turn', () => {
    const body = { conversation: 'c1' }
    expect([ask('continue', { body }), ask('continue', { body }), ask('go on', { body })]).toEqual([
      null,
      null,
      null,
    ])
    expect(ask('that is wrong', { body })).toEqual({ kind: 'complaint', requestId: 'request 3' })
  })
})
