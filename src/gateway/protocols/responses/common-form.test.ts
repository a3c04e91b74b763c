import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventsOf, replyOf } from '../../../../test/support/protocols/reply-events.ts'
import { commonReply, commonRequest } from '../../../../test/support/protocols/responses-values.ts'
import type { ReplyContext } from '../common/common-form.ts'
import type { ReplyEvent } from '../common/common-reply.ts'
import type { CommonRequest } from '../common/common-request.ts'
import { responsesForm } from './common-form.ts'

const runs = { seed: 14, numRuns: 200 }
const target = { model: 'm', maxOutputTokens: null }
const { request: emptyRequest } = responsesForm.readRequest({ model: 'm', input: 'hi' })
const context = contextOf({}, emptyRequest)

function contextOf(body: Record<string, unknown>, request: CommonRequest): ReplyContext {
  return { request, body, created: 1_750_000_000, id: 'rllm-1' }
}

function readEvents(bytes: Buffer, cuts: readonly number[] = []): ReplyEvent[] {
  const events: ReplyEvent[] = []
  const reader = responsesForm.createEventReader((event) => events.push(structuredClone(event)))
  const ends = [...cuts].sort((a, b) => a - b)
  let from = 0
  for (const to of [...ends, bytes.length]) {
    reader.push(Buffer.from(bytes.subarray(from, to)))
    from = to
  }
  reader.end()
  return events
}

function writeEvents(events: readonly ReplyEvent[], replyContext = context): string {
  const writer = responsesForm.createEventWriter(replyContext)
  return events.map((event) => writer.write(event)).join('')
}

describe('the Responses form', () => {
  it('reads the requests that it writes', () => {
    fc.assert(
      fc.property(commonRequest, (request) => {
        const { body, losses } = responsesForm.writeRequest(request, target)
        expect(losses).toEqual([])
        const json = JSON.parse(JSON.stringify(body)) as Record<string, unknown>
        expect(responsesForm.readRequest(json)).toEqual({ request, losses: [] })
      }),
      runs,
    )
  })

  it('reads the replies that it writes', () => {
    fc.assert(
      fc.property(commonReply, (reply) => {
        const json: unknown = JSON.parse(JSON.stringify(responsesForm.writeReply(reply, context)))
        expect(responsesForm.readReply(json as Record<string, unknown>)).toEqual(reply)
      }),
      runs,
    )
  })

  it('reads the streams that it writes, as it reads the same reply not streamed', () => {
    fc.assert(
      fc.property(commonReply, fc.integer({ min: 1, max: 8 }), (reply, pieceLength) => {
        const text = writeEvents(eventsOf(reply, pieceLength))
        expect(replyOf(readEvents(Buffer.from(text)))).toEqual(reply)
        const last = JSON.parse(text.trimEnd().split('\n').at(-1)!.slice(6)) as { response: unknown }
        expect(last.response).toEqual(JSON.parse(JSON.stringify(responsesForm.writeReply(reply, context))))
      }),
      runs,
    )
  })

  it('reads the same events however the bytes are cut', () => {
    fc.assert(
      fc.property(commonReply, fc.array(fc.nat(20_000), { maxLength: 20 }), (reply, places) => {
        const bytes = Buffer.from(writeEvents(eventsOf(reply, 3)))
        const cuts = places.map((place) => place % (bytes.length + 1))
        expect(readEvents(bytes, cuts)).toEqual(readEvents(bytes))
      }),
      runs,
    )
  })

  it('brings back the state of reasoning and of calls, of whichever form, asked for or not, to the parts that it belongs to', () => {
    const thinking = {
      kind: 'reasoning',
      text: 'Hm.',
      state: { form: 'messages.signature', value: 'EqQB' },
    } as const
    const call = {
      kind: 'tool-call',
      id: 'call_1',
      name: 'f',
      arguments: '{}',
      state: { form: 'chat.thought-signature', value: 'CiQB' },
    } as const
    const reply = {
      id: 'msg_01',
      model: 'claude',
      parts: [thinking, call],
      stop: { reason: 'tool-calls', text: null },
      usage: null,
    } as const
    const streamed = JSON.parse(writeEvents(eventsOf(reply, 2)).trimEnd().split('\n').at(-1)!.slice(6)) as {
      response: { output: unknown[] }
    }
    const whole = responsesForm.writeReply(reply, context)
    for (const output of [whole.output, streamed.response.output])
      expect(responsesForm.readRequest({ input: output }).request.turns).toEqual([
        { role: 'assistant', parts: [thinking, call] },
      ])
  })
})

describe('fuzzing', () => {
  const words = fc.constantFrom(
    ...[
      'type',
      'message',
      'role',
      'user',
      'assistant',
      'content',
      'input',
      'input_text',
      'input_image',
      'text',
    ],
    ...[
      'function_call',
      'call_id',
      'name',
      'arguments',
      'output',
      'function_call_output',
      'reasoning',
      'summary',
    ],
    ...[
      'encrypted_content',
      'tools',
      'function',
      'custom',
      'namespace',
      'tool_choice',
      'include',
      'response',
    ],
    ...[
      'response.completed',
      'response.output_item.added',
      'response.output_item.done',
      'item',
      'output_index',
    ],
    ...[
      'response.output_text.delta',
      'delta',
      'response.created',
      'usage',
      'error',
      'response.failed',
      'status',
    ],
    ...[
      'response.function_call_arguments.delta',
      'response.reasoning_text.delta',
      'response.incomplete',
      'id',
    ],
  )
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      words,
      fc.constantFrom(null, true, 0, -1, 1.5, ''),
      fc.array(tie('json'), { maxLength: 4 }),
      fc.dictionary(words, tie('json'), { maxKeys: 6, noNullPrototype: true }),
    ),
  }))
  const object = fc.dictionary(words, json, { maxKeys: 8, noNullPrototype: true })

  it('never makes a reader or a writer throw, whatever JSON comes', () => {
    fc.assert(
      fc.property(object, (body) => {
        const { request, losses } = responsesForm.readRequest(body)
        const odd = contextOf(body, request)
        expect(Array.isArray(losses)).toBe(true)
        expect(() => JSON.stringify(responsesForm.writeRequest(request, target).body)).not.toThrow()
        const reply = responsesForm.readReply(body)
        responsesForm.readError(body)
        if (reply !== null) JSON.stringify(responsesForm.writeReply(reply, odd))
      }),
      { seed: 14, numRuns: 2000 },
    )
  })

  it('never makes the reader or the writer of streams throw, and parts begin in order', () => {
    fc.assert(
      fc.property(fc.array(object, { maxLength: 12 }), (bodies) => {
        const bytes = Buffer.from(bodies.map((body) => `data: ${JSON.stringify(body)}\n\n`).join(''))
        const events = readEvents(bytes)
        const begun = events.flatMap((event) => (event.kind === 'part-start' ? [event.index] : []))
        expect(begun).toEqual(begun.map((_, at) => at))
        writeEvents(events)
      }),
      { seed: 14, numRuns: 1000 },
    )
  })

  it('takes any bytes and any events', () => {
    const part = fc.constantFrom(...(['text', 'reasoning', 'refusal'] as const).map((kind) => ({ kind })), {
      kind: 'tool-call' as const,
      id: 'c',
      name: 'f',
    })
    const index = fc.nat(3)
    const event = fc.oneof<fc.Arbitrary<ReplyEvent>[]>(
      fc.record({ kind: fc.constant('part-start'), index, part }),
      fc.record({ kind: fc.constant('delta'), index, text: fc.string({ unit: 'binary' }) }),
      fc.record({ kind: fc.constant('part-end'), index }),
      fc.record({
        kind: fc.constant('state'),
        index,
        state: fc.record({ form: fc.string(), value: fc.string() }),
      }),
      fc.constant({ kind: 'end' }),
    )
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const text = writeEvents(events)
        for (const line of text.split('\n'))
          if (line.startsWith('data: ')) expect(() => JSON.parse(line.slice(6))).not.toThrow()
      }),
      { seed: 14, numRuns: 500 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readEvents(Buffer.from(bytes))
      }),
      { seed: 14, numRuns: 300 },
    )
  })
})
