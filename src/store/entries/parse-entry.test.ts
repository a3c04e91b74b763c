import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RequestRecord } from '../../gateway/request-record.ts'
import type { Candidate } from '../../routing/policies/choice.ts'
import { formatRequestLine } from './format-request.ts'
import { parseEntry } from './parse-entry.ts'
import { columnAt, type RequestValues, requestColumns } from './request-columns.ts'
import { parseSessionDecision } from './session-decision.ts'

const pace = { factor: 1.5, ownThreshold: 0.5, budget: { key: 'web', limit: 'usdPerDay' } } as const

const record: RequestRecord = {
  time: Date.UTC(2026, 10, 30, 12),
  id: 'rllm-0123456789ab-1',
  upstreamId: 'up-1',
  protocol: 'chat-completions',
  path: '/v1/chat/completions',
  status: 200,
  stream: true,
  model: 'small',
  upstream: 'small-1',
  task: 'look-up',
  policy: 'halves',
  router: 'mf',
  threshold: 0.25,
  strongWinRate: 0.1 + 0.2,
  pace: null,
  error: null,
  side: 'weak',
  candidates: ['large', 'small "one"'].map(
    (name, index) => ({ model: { name }, usd: index === 0 ? null : 1e-7, excluded: null }) as Candidate,
  ),
  scores: [Number.NaN, 0.875],
  propensities: null,
  experiment: null,
  features: null,
  signal: null,
  sessionDecision: null,
  effort: null,
  fallback: null,
  overBudget: null,
  attempts: 1,
  tokens: { input: 20, cachedInput: 5, cacheWriteInput: 1, cacheWrite1hInput: 2, output: 10 },
  events: null,
  usd: 0.000_123_456,
  call: null,
  otherCalls: [],
  ms: { overhead: 0.3004, queued: null, firstByte: 180, total: 900 },
  session: 'a\ttalk\n',
  key: 'web',
  tags: [],
  text: null,
}

const parse = (changes: Partial<RequestRecord> = {}, redact: ((text: string) => string) | null = null) => {
  const line = formatRequestLine({ ...record, ...changes }, 0.5, redact)
  expect(line).not.toContain('\n')
  const entry = parseEntry(line)
  if (entry?.kind !== 'parsed-request') throw new Error('it is no request')
  return entry
}
const toRow = (values: RequestValues) =>
  Object.fromEntries(requestColumns.map((column) => [column, values[columnAt[column]]]))

describe('a request in the journal', () => {
  it('has the values of its row', () => {
    const { values, text } = parse()
    expect(text).toBe(null)
    expect(values).toHaveLength(requestColumns.length)
    expect(toRow(values)).toMatchObject({
      id: record.id,
      day: 20_787,
      time: record.time,
      stream: 1,
      strong_win_rate: 0.1 + 0.2,
      input_tokens: 20,
      cache_write_1h_input_tokens: 2,
      output_tokens: 10,
      cost_nanousd: 123_456,
      charged_nanousd: 500_000_000,
      overhead_us: 300,
      queued_us: null,
      first_byte_us: 180_000,
      total_us: 900_000,
      session: 'a\ttalk\n',
      key: 'web',
      calls: null,
      tags: null,
      propensity: null,
      candidates: JSON.stringify([
        { model: 'large', usd: null, score: null, excluded: null },
        { model: 'small "one"', usd: 1e-7, score: 0.875, excluded: null },
      ]),
      text_offset: null,
    })
  })

  it('has what was drawn, an experiment, a signal, all calls, tags and text', () => {
    const call = {
      model: 'small',
      tokens: null,
      events: 3,
      usd: null,
      isRefused: false,
      isAborted: false,
      sentMs: 1,
      firstByteMs: null,
    }
    const body = (text: string) => ({ bytes: Buffer.from(text), totalBytes: text.length })
    const { values, text } = parse(
      {
        model: 'large',
        propensities: [0.02, 0.98],
        experiment: { id: 'cheaper', arm: 'treatment' },
        features: 'AAAA',
        signal: { kind: 'complaint', requestId: 'r' },
        sessionDecision: { kept: 'dollars', switched: null, switchUsd: 0.25 },
        effort: 'high',
        pace,
        error: 'no-candidate',
        call,
        otherCalls: [call],
        tags: ['a\tb'],
        text: { request: body('x\ty\n'), response: body('z') },
      },
      (kept) => kept.toUpperCase(),
    )
    const row = toRow(values)
    expect(row).toMatchObject({
      propensity: 0.02,
      features: 'AAAA',
      experiment: 'cheaper',
      arm: 'treatment',
      signal: 'complaint',
      signal_of: 'r',
      session_decision: 'kept dollars',
      switch_nanousd: 250_000_000,
      effort: 'high',
      pace: JSON.stringify(pace),
      error: 'no-candidate',
      calls: JSON.stringify([call, call]),
      tags: '["a\\tb"]',
    })
    expect(JSON.parse(String(row.candidates))[0]).toEqual({
      model: 'large',
      usd: null,
      score: null,
      excluded: null,
      propensity: 0.02,
    })
    expect(JSON.parse(text ?? '')).toEqual({
      request: { text: 'X\tY\n', totalBytes: 4, isCut: false },
      response: { text: 'Z', totalBytes: 1, isCut: false },
    })
  })

  it('has a single call if it was refused or the request failed', () => {
    const call: NonNullable<RequestRecord['call']> = {
      ...{ model: 'small', tokens: null, events: null, usd: null },
      ...{ isRefused: false, isAborted: false, sentMs: 1, firstByteMs: 2 },
    }
    const refused = { ...call, isRefused: true, status: 503 }
    const callsOf = (changes: Partial<RequestRecord>) => toRow(parse(changes).values).calls
    expect(callsOf({ call })).toBe(null)
    expect(callsOf({ status: 404, call: null })).toBe(null)
    expect(callsOf({ status: 502, call })).toBe(JSON.stringify([call]))
    expect(callsOf({ status: 503, call: refused })).toBe(JSON.stringify([refused]))
  })

  it('keeps any name as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.double(), (name, number) => {
        const { values } = parse({ session: name, tags: [name], strongWinRate: number })
        const { session, tags, strong_win_rate: strongWinRate } = toRow(values)
        const written = JSON.parse(JSON.stringify([name, number]))
        expect([session, strongWinRate]).toEqual(written)
        expect(JSON.parse(String(tags))).toEqual([written[0]])
      }),
    )
  })

  it.each([
    ['sessions and efforts', 5],
    ['paces', 2],
    ['errors', 1],
  ])('is read as it was written before %s were recorded', (_what, columns) => {
    const line = formatRequestLine(record, 0.5, null)
    const [prefix, values, ...parts] = line.split('\t')
    const earlier = JSON.stringify(JSON.parse(values ?? '').slice(0, -columns))
    expect(parseEntry([prefix, earlier, ...parts].join('\t'))).toEqual(parseEntry(line))
  })

  it.each([
    [{ kept: 'tool-loop', switched: null, switchUsd: null }, 'kept tool-loop'],
    [{ kept: null, switched: 'failure-signal', switchUsd: 0 }, 'switched failure-signal'],
    [{ kept: null, switched: null, switchUsd: null }, ''],
  ] as const)('says what a session did: %j', (sessionDecision, text) => {
    const row = toRow(parse({ sessionDecision }).values)
    expect(row.session_decision).toBe(text)
    expect(parseSessionDecision(text, row.switch_nanousd as number | null)).toEqual(sessionDecision)
  })

  it('is not read in a format of another version', () => {
    const line = formatRequestLine(record, null, null)
    expect(parseEntry(line.replace('request/1', 'request/2'))).toBe(null)
    expect(parseEntry(line.replace('[', '["more",'))).toBe(null)
    expect(parseEntry('{"kind":"end"}')).toEqual({ kind: 'end' })
  })
})
