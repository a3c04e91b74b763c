import { expect, it } from 'vitest'
import type { KeptBody, RequestRecord } from '../../gateway/request-record.ts'
import { formatLine } from './format-line.ts'

const record: RequestRecord = {
  time: Date.parse('2026-11-28T10:00:00.000Z'),
  id: 'rllm-1',
  upstreamId: null,
  protocol: 'chat-completions',
  path: '/v1/chat/completions',
  status: 200,
  stream: true,
  model: 'small',
  upstream: 'llama3.1',
  task: null,
  policy: null,
  router: 'mf',
  threshold: 0.25,
  strongWinRate: 0.12,
  pace: null,
  error: null,
  side: 'weak',
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
  tokens: { input: 20, cachedInput: 0, cacheWriteInput: 0, cacheWrite1hInput: 0, output: 10 },
  events: null,
  usd: 0.0001,
  call: null,
  otherCalls: [],
  ms: { overhead: 0.30049, queued: null, firstByte: 180, total: 900 },
  session: null,
  key: 'web',
  tags: [],
  text: null,
}

function kept(text: string, totalBytes?: number): KeptBody {
  const bytes = Buffer.from(text)
  return { bytes, totalBytes: totalBytes ?? bytes.length }
}

it('is one line of JSON with the fields of the request log', () => {
  expect(formatLine(record)).toBe(
    '{"time":"2026-11-28T10:00:00.000Z","id":"rllm-1","protocol":"chat-completions","path":"/v1/chat/completions","status":200,"stream":true,"model":"small","upstream":"llama3.1","task":null,"policy":null,"router":"mf","threshold":0.25,"strongWinRate":0.12,"pace":null,"fallback":null,"overBudget":null,"error":null,"attempts":1,"tokens":{"input":20,"cachedInput":0,"cacheWriteInput":0,"cacheWrite1hInput":0,"output":10},"events":null,"usd":0.0001,"ms":{"overhead":0.3,"queued":null,"firstByte":180,"total":900},"session":null,"key":"web","tags":[]}\n',
  )
})

it('says what a budget did to the decision, and what the server answered with', () => {
  const pace = { factor: 1.5, ownThreshold: 0.5, budget: { key: 'web', limit: 'usdPerDay' as const } }
  const line = formatLine({ ...record, threshold: 0.67, pace, status: 503, error: 'no-candidate' })
  expect(JSON.parse(line)).toMatchObject({ threshold: 0.67, pace, status: 503, error: 'no-candidate' })
})

it.each([
  [
    'JSON over several lines, digits kept',
    kept('{\n "n": 1.0,\r\n "big": 123456789012345678901234567890\n}\n'),
    '{  "n": 1.0,   "big": 123456789012345678901234567890 }',
  ],
  ['an event stream', kept('data: {"a":1}\n\n'), '"data: {\\"a\\":1}\\n\\n"'],
  ['text that is no JSON', kept('{"a":'), '"{\\"a\\":"'],
  ['JSON that is nested too deeply', kept('['.repeat(600)), `"${'['.repeat(600)}"`],
  ['nothing', kept(''), 'null'],
  ['a body that was cut', kept('{"a":"b', 5000), '{"truncated":true,"bytes":5000,"text":"{\\"a\\":\\"b"}'],
])('holds %s', (_what, body, expected) => {
  const line = formatLine({ ...record, text: { request: body, response: body } })
  expect(line.endsWith(`,"request":${expected},"response":${expected}}\n`)).toBe(true)
  expect(line.indexOf('\n')).toBe(line.length - 1)
  expect(JSON.parse(line)).toMatchObject({ id: 'rllm-1' })
})
