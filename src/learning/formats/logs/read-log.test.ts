import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routedPrompt } from '../../../routing/prompts/prompt-rule.ts'
import { findLogFormat, recogniseFormat } from './formats.ts'
import { type LogEntry, readLog, recogniseLogFormat } from './read-log.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-log-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function entriesOf(name: string, content: string | Uint8Array): Promise<LogEntry[]> {
  const file = join(folder, name)
  await writeFile(file, content)
  const entries: LogEntry[] = []
  for await (const entry of readLog(file, await recogniseLogFormat(file), { pickPrompt: routedPrompt }))
    entries.push(entry)
  return entries
}

const prompts = (entries: readonly LogEntry[]) =>
  entries.map((entry) => (entry.kind === 'request' ? entry.request.prompt.text : entry.reason))

describe('readLog', () => {
  it('goes on after rows that cannot be read, names them in order, and repeats nothing of them', async () => {
    const entries = await entriesOf(
      'rows.jsonl',
      '{"prompt":"a"}\n{"prompt":"secret\n{"prompt":null}\n[1]\n{"prompt":"b"}\n{"prompt":"cut o',
    )
    expect(prompts(entries)).toEqual([
      'a',
      'is not JSON',
      expect.stringContaining('has no text'),
      'is not a JSON object',
      'b',
      'is not JSON',
    ])
    expect(entries[1]).toMatchObject({ place: join(folder, 'rows.jsonl line 2') })
    expect(JSON.stringify(entries)).not.toContain('secret')
  })

  it('reads CSV whose columns are not ours: tags that are no JSON, a row that is short', async () => {
    const csv = 'prompt,model,tags,tokens\n"a, b",m,"x, y",3\nonly one field\nc,m,,4\n'
    const entries = await entriesOf('rows.csv', csv)
    expect(entries[0]).toMatchObject({ request: { prompt: { text: 'a, b' }, tags: ['x', 'y'] } })
    expect(prompts(entries)).toEqual(['a, b', expect.stringContaining('has 1 fields'), 'c'])
  })

  it('reads an array, as the exports that are called JSON are, past an item that is none', async () => {
    expect(prompts(await entriesOf('rows.json', '[{"prompt":"a"}, {bad}, {"prompt":"b"}]'))).toEqual([
      'a',
      'is not JSON',
      'b',
    ])
  })

  it('reads gzip and Parquet', async () => {
    expect(prompts(await entriesOf('rows.jsonl.gz', gzipSync('{"prompt":"a"}\n')))).toEqual(['a'])
    const parquet = parquetWriteBuffer({
      columnData: [
        { name: 'prompt', data: ['a', 'b'], type: 'STRING' },
        { name: 'tags', data: ['x', 'no json'], type: 'STRING' },
        { name: 'input_tokens', data: [1n, 2n], type: 'INT64' },
      ],
    })
    const entries = await entriesOf('rows.parquet', new Uint8Array(parquet))
    expect(entries).toMatchObject([
      { request: { prompt: { text: 'a' }, inputTokens: 1, tags: ['x'] } },
      { request: { prompt: { text: 'b' }, inputTokens: 2, tags: ['no json'] } },
    ])
  })

  it('refuses what is no log at all', async () => {
    await expect(entriesOf('empty.jsonl', '')).rejects.toMatchObject({ code: 'empty-log' })
    await expect(entriesOf('other.jsonl', '{"a":1}')).rejects.toMatchObject({
      code: 'unknown-log-format',
      message: expect.stringMatching(
        /other\.jsonl has rows with the columns a, which is not a known form of a request log[\s\S]*langfuse/,
      ),
    })
    await expect(entriesOf('broken.jsonl', '{"a')).rejects.toMatchObject({ code: 'unknown-log-format' })
  })
})

describe('formats', () => {
  it.each([
    ['openai', { request: { model: 'm', messages: [] }, response: {} }],
    ['openai', { messages: [], model: 'm' }],
    ['langfuse', { id: '1', traceId: 't', type: 'GENERATION', input: [] }],
    ['langfuse', { id: '1', sessionId: null, bookmarked: false, input: 'x' }],
    ['helicone', { request_body: {}, response_status: 200 }],
    ['litellm', { call_type: 'acompletion', spend: 0, messages: [] }],
    ['columns', { prompt: 'x', model: 'm' }],
  ])('%s is recognised', (name, row) => expect(recogniseFormat([row], 'f').name).toBe(name))

  it('goes by most of the rows', () => {
    const rows = [
      { prompt: 'x' },
      { request_body: {}, response_status: 200 },
      { request_body: {}, response_status: 500 },
    ]
    expect(recogniseFormat(rows, 'f').name).toBe('helicone')
  })

  it('refuses a name that there is not', () => {
    expect(findLogFormat('litellm').name).toBe('litellm')
    expect(() => findLogFormat('x')).toThrow(/no log format "x"; there are routellm, helicone/)
  })
})
