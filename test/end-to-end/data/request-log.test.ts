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

describe('the log of a server', () => {
  const short = 'Hi'
  const long = 'Prove that the sum of two odd numbers is even, in every detail. '.repeat(20)

  /** Serves the demonstration, sends two chats, one of them as a stream, and stops. */
  async function serveAndStop(...argv: string[]): Promise<void> {
    const stop = new AbortController()
    let finished: Promise<unknown> = Promise.resolve()
    const url = await new Promise<string>((resolve, reject) => {
      finished = run(['serve', '--port', '0', '--routers', 'length', ...argv], {
        folder,
        signal: stop.signal,
        onNote: (line) => {
          const served = /serves (\S+)\/v1/.exec(line)?.[1]
          if (served !== undefined) resolve(served)
        },
      }).then((ended) => reject(new Error(ended.stderr)))
    })
    try {
      for (const [content, stream] of [
        [short, false],
        [long, true],
      ] as const) {
        const reply = await fetch(`${url}/v1/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            model: 'router-length-0.5',
            messages: [{ role: 'user', content }],
            stream,
          }),
        })
        expect([reply.status, (await reply.text()).length > 0]).toEqual([200, true])
      }
    } finally {
      stop.abort()
      await finished.catch(() => undefined)
    }
  }

  it('without text is audited by its win rates', async () => {
    await serveAndStop('--request-log', 'served.jsonl')
    const records = await rowsOf('served.jsonl')
    const price = { inputUsdPerMillionTokens: 10, outputUsdPerMillionTokens: 100 }
    const models = Object.fromEntries(records.map(({ model }: { model: string }) => [model, price]))
    await writeFile(
      join(folder, 'prices.json'),
      JSON.stringify({ date: '2026-11-01', source: 'the test', models }),
    )
    const argv = ['served.jsonl', '--prices', 'prices.json', '--json']
    const { exitCode, stdout } = await routellm('audit', ...argv)
    expect(exitCode).toBe(0)
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({
      format: 'routellm',
      router: 'length',
      winRateSource: 'logged',
      rows: { read: 2, requests: 2, unreadable: 0 },
      routable: 2,
      simple: { threshold: 0.5, share: 0.5 },
      // The client of the stream does not ask for its usage; the gateway does.
      paid: { fromTokens: 2, unknown: 0 },
    })
    const usd = records.map(({ tokens }) => (10 * tokens.input + 100 * tokens.output) / 1e6)
    expect(report.paid.usd).toBeCloseTo(usd[0] + usd[1], 12)
  })

  it('with text is scored anew, and read as prompts', async () => {
    await serveAndStop('--request-log', 'served-text.jsonl', '--request-log-text')
    const audited = await routellm(
      'audit',
      'served-text.jsonl',
      '--router',
      'length',
      '--show-prompts',
      '--json',
    )
    const report = JSON.parse(audited.stdout)
    expect(report).toMatchObject({ router: 'length', winRateSource: 'scored', routable: 2 })
    expect(report.examples.simplest[0].prompt).toBe(short)
    const scored = await routellm(
      'score',
      '--router',
      'length',
      '--input',
      'served-text.jsonl',
      '--output',
      'out.jsonl',
    )
    expect(scored.exitCode).toBe(0)
    const logged = (await rowsOf('served-text.jsonl')).filter(({ router }) => router === 'length')
    const rows = await rowsOf('out.jsonl')
    expect(rows.map(({ prompt }: { prompt: string }) => prompt).sort()).toEqual([short, long].sort())
    for (const { id, strongWinRate } of rows)
      expect(strongWinRate).toBe(logged.find((record) => record.id === id)?.strongWinRate)
  })
})
