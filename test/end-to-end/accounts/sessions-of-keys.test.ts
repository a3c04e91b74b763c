import { afterEach, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import { createSessions, defaultSessionOptions } from '../../../src/routing/sessions/sessions.ts'
import { type GatewayUnderTest, startGateway } from '../../support/gateway-under-test.ts'
import { completion, json } from '../../support/upstream.ts'

const keyOf = (name: string) => `rllm-key-of-the-client-${name}`
let gateway: GatewayUnderTest
afterEach(() => gateway.close())

const call = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c', type: 'function', function: { name: 'run', arguments: '{}' } }],
}
const result = { role: 'tool', tool_call_id: 'c', content: 'done' }
const asked = (words: string) => [{ role: 'user', content: words }]

it.each([
  ['an id that both give', { 'x-session-id': 'the-session' }],
  ['the first turns, which both have', {}],
])('keeps the conversations of two keys apart under %s', async (_what, headers) => {
  gateway = await startGateway({
    parts: { sessions: createSessions({ options: defaultSessionOptions, findTerms: () => null }) },
    server: {
      keys: ['one', 'two'].map((name) => ({ name, hmac: clientKeyHmac(keyOf(name)), pacing: true })),
    },
  })
  gateway.upstream.answer(json(completion))
  const modelOf = async (name: string, messages: object[], path = 'chat/completions') => {
    const reply = await fetch(`${gateway.url}/v1/${path}`, {
      method: 'POST',
      body: JSON.stringify({ model: 'auto', messages }),
      headers: { authorization: `Bearer ${keyOf(name)}`, ...headers },
    })
    return path === 'route'
      ? ((await reply.json()) as { model: string }).model
      : reply.headers.get('x-routellm-model')
  }
  const first = asked('a hard one')
  expect(await modelOf('one', first)).toBe('strong')
  // In its tool loop a conversation keeps its model, whatever the next words ask for.
  const loop = [
    ...first,
    call,
    result,
    ...asked('Now write a poem about the sea, the wind and a ship, for a class of children.'),
    call,
    result,
  ]
  expect(await modelOf('one', loop)).toBe('strong')
  expect(await modelOf('two', loop, 'route')).toBe('weak')
  expect(await modelOf('two', loop)).toBe('weak')
  expect(await modelOf('one', loop)).toBe('strong')
  expect(await modelOf('one', loop, 'route')).toBe('strong')
})
