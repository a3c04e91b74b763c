import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createOperations } from '../../../src/cli/commands/serve/background/operations.ts'
import { openServedTracing } from '../../../src/cli/commands/serve/background/served-tracing.ts'
import { parseConfig } from '../../../src/config/parse-config.ts'
import { createMemoryLedger } from '../../../src/gateway/accounts/memory/memory-ledger.ts'
import {
  type CascadeUnderTest,
  startCascade,
  strongModel,
  weakModel,
} from '../../support/cascade/cascade-under-test.ts'
import { inFlightSeries, userMessage } from '../../support/gateway-under-test.ts'
import { completion, json, stream, streamOf } from '../../support/upstream.ts'

const exporter = new InMemorySpanExporter()
let gateway: CascadeUnderTest
const warnings: string[] = []
const log = { warn: (_fields: object, message: string) => void warnings.push(message), error() {} }

beforeAll(async () => {
  // What `node --import ./otel.mjs` does. Before, nobody listens.
  await openServedTracing(
    { openTelemetry: true, text: false },
    (name) => ({ provider: '', upstream: name }),
    log,
  )
  expect(warnings).toEqual([expect.stringContaining('no OpenTelemetry SDK is registered')])
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()
})
afterAll(() => {
  for (const api of [trace, propagation, context]) api.disable()
})
afterEach(async () => {
  await gateway.close()
  exporter.reset()
})

const config = parseConfig(
  `version: 1
providers: { main: { kind: openai-compatible, preset: groq } }
models: { strong: { provider: main, upstream: big-model }, weak: { provider: main, upstream: small-model } }`,
  'routellm.yaml',
)

async function start(text = false): Promise<void> {
  const operations = createOperations({
    store: null,
    ledger: createMemoryLedger(Date.now),
    log,
    reader: null,
    certificates: { statuses: () => [], figures: () => [] },
    custom: null,
  })
  await operations.configure(config, {})
  const tracing = await openServedTracing({ openTelemetry: true, text }, operations.describeModel, log)
  gateway = await startCascade(
    {},
    { server: { tracing: tracing! }, parts: { models: [strongModel, weakModel] } },
  )
}

async function spansOf(send: () => Promise<Response>): Promise<readonly ReadableSpan[]> {
  await (await send()).text()
  await gateway.metricBecomes(inFlightSeries, 0)
  return exporter.getFinishedSpans()
}
const ms = ([seconds, nanos]: readonly [number, number]) => seconds * 1000 + nanos / 1e6

describe('a request as spans', () => {
  it('continues the trace of the client, with the attributes for generative AI and those of routing', async () => {
    await start()
    const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const before = Date.now()
    const spans = await spansOf(() =>
      gateway.chat(userMessage('hello'), { headers: { traceparent: parent } }),
    )
    const [call, request] = spans
    expect(spans).toHaveLength(2)
    expect(request).toMatchObject({
      name: 'chat auto',
      kind: SpanKind.SERVER,
      status: { code: SpanStatusCode.UNSET },
    })
    expect(request!.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c')
    expect(request!.parentSpanContext?.spanId).toBe('b7ad6b7169203331')
    expect(request!.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'groq',
      'gen_ai.request.model': 'auto',
      'gen_ai.response.model': 'small-model',
      'gen_ai.usage.input_tokens': 20,
      'gen_ai.usage.output_tokens': 5,
      'gen_ai.usage.cache_read.input_tokens': 16,
      'http.response.status_code': 200,
      'http.route': '/v1/chat/completions',
      'routellm.router': 'words',
      'routellm.threshold': 0.5,
      'routellm.strong_win_rate': 0.1,
      'routellm.side': 'weak',
      'routellm.candidates': ['strong', 'weak'],
      'routellm.attempts': 1,
      'routellm.usd': (20 * 1 + 5 * 2) / 1e6,
    })
    expect(call).toMatchObject({ name: 'chat small-model', kind: SpanKind.CLIENT })
    expect(call!.parentSpanContext?.spanId).toBe(request!.spanContext().spanId)
    expect(call!.attributes).toMatchObject({
      'routellm.answers': true,
      'gen_ai.request.model': 'small-model',
    })
    const [start0, start1, end1, end0] = [
      request!.startTime,
      call!.startTime,
      call!.endTime,
      request!.endTime,
    ].map(ms)
    expect(start0).toBeGreaterThanOrEqual(before - 1)
    expect([start1! >= start0!, end1! >= start1!, end0! >= end1! - 0.001]).toEqual([true, true, true])
    expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toContain('hello')
  })

  it('has a span for each call: a cascade, and a fallback with its reason', async () => {
    await start()
    gateway.upstream.answer(
      json({ ...completion, choices: [{ index: 0, message: { role: 'assistant', content: 'wrong' } }] }),
    )
    const cascade = await spansOf(() => gateway.chat({ ...userMessage('hello'), model: 'policy-checked' }))
    expect(cascade.map(({ name }) => name)).toEqual([
      'chat small-model',
      'chat big-model',
      'chat policy-checked',
    ])
    expect(cascade[0]!.attributes['routellm.answers']).toBe(false)
    exporter.reset()
    gateway.upstream.answer(({ response, body }) =>
      body.includes('small-model')
        ? void response.writeHead(503).end()
        : void response
            .writeHead(200, { 'content-type': 'application/json' })
            .end(JSON.stringify(completion)),
    )
    const fallback = await spansOf(() => gateway.chat(userMessage('hello')))
    expect(fallback.map(({ attributes, status }) => [attributes['error.type'], status.code])).toEqual([
      ['refused', SpanStatusCode.ERROR],
      [undefined, SpanStatusCode.UNSET],
      [undefined, SpanStatusCode.UNSET],
    ])
    expect(fallback[2]!.attributes['routellm.fallback']).toBe('upstream-error')
  })

  it('says what failed', async () => {
    await start()
    gateway.upstream.answer(({ response }) => response.socket?.destroy())
    const spans = await spansOf(() => gateway.chat({ ...userMessage('hello'), model: 'strong' }))
    const request = spans.at(-1)!
    expect([request.attributes['error.type'], request.status.code]).toEqual(['502', SpanStatusCode.ERROR])
    expect(request.attributes['routellm.error']).toBe('upstream-unreachable')
    exporter.reset()
    const refused = await spansOf(() => gateway.chat({ ...userMessage('hello'), model: 'nobody' }))
    expect(refused).toHaveLength(1)
    expect([refused[0]!.attributes['error.type'], refused[0]!.status.code]).toEqual([
      '404',
      SpanStatusCode.UNSET,
    ])
  })

  it('carries prompts and answers only if it is asked to', async () => {
    await start(true)
    gateway.upstream.answer(stream(streamOf(['Hi', ' there'])))
    const spans = await spansOf(() => gateway.chat({ ...userMessage('planted prompt'), stream: true }))
    const { attributes } = spans.at(-1)!
    expect(JSON.parse(String(attributes['gen_ai.input.messages']))).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'planted prompt' }] },
    ])
    expect(JSON.parse(String(attributes['gen_ai.output.messages']))).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Hi there' }] },
    ])
  })
})

it('loads nothing and traces nothing unless it is configured', async () => {
  expect(await openServedTracing(config.telemetry, () => ({ provider: '', upstream: '' }), log)).toBeNull()
  gateway = await startCascade()
  expect(await spansOf(() => gateway.chat(userMessage('hello')))).toEqual([])
})
