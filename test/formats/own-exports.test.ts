import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routellm } from '../support/command-line.ts'
import { printedCommands, shellWords } from '../support/printed-commands.ts'

/** What each of the exports below says of a request, under names of its own. */
const requests = Array.from({ length: 40 }, (_, at) => ({
  question: `How do I return order number ${at}, please?`,
  answer: `Print label ${at} and bring the parcel to a shop.`,
  model: at % 4 === 0 ? 'gpt-4o-mini' : 'gpt-4o-2024-08-06',
  input: 100 + at,
  output: 20 + at,
  time: new Date(Date.UTC(2026, 9, 1, at)).toISOString(),
  user: `u-${at % 7}`,
}))
type Request = (typeof requests)[number]

const lines = (row: (request: Request) => unknown) =>
  requests.map((request) => `${JSON.stringify(row(request))}\n`).join('')
const cell = (value: unknown) => `"${JSON.stringify(value).replaceAll('"', '""')}"`

/** Exports of applications, none of which is a known format. */
const exports: Readonly<Record<string, string>> = {
  'nested.json': JSON.stringify(
    {
      export: { product: 'desk', generated: '2026-11-01' },
      conversations: requests.map((each, at) => ({
        uuid: `c-${at}`,
        channel: at % 2 === 0 ? 'web' : 'mail',
        openedBy: { id: each.user, plan: 'free' },
        exchange: {
          askedAt: each.time,
          question: { author: 'customer', body: each.question },
          reply: {
            engine: { vendor: 'OpenAI', name: each.model },
            body: each.answer,
            metering: { tokensIn: each.input, tokensOut: each.output },
            latencyMs: 800,
          },
        },
      })),
    },
    null,
    1,
  ),
  'threads.jsonl': lines((each) => ({
    threadId: each.time,
    customer: each.user,
    createdAt: each.time,
    modelUsed: each.model,
    thread: [
      { sender: 'customer', body: each.question },
      { sender: 'desk-bot', body: each.answer },
    ],
    counters: { inputTokens: each.input, outputTokens: each.output },
  })),
  'sessions.ndjson': requests
    .map(
      (each, at) =>
        at % 2 === 0 &&
        `${JSON.stringify({
          session: at,
          account: { id: each.user },
          turns: requests.slice(at, at + 2).map((turn) => ({
            q: turn.question,
            a: turn.answer,
            llm: turn.model,
            toks: { in: turn.input, out: turn.output },
            when: turn.time,
          })),
        })}\n`,
    )
    .filter((line) => line !== false)
    .join(''),
  'keyed.json': JSON.stringify(
    Object.fromEntries(
      requests.map((each, at) => [
        `req-${at}`,
        {
          ask: { txt: each.question, at: each.time },
          ans: { txt: each.answer, by: each.model, tok: { prompt: each.input, completion: each.output } },
          member: { uid: each.user },
        },
      ]),
    ),
  ),
  'cells.csv': `ticket,payload,bot_meta\n${requests
    .map(
      (each, at) =>
        `${at},${cell({ customerMessage: each.question, botReply: each.answer })},` +
        `${cell({ llm_name: each.model, promptTokens: each.input, completionTokens: each.output, started: each.time, userId: each.user })}\n`,
    )
    .join('')}`,
  'events.jsonl': lines((each) => ({
    event: 'llm_call',
    properties: {
      distinct_id: each.user,
      $ai_input_text: each.question,
      ai_model_used: each.model,
      tokens_sent: each.input,
      tokens_received: each.output,
    },
    sent_at: each.time,
  })),
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'own-exports-'))
  for (const [name, text] of Object.entries(exports)) await writeFile(join(folder, name), text)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe("an application's own export", () => {
  it.each(Object.keys(exports))(
    '%s: the printed command writes a log that every command reads',
    async (name) => {
      const refused = await routellm(['audit', name], { folder, width: 80 })
      expect(refused.exitCode).toBe(2)
      expect(refused.stderr).toContain('The columns are proposed by their names and values')
      expect(refused.stderr.split('\n').filter((line) => line.length > 80 && line.includes(' '))).toEqual([])
      const inspected = await routellm(['data', 'inspect', name], { folder })
      const [command = '', ...others] = printedCommands({ stdout: inspected.stdout, stderr: '' })
      expect(others).toEqual([])
      // The audit knows the file by its whole path.
      expect(printedCommands(refused)).toEqual([command.replace(name, join(folder, name))])

      const converted = await routellm(shellWords(command).slice(1), { folder })
      expect(converted).toMatchObject({ exitCode: 0 })
      const log = `${name.replace(/\..*/, '')}-log.jsonl`
      const rows = (await readFile(join(folder, log), 'utf8')).trimEnd().split('\n')
      expect(rows.length).toBe(requests.length)
      const audit = await routellm(['audit', log, '--json'], { folder })
      expect(JSON.parse(audit.stdout)).toMatchObject({
        rows: { read: 40, requests: 40, unreadable: 0 },
        routable: 40,
        period: { from: requests[0]?.time },
        paid: { fromTokens: 40, estimated: 0, unknown: 0 },
        intervals: { resampled: 'requests' },
        pair: { strong: 'gpt-4o-2024-08-06', weak: 'gpt-4o-mini' },
      })
      const prompts = await routellm(['data', 'convert', log, '--to', 'prompts', '--output', 'p.jsonl'], {
        folder,
      })
      expect(prompts).toMatchObject({ exitCode: 0 })
      expect(await readFile(join(folder, 'p.jsonl'), 'utf8')).toBe(
        lines(({ question }) => ({ prompt: question })),
      )
    },
  )

  it('gives labels in nested objects too', async () => {
    const nested = lines(({ question }) => ({ item: { q: question }, grades: { big: '1', small: 0 } }))
    await writeFile(join(folder, 'grades.jsonl'), nested)
    const columns = ['prompt=item.q', 'scores.big=grades.big', 'scores.small=grades.small']
    const run = await routellm(
      ['data', 'convert', 'grades.jsonl', '--to', 'outcomes', '--output', 'o.jsonl', '--columns', ...columns],
      { folder },
    )
    expect(run).toMatchObject({ exitCode: 0 })
    expect(await readFile(join(folder, 'o.jsonl'), 'utf8')).toBe(
      lines(({ question }) => ({ prompt: question, scores: { big: 1, small: 0 } })),
    )
  })

  it('leaves out rows without a prompt, and refuses a column that no row has', async () => {
    await writeFile(
      join(folder, 'events-and-calls.jsonl'),
      `{"event":"start"}\n{"event":"call","text":{"asked":"What is 2 + 2?"}}\n`,
    )
    const convert = (...columns: string[]) =>
      routellm(
        [
          'data',
          'convert',
          'events-and-calls.jsonl',
          '--to',
          'log',
          '--output',
          'calls.jsonl',
          '--columns',
          ...columns,
        ],
        { folder },
      )
    expect((await convert('prompt=text.asked')).stderr).toMatch(
      /2 rows gave a log of 1 requests.*\n.*1 without a prompt/,
    )
    const wrong = await convert('prompt=text.asked,model=text.modle')
    expect(wrong).toMatchObject({ exitCode: 2 })
    expect(wrong.stderr).toContain('No row has a value for model=text.modle')
    for (const columns of [
      'prompt',
      'prompt=',
      'prompt=a[].b,model=c[].d',
      'prompt=a,prompt=b',
      'model=event',
      'prompt=[].a',
    ])
      expect(await convert(columns), columns).toMatchObject({ exitCode: 2 })
    const without = await routellm(
      ['data', 'convert', 'threads.jsonl', '--to', 'log', '--output', 'x.jsonl'],
      { folder },
    )
    expect(without.stderr).toContain('needs --columns')
  })
})
