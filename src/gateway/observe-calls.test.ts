import { expect, it } from 'vitest'
import { toFinishedCalls } from './observe-calls.ts'
import type { RecordedCall, RequestRecord } from './request-record.ts'

const call: RecordedCall = {
  model: 'small',
  tokens: { input: 20, cachedInput: 0, cacheWriteInput: 0, cacheWrite1hInput: 0, output: 11 },
  events: null,
  usd: null,
  isRefused: false,
  isAborted: false,
  sentMs: 1,
  firstByteMs: 201,
}
const record: RequestRecord = {
  time: 0,
  id: 'rllm-1',
  upstreamId: null,
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
  pace: null,
  error: null,
  side: null,
  fallback: null,
  overBudget: null,
  candidates: null,
  scores: null,
  propensities: null,
  experiment: null,
  features: null,
  signal: null,
  sessionDecision: null,
  effort: null,
  attempts: 1,
  tokens: call.tokens,
  events: null,
  usd: null,
  call,
  otherCalls: [],
  ms: { overhead: 1, queued: null, firstByte: 201, total: 1201 },
  session: null,
  key: null,
  tags: [],
  text: null,
}

it('are measured by the length and the latencies of a stream', () => {
  expect(toFinishedCalls(record)).toEqual([
    {
      model: 'small',
      task: 'look-up',
      outputTokens: 11,
      latency: { firstTokenSeconds: 0.2, secondsPerOutputToken: 0.1 },
    },
  ])
})

it.each([
  ['a reply that is no stream', { stream: false }],
  [
    'a reply of one token',
    {
      call: {
        ...call,
        tokens: { input: 20, cachedInput: 0, cacheWriteInput: 0, cacheWrite1hInput: 0, output: 1 },
      },
    },
  ],
  ['a reply without a head', { call: { ...call, firstByteMs: null } }],
])('have no latency for %s', (_what, more) => {
  expect(toFinishedCalls({ ...record, ...more })).toMatchObject([{ latency: null }])
})

it.each([
  ['failed', { status: 502 }],
  ['was left by its client', { status: 499 }],
  ['reported no tokens', { call: { ...call, tokens: null } }],
  ['called no model', { call: null }],
])('are none for a request that %s', (_what, more) => {
  expect(toFinishedCalls({ ...record, ...more })).toEqual([])
})

it('are those of every model that answered, with a length only if another answer was used', () => {
  const refused = { ...call, model: 'refused', isRefused: true }
  const unused = {
    ...call,
    model: 'unused',
    tokens: { input: 20, cachedInput: 0, cacheWriteInput: 0, cacheWrite1hInput: 0, output: 40 },
  }
  expect(toFinishedCalls({ ...record, otherCalls: [refused, unused] }).slice(1)).toEqual([
    { model: 'unused', task: 'look-up', outputTokens: 40, latency: null },
  ])
})
