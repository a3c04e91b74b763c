import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestRecord } from '../../../../test/support/request-record.ts'
import { routedPrompt } from '../../../routing/prompts/prompt-rule.ts'
import { readRows } from '../read-rows.ts'
import { type LogEntry, readLog, recogniseLogFormat } from './read-log.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-log-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function logFile(rows: readonly (object | string)[], name = 'requests.jsonl'): Promise<string> {
  const file = join(folder, name)
  const text = rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n')
  await writeFile(file, name.endsWith('.gz') ? gzipSync(text) : text)
  return file
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

async function entriesOf(...rows: readonly (object | string)[]): Promise<LogEntry[]> {
  const file = await logFile(rows)
  const format = await recogniseLogFormat(file)
  expect(format.name).toBe('routellm')
  return collect(readLog(file, format, { pickPrompt: routedPrompt }))
}

async function requestOf(more: object) {
  const [entry] = await entriesOf(requestRecord(more))
  if (entry?.kind !== 'request') throw new Error(`unreadable: ${entry?.reason}`)
  return entry.request
}

const chat = {
  request: { model: 'auto', messages: [{ role: 'user', content: 'What is 2 + 2?' }] },
  response: { choices: [{ message: { role: 'assistant', content: 'Four.' } }] },
}

describe('routellmLog', () => {
  it('reads the example of the interface, without text', async () => {
    expect(await requestOf({})).toEqual({
      model: 'small',
      upstream: 'llama3.1',
      decision: { router: 'mf', strongWinRate: 0.12, threshold: 0.25 },
      prompt: { text: '', system: '' },
      inputTokens: 20,
      cachedInputTokens: 0,
      outputTokens: 10,
      costUsd: 0.0001,
      time: Date.UTC(2026, 10, 28, 10),
      key: 'web',
      tags: ['task=look-up'],
      endpoint: '/v1/chat/completions',
    })
  })

  it('reads prompt and answer from the text, as objects and as their JSON', async () => {
    const asJson = { request: JSON.stringify(chat.request), response: JSON.stringify(chat.response) }
    for (const text of [chat, asJson])
      expect(await requestOf(text)).toMatchObject({ prompt: { text: 'What is 2 + 2?' }, answer: 'Four.' })
  })

  it('reads the bodies of the other protocols', async () => {
    const messages = {
      system: 'Be brief.',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    }
    const anthropic = await requestOf({
      protocol: 'messages',
      path: '/v1/messages',
      request: messages,
      response: { content: [{ type: 'text', text: 'Hello' }] },
    })
    expect(anthropic).toMatchObject({ prompt: { text: 'Hi' }, answer: 'Hello' })
    const responses = { input: 'Hi', instructions: 'Be brief.' }
    expect(await requestOf({ protocol: 'responses', request: responses })).toMatchObject({
      prompt: { text: 'Hi' },
    })
  })

  it('reads the answer of a stream, and counts its events as tokens if it has no usage', async () => {
    const chunk = (text: string) => `data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`
    const streamed = {
      ...chat,
      response: `${chunk('Fo')}${chunk('ur.')}data: [DONE]\n\n`,
      tokens: null,
      events: 2,
    }
    expect(await requestOf(streamed)).toMatchObject({ answer: 'Four.', outputTokens: 2 })
    const event = (text: string) =>
      `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', delta: { type: 'text_delta', text } })}\n\n`
    expect((await requestOf({ ...chat, response: event('Fo') + event('ur.') })).answer).toBe('Four.')
    const output = (delta: string) =>
      `data: ${JSON.stringify({ type: 'response.output_text.delta', delta })}\r\n\r\n`
    expect((await requestOf({ ...chat, response: output('Fo') + output('ur.') })).answer).toBe('Four.')
  })

  it('takes a body that was cut for no text', async () => {
    const cut = { truncated: true, bytes: 5000, text: '{"messages":[' }
    const request = await requestOf({ request: cut, response: cut })
    expect(request).toMatchObject({ prompt: { text: '' }, decision: { strongWinRate: 0.12 } })
    expect(request).not.toHaveProperty('answer')
  })

  it('knows a cost of 0 from an unknown one', async () => {
    expect((await requestOf({ usd: 0 })).costUsd).toBe(0)
    expect(await requestOf({ usd: null })).not.toHaveProperty('costUsd')
  })

  it.each([
    ['a failed request', { status: 502, tokens: null, usd: null }, 'error'],
    [
      'a model asked for by name, without text',
      { router: null, threshold: null, strongWinRate: null },
      'not-scored',
    ],
    ['a router that failed, without text', { fallback: 'router-error', strongWinRate: null }, 'not-scored'],
    ['a win rate that is none', { strongWinRate: 12 }, 'not-scored'],
    ['embeddings', { protocol: 'embeddings', path: '/v1/embeddings', router: null }, 'embeddings'],
    ['the list of models', { protocol: null, path: '/v1/models', model: null, upstream: null }, 'other-call'],
    ['a request that was refused', { status: 400, protocol: null, model: null, attempts: 0 }, 'error'],
    ['speech', { path: '/v1/audio/speech', router: null }, 'other-call'],
    [
      'a turn inside a tool loop',
      {
        request: {
          messages: [
            { role: 'user', content: 'Do it' },
            { role: 'tool', content: '42' },
          ],
        },
      },
      'tool-turn',
    ],
  ])('leaves %s out of what can be routed', async (_, more, reason) => {
    expect((await requestOf(more)).notRoutable).toBe(reason)
  })

  it('can route a model asked for by name if the log has its text, and an answer after a fall-back', async () => {
    const fixed = await requestOf({ ...chat, router: null, threshold: null, strongWinRate: null })
    expect(fixed).not.toHaveProperty('notRoutable')
    expect(fixed).not.toHaveProperty('decision')
    expect(await requestOf({ fallback: 'upstream-error', attempts: 2, model: 'large' })).toMatchObject({
      model: 'large',
      decision: { strongWinRate: 0.12 },
    })
  })

  it('counts a line that was cut as unreadable, and reads on', async () => {
    const entries = await entriesOf(requestRecord(), '{"time":"2026-11-28T10:00:0', requestRecord())
    expect(entries.map((entry) => (entry.kind === 'request' ? 'read' : entry.reason))).toEqual([
      'read',
      'is not JSON',
      'read',
    ])
  })

  it('reads rotated files, gzipped ones too', async () => {
    for (const name of ['requests.jsonl.1', 'requests-2026-11-28.jsonl.gz']) {
      const file = await logFile([requestRecord()], name)
      expect((await recogniseLogFormat(file)).name).toBe('routellm')
    }
  })
})

describe('a request log where prompts are read', () => {
  it('is its prompts: chats and failed requests, without tool turns and other calls', async () => {
    const file = await logFile([
      requestRecord({ ...chat, id: 'rllm-1' }),
      requestRecord({ ...chat, id: 'rllm-2', status: 500 }),
      requestRecord({ path: '/v1/embeddings', request: { input: 'to embed' } }),
      requestRecord({ request: { messages: [{ role: 'tool', content: '42' }] } }),
      requestRecord({ request: { truncated: true, bytes: 5000, text: '{"messages":[' } }),
      requestRecord({ protocol: null, path: '/v1/models', model: null, request: null, response: null }),
    ])
    expect((await collect(readRows(file))).map(({ line, value }) => [line, value])).toEqual([
      [1, { prompt: 'What is 2 + 2?', id: 'rllm-1' }],
      [2, { prompt: 'What is 2 + 2?', id: 'rllm-2' }],
    ])
  })

  it('is refused without text, with what to do', async () => {
    const file = await logFile([requestRecord()])
    await expect(collect(readRows(file))).rejects.toMatchObject({
      code: 'request-log-without-text',
      message: expect.stringMatching(/line 1 .*--request-log-text/),
    })
    const errors: string[] = []
    await collect(readRows(file, { onBadRow: ({ code }) => errors.push(code) }))
    expect(errors).toEqual(['request-log-without-text'])
  })
})
