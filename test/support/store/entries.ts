import type { RequestEntry } from '../../../src/store/entries/entry.ts'

/** The entry of a request. */
export function requestEntry(id: string, changes: Partial<RequestEntry> = {}): RequestEntry {
  return {
    kind: 'request',
    time: Date.UTC(2026, 10, 30, 12),
    id,
    upstreamId: `up-${id}`,
    protocol: 'chat-completions',
    path: '/v1/chat/completions',
    status: 200,
    stream: false,
    model: 'small',
    upstream: 'small-1',
    task: 'look-up',
    policy: null,
    router: 'mf',
    threshold: 0.25,
    strongWinRate: 0.125,
    side: 'weak',
    fallback: null,
    overBudget: null,
    attempts: 1,
    tokens: { input: 20, cachedInput: 5, cacheWriteInput: 0, cacheWrite1hInput: 0, output: 10 },
    events: null,
    usd: 0.000_123_456,
    chargedUsd: 0.000_123_456,
    call: null,
    otherCalls: [],
    ms: { overhead: 0.3, queued: null, firstByte: 180, total: 900 },
    session: 'talk',
    key: 'web',
    tags: ['contract'],
    candidates: [{ model: 'small', usd: 0.0001, score: 0.875, excluded: null }],
    text: null,
    ...changes,
  }
}
