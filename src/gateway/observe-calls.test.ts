import { expect, it } from 'vitest'
import { toFinishedCall } from './observe-calls.ts'
import type { RequestRecord } from './request-record.ts'

const record: RequestRecord = {
  time: 0,
  id: 'rllm-1',
  protocol: 'chat-completions',
  path: '/v1/chat/completions',
  status: 200,
  stream: true,
  model: 'small',
  upstream: 'llama3.1',
  task: 'look-up',
  policy: null,
  router: null,
  threshold: null,
  strongWinRate: null,
  side: null,
  fallback: null,
  attempts: 1,
  tokens: { input: 20, cachedInput: 0, output: 11 },
  events: null,
  usd: null,
  ms: { overhead: 1, firstByte: 201, total: 1201 },
  session: null,
  key: null,
  tags: [],
  text: null,
}

it('measures the lengths and latencies of a stream', () => {
  expect(toFinishedCall(record)).toEqual({
    model: 'small',
    task: 'look-up',
    outputTokens: 11,
    latency: { firstTokenSeconds: 0.2, secondsPerOutputToken: 0.1 },
  })
})

it.each([
  ['a reply that is no stream', { stream: false }],
  ['a reply of one token', { tokens: { input: 20, cachedInput: 0, output: 1 } }],
  ['a reply without a head', { ms: { overhead: 1, firstByte: null, total: 9 } }],
])('measures no latency of %s', (_what, more) => {
  expect(toFinishedCall({ ...record, ...more })).toMatchObject({ latency: null })
})

it.each([
  ['failed', { status: 502 }],
  ['was left by its client', { status: 499 }],
  ['reported no tokens', { tokens: null }],
  ['called two models', { attempts: 2 }],
  ['called none', { model: null, attempts: 0 }],
])('is nothing for a request that %s', (_what, more) => {
  expect(toFinishedCall({ ...record, ...more })).toBeNull()
})
