import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createObservedCalls } from '../../../src/routing/policies/observations/create-observed-calls.ts'
import { openStore } from '../../../src/store/open-store.ts'
import { startCascade } from '../../support/cascade/cascade-under-test.ts'
import { routellm } from '../../support/command-line.ts'
import { type GatewayUnderTest, inFlightSeries, wordRouter } from '../../support/gateway-under-test.ts'
import { chunk, event, type SeenRequest } from '../../support/upstream.ts'

/** Prices whose tokens are whole nano-dollars. */
const prices = {
  'small-model': { input: 150, cached: 75, output: 600 },
  'big-model': { input: 2500, cached: 1250, output: 10_000 },
}
type Upstream = keyof typeof prices
type Charged = {
  day: string
  model: Upstream
  input: number
  cachedInput: number
  output: number
  nanoUsd: number
}

/** What the upstream has charged: a list for streams whose client left, and one for all else. */
const charged: Charged[] = []
const brokenOff: Charged[] = []
let folder: string
let gateway: GatewayUnderTest
let day: string

/** The kinds of request, in turn. */
const kinds = [
  'plain',
  'plain',
  'stream',
  'stream',
  'right',
  'wrong',
  'fallback',
  'late',
  'leave',
  'cached',
] as const
const requests = 500

function charge(list: Charged[], model: Upstream, input: number, cachedInput: number, output: number): void {
  const price = prices[model]
  const nanoUsd = (input - cachedInput) * price.input + cachedInput * price.cached + output * price.output
  list.push({ day, model, input, cachedInput, output, nanoUsd })
}

const lateOnes = new Set<string>()

/** An upstream that keeps its own count. It is asked for `<kind> <number>`. */
function answer({ body, response, closed }: SeenRequest): void {
  const { model, messages, stream } = JSON.parse(body.toString('utf8')) as {
    model: Upstream
    messages: { content: string }[]
    stream?: boolean
  }
  const [kind = '', number = ''] = messages[0]!.content.split(' ')
  const input = 100 + ((Number(number) * 7919) % 9973)
  const cachedInput = kind === 'cached' ? Math.floor(input / 2) : 0
  const output = 1 + ((Number(number) * 104_729) % 997)
  if (kind === 'fallback' && model === 'small-model') {
    response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":{"message":"busy"}}')
    return
  }
  if (kind === 'late' && !lateOnes.has(number)) {
    // Another call will answer; this one has read the prompt.
    lateOnes.add(number)
    void closed.then(() => charge(charged, model, input, 0, 0))
    return
  }
  if (kind === 'leave') {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(event(chunk({ role: 'assistant', content: 'Yes' })))
    void closed.then(() => charge(brokenOff, model, input, 0, 3))
    return
  }
  charge(charged, model, input, cachedInput, output)
  const usage = {
    prompt_tokens: input,
    completion_tokens: output,
    prompt_tokens_details: { cached_tokens: cachedInput },
  }
  const content = kind === 'wrong' && model === 'small-model' ? 'wrong' : 'Yes'
  if (stream === true) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(event(chunk({ role: 'assistant', content })) + event(chunk({}, 'stop')))
    response.end(event({ ...chunk({}), choices: [], usage }) + event('[DONE]'))
    return
  }
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }]
  const text = JSON.stringify({ id: `c-${number}`, object: 'chat.completion', model, choices, usage })
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text)
}

async function send(number: number): Promise<void> {
  const kind = kinds[number % kinds.length]!
  const model = kind === 'right' || kind === 'wrong' ? 'policy-checked' : 'router-words-0.5'
  const isStream = kind === 'stream' || kind === 'late' || kind === 'leave'
  const leave = new AbortController()
  const reply = await gateway.chat(
    {
      model,
      stream: isStream,
      messages: [{ role: 'user', content: `${kind} ${number}${kind === 'late' ? ' hard' : ''}` }],
    },
    { signal: leave.signal },
  )
  expect([kind, reply.status]).toEqual([kind, 200])
  if (kind !== 'leave') await reply.text()
  else {
    await reply.body!.getReader().read()
    leave.abort()
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-reconcile-'))
  day = new Date().toISOString().slice(0, 10)
  const toModel = (name: string, upstream: Upstream) => ({
    name,
    provider: 'main',
    upstream,
    inputUsdPerMillionTokens: prices[upstream].input / 1000,
    cacheReadUsdPerMillionTokens: prices[upstream].cached / 1000,
    outputUsdPerMillionTokens: prices[upstream].output / 1000,
  })
  const [strong, weak] = [toModel('strong', 'big-model'), toModel('weak', 'small-model')]
  const observed = createObservedCalls(Date.now)
  observed.of('strong')
  // Only the strong model is known to be quick, and nothing is learned, so that no other stream is ever late.
  for (let call = 0; call < 60; call++)
    observed.add({
      model: 'strong',
      task: null,
      outputTokens: 5,
      latency: { firstTokenSeconds: 0.03, secondsPerOutputToken: 0.001 },
    })
  const store = openStore({ folder: join(folder, '.routellm'), log: { warn() {} } })
  gateway = await startCascade(
    { strong, weak },
    {
      parts: {
        models: [strong, weak],
        routers: [wordRouter],
        observed: { ...observed, add() {} },
        hedge: { afterPercentile: 95, maxShare: 1 },
      },
      server: { keeper: store },
    },
  )
  gateway.upstream.answer(answer)
  let next = 0
  const client = async () => {
    while (next < requests) await send(next++)
  }
  await Promise.all(Array.from({ length: 10 }, client))
  await gateway.metricBecomes(inFlightSeries, 0)
  await gateway.close()
  await store.close()
  writeFileSync(
    join(folder, 'routellm.yaml'),
    `version: 1
providers: { main: { kind: openai-compatible, baseUrl: "http://127.0.0.1:9/v1" } }
models: { strong: { provider: main, upstream: big-model }, weak: { provider: main, upstream: small-model } }
routers: { random: {} }
`,
  )
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The upstream's invoice of these charges. */
function writeInvoice(charges: readonly Charged[]): void {
  const lines = charges.map(({ nanoUsd, ...row }) => JSON.stringify({ ...row, usd: nanoUsd / 1e9 }))
  writeFileSync(join(folder, 'usage.jsonl'), `${lines.join('\n')}\n`)
}

describe('routellm store reconcile, after 500 requests: streams, cascades, fallbacks, hedges and clients that leave', () => {
  it('the store has what the upstream has counted, to the nano-dollar', async () => {
    expect(charged.length).toBeGreaterThan(500)
    writeInvoice(charged)
    const run = await routellm(['store', 'reconcile', 'usage.jsonl', '--json'], { folder })
    const { agrees, rows, otherModels } = JSON.parse(run.stdout)
    expect({ agrees, otherModels, exitCode: run.exitCode }).toEqual({
      agrees: true,
      otherModels: [],
      exitCode: 0,
    })
    const ofModel = (model: Upstream) => {
      const own = charged.filter((each) => each.model === model)
      const sum = (key: 'input' | 'cachedInput' | 'output' | 'nanoUsd') =>
        own.reduce((total, each) => total + each[key], 0)
      return {
        inputTokens: sum('input'),
        cachedTokens: sum('cachedInput'),
        outputTokens: sum('output'),
        nanoUsd: sum('nanoUsd'),
      }
    }
    expect(rows.map((row: { model: string; store: object }) => [row.model, row.store])).toEqual([
      ['big-model', ofModel('big-model')],
      ['small-model', ofModel('small-model')],
    ])
    expect(rows[0]).toMatchObject({ unreportedCalls: 0, estimatedCalls: 50 })
    expect(rows[1]).toMatchObject({ unreportedCalls: 50, estimatedCalls: 0 })
    const text = await routellm(['store', 'reconcile', 'usage.jsonl'], { folder })
    expect(text.stdout.match(/the same in the store/g)).toHaveLength(2)
  })

  it('what upstreams charge for streams that were broken off is a difference, which is explained', async () => {
    expect(brokenOff).toHaveLength(50)
    writeInvoice([...charged, ...brokenOff])
    const run = await routellm(['store', 'reconcile', 'usage.jsonl', '--json'], { folder })
    expect(run.exitCode).toBe(1)
    const { agrees, rows } = JSON.parse(run.stdout)
    expect(agrees).toBe(false)
    expect(rows[0].difference).toEqual({ inputTokens: 0, cachedTokens: 0, outputTokens: 0, nanoUsd: 0 })
    expect(rows[1]).toMatchObject({
      difference: {
        inputTokens: brokenOff.reduce((total, { input }) => total + input, 0),
        cachedTokens: 0,
        outputTokens: 150,
        nanoUsd: brokenOff.reduce((total, { nanoUsd }) => total + nanoUsd, 0),
      },
      unreportedCalls: 50,
    })
    const text = await routellm(['store', 'reconcile', 'usage.jsonl'], { folder })
    expect(text.stdout).toContain('the store has 50 calls whose tokens the upstream did not report')
  })

  it('reads a page of OpenAI’s usage, whose names of models have a date', async () => {
    const results = charged
      .filter(({ model }) => model === 'big-model')
      .map(({ input, cachedInput, output }) => ({
        object: 'organization.usage.completions.result',
        model: 'big-model-2026-08-07',
        input_tokens: input,
        input_cached_tokens: cachedInput,
        output_tokens: output,
      }))
    const bucket = { object: 'bucket', start_time: Date.parse(day) / 1000, end_time: 0, results }
    writeFileSync(join(folder, 'page.json'), JSON.stringify({ object: 'page', data: [bucket] }, null, 2))
    const run = await routellm(['store', 'reconcile', 'page.json', '--json'], { folder })
    expect(JSON.parse(run.stdout)).toMatchObject({
      agrees: true,
      rows: [{ model: 'big-model', difference: { nanoUsd: null } }],
      otherModels: ['small-model'],
    })
  })

  it.each([
    ['', 'it is empty'],
    ['{"day": "2026-11-30", "model": "m", "input": -1, "output": 2}', 'input'],
    ['{"data": [{"start_time": 1, "results": [{"model": null, "input_tokens": 1}]}]}', 'group_by=model'],
  ])('refuses a file that states no usage: %j', async (text, fault) => {
    writeFileSync(join(folder, 'bad.jsonl'), text)
    const { exitCode, stderr } = await routellm(['store', 'reconcile', 'bad.jsonl'], { folder })
    expect(exitCode).toBe(2)
    expect(stderr).toContain(fault)
  })
})
