/** A record of the request log without text: the example of docs/audit.md, with some fields replaced. */
export function requestRecord(more: object = {}): object {
  return {
    time: '2026-11-28T10:00:00.000Z',
    id: 'rllm-0123456789ab-1',
    protocol: 'chat-completions',
    path: '/v1/chat/completions',
    status: 200,
    stream: true,
    model: 'small',
    upstream: 'llama3.1',
    task: 'look-up',
    policy: null,
    router: 'mf',
    threshold: 0.25,
    strongWinRate: 0.12,
    fallback: null,
    overBudget: null,
    attempts: 1,
    tokens: { input: 20, cachedInput: 0, cacheWriteInput: 0, cacheWrite1hInput: 0, output: 10 },
    usd: 0.0001,
    ms: { overhead: 0.3, queued: null, firstByte: 180, total: 900 },
    session: null,
    key: 'web',
    tags: [],
    ...more,
  }
}
