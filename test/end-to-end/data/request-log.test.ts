import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routellm as run } from '../../support/command-line.ts'
import { requestRecord } from '../../support/request-record.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'request-log-'))
  const records = Array.from({ length: 40 }, (_, index) =>
    requestRecord({
      id: `rllm-0123456789ab-${index.toString(36)}`,
      request: { model: 'auto', messages: [{ role: 'user', content: `${'word '.repeat(index)}end` }] },
    }),
  )
  await writeLog('with-text.jsonl', [
    ...records,
    requestRecord({ path: '/v1/embeddings', request: { input: 'to embed' } }),
  ])
  await writeLog('without-text.jsonl', [requestRecord(), requestRecord()])
})
afterAll(() => rm(folder, { recursive: true }))

const writeLog = (name: string, records: readonly object[]) =>
  writeFile(join(folder, name), records.map((record) => `${JSON.stringify(record)}\n`).join(''))
const routellm = (...argv: string[]) => run(argv, { folder })
const rowsOf = async (name: string) =>
  (await readFile(join(folder, name), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('a request log with text is read as prompts', () => {
  it('by data inspect', async () => {
    const { exitCode, stdout } = await routellm('data', 'inspect', 'with-text.jsonl', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      form: 'prompts',
      rows: 40,
      invalidRows: 0,
      prompts: { distinct: 40 },
    })
  })

  it('by data convert', async () => {
    const argv = ['with-text.jsonl', '--to', 'prompts', '--output', 'prompts.jsonl']
    expect((await routellm('data', 'convert', ...argv)).exitCode).toBe(0)
    const rows = await rowsOf('prompts.jsonl')
    expect([rows.length, rows[0], rows[2]]).toEqual([40, { prompt: 'end' }, { prompt: 'word word end' }])
  })

  it('by score, in the order of the log', async () => {
    const argv = ['--router', 'length', '--input', 'with-text.jsonl', '--output', 'scores.jsonl']
    expect((await routellm('score', ...argv)).exitCode).toBe(0)
    const rows = await rowsOf('scores.jsonl')
    expect(rows).toHaveLength(40)
    expect(rows[3]).toEqual({
      strongWinRate: expect.any(Number),
      prompt: 'word word word end',
      id: 'rllm-0123456789ab-3',
    })
    expect(rows[39].strongWinRate).toBeGreaterThan(rows[3].strongWinRate)
  })

  it('by calibrate', async () => {
    const argv = ['--router', 'length', '--strong-model-pct', '0.5', '--prompts', 'with-text.jsonl', '--json']
    const { exitCode, stdout } = await routellm('calibrate', ...argv)
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { prompts: 40, basis: 'prompts' }])
  })
})

describe('a request log without text', () => {
  it.each([
    ['score', ['--router', 'length', '--input', 'without-text.jsonl', '--output', 'none.jsonl']],
    ['calibrate', ['--router', 'length', '--strong-model-pct', '0.5', '--prompts', 'without-text.jsonl']],
    ['data', ['convert', 'without-text.jsonl', '--to', 'prompts', '--output', 'none.jsonl']],
    ['data', ['inspect', 'without-text.jsonl']],
  ])('is refused by %s, which says how to write one with text', async (command, argv) => {
    const { exitCode, stdout, stderr } = await routellm(command, ...argv)
    expect([exitCode, stdout + stderr]).toEqual([2, expect.stringContaining('--request-log-text')])
  })

  it('is audited', async () => {
    const { exitCode, stdout } = await routellm('audit', 'without-text.jsonl', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      format: 'routellm',
      router: 'mf',
      winRateSource: 'logged',
      routable: 2,
    })
  })
})
