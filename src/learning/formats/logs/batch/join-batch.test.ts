import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routedPrompt } from '../../../../routing/prompts/prompt-rule.ts'
import type { Row } from '../../row.ts'
import { type LogEntry, readLog, recogniseLog } from '../read-log.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batch-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(name: string, rows: readonly Row[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return path
}

async function read(files: readonly string[]) {
  const format = await recogniseLog(files)
  const entries: LogEntry[] = []
  for (const each of files)
    for await (const entry of readLog(each, format, { pickPrompt: routedPrompt })) entries.push(entry)
  const requests = entries.flatMap((entry) => (entry.kind === 'request' ? [entry.request] : []))
  const unreadable = entries.flatMap((entry) => (entry.kind === 'unreadable' ? [entry.reason] : []))
  return { format, requests, unreadable }
}

const ids = ['r0', 'r1', 'r2']
const chat = (id: string) => ({ model: 'gpt-4o', messages: [{ role: 'user', content: `Question ${id}` }] })
const answer = (id: string) => ({
  model: 'gpt-4o-2024-08-06',
  created: 1_790_843_400,
  choices: [{ message: { role: 'assistant', content: `Answer ${id}` } }],
  usage: { prompt_tokens: 40, completion_tokens: 100 },
})
const apis: readonly (readonly [string, (id: string) => Row, (id: string) => Row, (id: string) => Row])[] = [
  [
    'OpenAI',
    (id) => ({ custom_id: id, method: 'POST', url: '/v1/chat/completions', body: chat(id) }),
    (id) => ({ id: 'b', custom_id: id, response: { status_code: 200, body: answer(id) }, error: null }),
    (id) => ({
      id: 'b',
      custom_id: id,
      response: { status_code: 429, body: { error: { code: 'x' } } },
      error: null,
    }),
  ],
  [
    'OpenAI, where the batch expired',
    (id) => ({ custom_id: id, method: 'POST', url: '/v1/chat/completions', body: chat(id) }),
    (id) => ({ id: 'b', custom_id: id, response: { status_code: 200, body: answer(id) }, error: null }),
    (id) => ({ id: 'b', custom_id: id, response: null, error: { code: 'batch_expired' } }),
  ],
  [
    'Anthropic',
    (id) => ({ custom_id: id, params: chat(id) }),
    (id) => ({
      custom_id: id,
      result: {
        type: 'succeeded',
        message: {
          type: 'message',
          model: 'gpt-4o-2024-08-06',
          content: [{ type: 'text', text: `Answer ${id}` }],
          usage: { input_tokens: 40, output_tokens: 100 },
        },
      },
    }),
    (id) => ({ custom_id: id, result: { type: 'expired' } }),
  ],
  [
    'Gemini',
    (id) => ({
      key: id,
      request: { model: 'gpt-4o-2024-08-06', contents: [{ parts: [{ text: `Question ${id}` }] }] },
    }),
    (id) => ({
      key: id,
      response: {
        candidates: [{ content: { parts: [{ text: `Answer ${id}` }] } }],
        usageMetadata: { promptTokenCount: 40, candidatesTokenCount: 100 },
      },
    }),
    (id) => ({ key: id, error: { code: 8 } }),
  ],
]

describe('files of a batch', () => {
  it.each(apis)('of %s are joined in any order', async (_, requestOf, resultOf, failureOf) => {
    const input = await file('input.jsonl', ids.map(requestOf))
    const output = await file('output.jsonl', [resultOf('r1'), resultOf('r0')])
    const errors = await file('errors.jsonl', [failureOf('r2')])
    for (const files of [
      [input, output, errors],
      [errors, output, input],
    ]) {
      const { format, requests, unreadable } = await read(files)
      expect(format.name).toBe('batch')
      expect(format.notes?.join()).toContain('half')
      expect(unreadable).toEqual([])
      expect(requests).toMatchObject([
        {
          prompt: { text: 'Question r0' },
          model: 'gpt-4o-2024-08-06',
          inputTokens: 40,
          outputTokens: 100,
          answer: 'Answer r0',
        },
        { prompt: { text: 'Question r1' }, answer: 'Answer r1' },
        { prompt: { text: 'Question r2' }, notRoutable: 'error' },
      ])
      expect(requests[0]).not.toHaveProperty('notRoutable')
    }
  })

  it('need each other: the input alone says what the output is for, the output alone what the input is for', async () => {
    const [, requestOf, resultOf] = apis[0]!
    const input = await read([await file('input.jsonl', ids.map(requestOf))])
    expect(input.requests).toHaveLength(3)
    expect(input.format.notes?.join()).toContain('Name its output file too')
    const output = await read([await file('output.jsonl', ids.map(resultOf))])
    expect(output.unreadable[0]).toContain('name the input file of the batch too')
  })

  it('may have a result whose request is missing, and a request whose result is missing', async () => {
    const [, requestOf, resultOf] = apis[0]!
    const { requests, unreadable } = await read([
      await file('input.jsonl', ids.map(requestOf)),
      await file('output.jsonl', [resultOf('r0'), resultOf('x')]),
    ])
    expect(requests.map(({ outputTokens }) => outputTokens)).toEqual([100, undefined, undefined])
    expect(unreadable).toEqual(['is a result of a batch whose request is in none of the files'])
  })

  it('count what succeeded in a later batch as succeeded', async () => {
    const [, requestOf, resultOf, failureOf] = apis[1]!
    const files = [
      await file('input.jsonl', [requestOf('r0')]),
      await file('errors.jsonl', [failureOf('r0')]),
      await file('second.jsonl', [resultOf('r0')]),
    ]
    for (const order of [files, files.toReversed()]) {
      const { requests } = await read(order)
      expect(requests).toMatchObject([{ answer: 'Answer r0' }])
      expect(requests[0]).not.toHaveProperty('notRoutable')
    }
  })

  it('are refused if two have the same ids, since a result may then belong to either', async () => {
    const [, requestOf, resultOf] = apis[0]!
    const input = await file('monday.jsonl', [requestOf('r0')])
    const other = await file('tuesday.jsonl', [requestOf('r0')])
    const output = await file('output.jsonl', [resultOf('r0')])
    await expect(recogniseLog([input, other, output])).rejects.toThrow(/monday.*r0|r0.*monday/)
    const second = await file('output-2.jsonl', [resultOf('r0')])
    await expect(recogniseLog([input, output, second])).rejects.toMatchObject({ code: 'batch-ids-repeated' })
  })

  it('that already hold request and result are no two files', async () => {
    const [, requestOf, resultOf] = apis[0]!
    const { format, requests } = await read([
      await file('joined.jsonl', [{ ...requestOf('r0'), ...resultOf('r0') }]),
    ])
    expect(format.name).toBe('openai')
    expect(requests).toMatchObject([{ prompt: { text: 'Question r0' }, answer: 'Answer r0' }])
  })
})

it('files of several products are read as one log', async () => {
  const table = await file('table.jsonl', [{ prompt: 'a', model: 'm' }])
  const run = { run_type: 'llm', inputs: { messages: [{ role: 'user', content: 'b' }] }, outputs: {} }
  const runs = await file('runs.jsonl', [run])
  const { format, requests } = await read([table, runs])
  expect(format.name).toBe('columns, langsmith')
  expect(requests.map(({ prompt }) => prompt.text)).toEqual(['a', 'b'])
})
