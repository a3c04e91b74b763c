import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assembleReply } from '../../../../test/support/protocols/assemble-reply.ts'
import * as bytes from '../../../../test/support/protocols/messages-bytes.ts'
import { messagesReply, messagesRequest } from '../../../../test/support/protocols/messages-values.ts'
import { readEvents } from '../../../../test/support/protocols/read-events.ts'
import { eventsOf } from '../../../../test/support/protocols/reply-events.ts'
import type { ReplyContext } from '../common/common-form.ts'
import type { ReplyEvent } from '../common/common-reply.ts'
import type { JsonObject } from '../common/json-fields.ts'
import { messagesForm } from './common-form.ts'

const runs = { seed: 14, numRuns: 200 }
/** A model of no Claude family, which takes everything. */
const target = { model: 'model-x', maxOutputTokens: null }
const { request: emptyRequest } = messagesForm.readRequest({ model: 'm', messages: [] })
const context: ReplyContext = { request: emptyRequest, body: {}, created: 1_750_000_000, id: 'rllm-1' }

function throughJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject
}

function writeEvents(events: readonly ReplyEvent[]): string {
  const writer = messagesForm.createEventWriter(context)
  return events.map((event) => writer.write(event)).join('')
}

describe('the Messages form', () => {
  it('reads the requests that it writes', () => {
    fc.assert(
      fc.property(messagesRequest, (request) => {
        const { body, losses } = messagesForm.writeRequest(request, target)
        expect(losses.filter(({ why }) => !why.includes('INVALID_JSON'))).toEqual([])
        expect(messagesForm.readRequest(throughJson(body))).toEqual({ request, losses: [] })
      }),
      runs,
    )
  })

  it('reads the replies that it writes', () => {
    fc.assert(
      fc.property(messagesReply, (reply) => {
        expect(messagesForm.readReply(throughJson(messagesForm.writeReply(reply, context)))).toEqual(reply)
      }),
      runs,
    )
  })

  it('reads the streams that it writes, as it reads the same reply not streamed', () => {
    fc.assert(
      fc.property(messagesReply, fc.integer({ min: 1, max: 8 }), (reply, pieceLength) => {
        const stream = writeEvents(eventsOf(reply, pieceLength))
        const read = assembleReply(readEvents(messagesForm, stream))
        expect(read).toEqual({ reply, error: null, isComplete: true })
      }),
      runs,
    )
  })

  it('reads the same events however the bytes are cut', () => {
    fc.assert(
      fc.property(messagesReply, fc.array(fc.nat(60), { maxLength: 60 }), (reply, sizes) => {
        const stream = writeEvents(eventsOf(reply, 3))
        expect(readEvents(messagesForm, stream, sizes)).toEqual(readEvents(messagesForm, stream))
      }),
      runs,
    )
  })

  it('carries the state of other models and of calls through its client', () => {
    const thinking = {
      kind: 'reasoning',
      text: 'Hm.',
      state: { form: 'responses.encrypted', value: 'gAAA:b', id: 'rs_1' },
    } as const
    const call = {
      kind: 'tool-call',
      id: 'functions.f:0',
      name: 'f',
      arguments: '{"a":1}',
      state: { form: 'chat.thought-signature', value: 'CiQB' },
    } as const
    const parts = [thinking, call, { kind: 'text', text: 'So.' }] as const
    const reply = {
      id: 'r',
      model: 'm',
      parts,
      stop: { reason: 'tool-calls', text: null },
      usage: null,
    } as const
    const { content } = messagesForm.writeReply(reply, context)
    const history = throughJson({ messages: [{ role: 'assistant', content }] })
    const { request } = messagesForm.readRequest(history)
    expect(request.turns).toEqual([{ role: 'assistant', parts }])
    const streamed = assembleReply(readEvents(messagesForm, writeEvents(eventsOf(reply, 2)))).reply
    expect(streamed.parts).toEqual(messagesForm.readReply(messagesForm.writeReply(reply, context))?.parts)
  })
})

describe('fuzzing', () => {
  const words = fc.constantFrom(
    ...[
      'type',
      'content',
      'messages',
      'role',
      'text',
      'tool_use',
      'tool_result',
      'thinking',
      'index',
      'delta',
    ],
    ...['content_block', 'content_block_start', 'content_block_delta', 'content_block_stop', 'message_start'],
    ...[
      'message',
      'message_delta',
      'message_stop',
      'error',
      'usage',
      'source',
      'document',
      'base64',
      'system',
    ],
    ...[
      'text_delta',
      'input_json_delta',
      'partial_json',
      'signature_delta',
      'signature',
      'stop_reason',
      'input',
    ],
    ...[
      '__proto__',
      'constructor',
      'toString',
      'tools',
      'output_config',
      'effort',
      'cache_control',
      'stop_details',
    ],
  )
  const json = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      words,
      fc.constantFrom(null, true, false, 0, -1, 1.5, 1e308, '', 'x'),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.array(fc.tuple(words, tie('value')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
    ),
  })).value
  const object = fc
    .array(fc.tuple(words, json), { maxLength: 8 })
    .map((entries) => Object.fromEntries(entries) as JsonObject)

  it('finds no JSON that a reader throws at, and writes what was read', () => {
    fc.assert(
      fc.property(object, (body) => {
        const { request } = messagesForm.readRequest(body)
        for (const model of ['model-x', 'claude-haiku-4-5', 'claude-opus-5-5'])
          JSON.stringify(messagesForm.writeRequest(request, { model, maxOutputTokens: null }).body)
        const reply = messagesForm.readReply({ ...body, type: 'message', content: [body] })
        JSON.stringify(messagesForm.writeReply(reply!, context))
        messagesForm.readError({ ...body, type: 'error' })
      }),
      { seed: 14, numRuns: 1000 },
    )
  })

  it('finds no stream whose events contradict the contract, or that cannot be written again', () => {
    const event = fc.oneof(
      fc.record({
        type: fc.constantFrom('content_block_start', 'content_block_delta', 'content_block_stop'),
        index: fc.constantFrom(0, 1, 2),
        content_block: fc.record({
          type: fc.constantFrom('text', 'thinking', 'tool_use', 'redacted_thinking', 'server_tool_use'),
          text: json,
          input: json,
          data: json,
        }),
        delta: fc.record({
          type: fc.constantFrom('text_delta', 'input_json_delta', 'thinking_delta', 'signature_delta'),
          text: json,
          partial_json: json,
          thinking: json,
          signature: json,
        }),
      }),
      object,
      fc.constantFrom(
        { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
        { type: 'message_start' },
      ),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const stream = events.map((value) => `data: ${JSON.stringify(value)}\n\n`).join('')
        const read = readEvents(messagesForm, `${stream}data: {"type":"message_stop"}\n\n`)
        assembleReply(read)
        const again = readEvents(messagesForm, writeEvents(read))
        expect(again.at(-1)?.kind).toBe(read.at(-1)?.kind)
        assembleReply(again)
      }),
      { seed: 14, numRuns: 1000 },
    )
  })

  it('finds no bytes that a reader throws at', () => {
    const stream = Buffer.from(bytes.toolStream)
    const change = fc.tuple(fc.nat(stream.length - 1), fc.constantFrom(0, 0x0a, 0x0d, 0x22, 0x5c, 0x7b, 0xff))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const broken = Buffer.from(stream)
        for (const [at, byte] of changes) broken[at] = byte
        assembleReply(readEvents(messagesForm, broken.toString('latin1')))
      }),
      runs,
    )
  })
})
