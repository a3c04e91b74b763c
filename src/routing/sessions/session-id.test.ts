import { describe, expect, it } from 'vitest'
import { sessionUuid, toAgentRequests } from '../../../test/support/conversations/agent-requests.ts'
import { findSession } from './session-id.ts'

const messages = [{ role: 'user', content: 'Explain monads' }]
const none = { headers: {}, body: {}, messages }

function idOf(part: Partial<typeof none> & { body?: object; headers?: object }) {
  return findSession({ ...none, ...part }).id
}

describe('findSession', () => {
  it('takes the own header first, and shows it as it is if it is plain', () => {
    const body = { previous_response_id: 'resp_1', prompt_cache_key: sessionUuid }
    const headers = { 'x-routellm-session': 'chat-17', 'x-session-id': 'ses_1' }
    expect(findSession({ headers, body, messages }).id).toBe('chat-17')
    expect(idOf({ headers: { 'x-routellm-session': 'sk-secret key!' } })).toMatch(/^[\w-]{16}$/)
  })

  it('finds the session again by the id that a reply has shown', () => {
    const shown = idOf({ headers: { 'x-session-id': 'ses_1' } })
    expect(idOf({ headers: { 'x-routellm-session': shown } })).toBe(shown)
  })

  it('finds Claude Code by its header, its metadata in the old form and in the new one', () => {
    const old = { metadata: { user_id: `user_0a1b_account__session_${sessionUuid}` } }
    const json = JSON.stringify({ device_id: 'd', account_uuid: '', session_id: sessionUuid })
    const expected = idOf({ headers: { 'x-claude-code-session-id': sessionUuid } })
    expect(idOf({ body: old })).toBe(expected)
    expect(idOf({ body: { metadata: { user_id: json } } })).toBe(expected)
    expect(expected).not.toContain(sessionUuid.slice(0, 8))
    expect(idOf({ body: { metadata: { user_id: 'user-17' } } })).toBe(idOf({}))
    expect(idOf({ body: { metadata: { user_id: '{"session_id":' } } })).toBe(idOf({}))
  })

  it.each(['x-session-id', 'x-session-affinity', 'session-id', 'session_id', 'conversation_id'])(
    'finds an agent by %s',
    (header) => {
      expect(idOf({ headers: { [header]: sessionUuid } })).toBe(
        idOf({ headers: { session_id: sessionUuid } }),
      )
      expect(idOf({ headers: { [header]: sessionUuid } })).not.toBe(idOf({}))
    },
  )

  it('tells the conversations under one id of an agent apart by their first words', () => {
    const headers = { 'x-session-id': 'ses_1' }
    const [one, other] = ['Fix it', 'Write a title'].map((content) =>
      findSession({ headers, body: {}, messages: [{ role: 'user', content }] }),
    )
    expect(one!.id).toBe(other!.id)
    expect(one!.thread).not.toBe(other!.thread)
    expect([one!.isOneConversation, one!.isPartial]).toEqual([false, false])
  })

  it('keeps the thread of an agent while its conversation grows', () => {
    const turns = [
      { words: 'Fix the loop', calls: [{ name: 'bash', input: 'ls', output: 'a.ts' }], answer: 'Done.' },
      { words: 'Now the tests', calls: [], answer: 'Done.' },
    ]
    for (const shape of ['claude-code', 'codex', 'opencode'] as const) {
      const found = toAgentRequests(shape, turns).map(findSession)
      expect(new Set(found.map(({ id, thread }) => `${id}/${thread}`)).size).toBe(1)
    }
  })

  it('finds a conversation of Responses, whose turns come alone', () => {
    const named = findSession({ ...none, body: { conversation: 'conv_1' } })
    expect(named).toMatchObject({ isPartial: true, isOneConversation: true, continues: null, thread: '' })
    expect(idOf({ body: { conversation: { id: 'conv_1' } } })).toBe(named.id)
    const next = findSession({ ...none, body: { previous_response_id: 'resp_1' } })
    expect(next.isPartial).toBe(true)
    expect(next.continues).toBe(next.id)
  })

  it('takes a prompt_cache_key for an id only if it is one conversation’s', () => {
    const other = [{ role: 'user', content: 'Explain functors' }]
    const sameOf = (key: string) =>
      idOf({ body: { prompt_cache_key: key } }) === idOf({ body: { prompt_cache_key: key }, messages: other })
    expect(sameOf(sessionUuid)).toBe(true)
    expect(sameOf('ses_01K8ABCDEFGH')).toBe(true)
    expect(sameOf('support-bot')).toBe(false)
  })

  it('finds others by their first turns, which later turns do not change', () => {
    const later = [
      ...messages,
      { role: 'assistant', content: 'A monad …' },
      { role: 'user', content: 'why?' },
    ]
    expect(idOf({ messages: later })).toBe(idOf({}))
    const system = { role: 'system', content: 'Be brief.' }
    expect(idOf({ messages: [system, ...messages] })).not.toBe(idOf({}))
    expect(idOf({ messages: [{ role: 'user', content: 'Explain functors' }] })).not.toBe(idOf({}))
    expect(findSession({ ...none, messages: 'Explain monads' }).id).toBe(idOf({}))
  })

  it('reads a bounded part of hostile input', () => {
    const long = 'x'.repeat(1_000_000)
    expect(idOf({ headers: { 'x-routellm-session': long } })).toBe(idOf({}))
    expect(idOf({ messages: [{ role: 'user', content: `${long}a` }] })).toBe(
      idOf({ messages: [{ role: 'user', content: `${long}b` }] }),
    )
    for (const odd of [null, 7, [], [null], [[]], 'text']) {
      expect(findSession({ headers: {}, body: odd, messages: odd }).id).toMatch(/^[\w-]{16}$/)
    }
  })
})
