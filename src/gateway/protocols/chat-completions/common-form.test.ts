import fc from 'fast-check'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { assembleReply } from '../../../../test/support/protocols/assemble-reply.ts'
import {
  emptyRequest,
  plainReasoning,
  reasoningOf,
  replies,
  request,
} from '../../../../test/support/protocols/common-arbitraries.ts'
import { joinDeltas, readEvents } from '../../../../test/support/protocols/read-events.ts'
import type { CommonForm, ReplyContext } from '../common/common-form.ts'
import type { CommonReply, ReplyEvent } from '../common/common-reply.ts'
import { chatForm } from './common-form.ts'

const openrouter: CommonForm = {
  ...chatForm,
  writeRequest: (request, target) => chatForm.writeRequest(request, { ...target, dialect: 'openrouter' }),
}
const target = { model: 'm', maxOutputTokens: null }
const streamed = { ...emptyRequest, stream: true, streamUsage: true }
const context: ReplyContext = { request: streamed, body: {}, created: 1_700_000_000, id: 'made' }
const seeded = { seed: 14, numRuns: 200 }

/** The events of a whole reply, its texts in two pieces, and the parts open together. */
function toEvents(reply: CommonReply): ReplyEvent[] {
  const events: ReplyEvent[] = [{ kind: 'start', id: reply.id, model: reply.model, usage: null }]
  for (const [index, part] of reply.parts.entries()) {
    const started =
      part.kind === 'tool-call' ? { kind: part.kind, id: part.id, name: part.name } : { kind: part.kind }
    events.push({ kind: 'part-start', index, part: started })
    const text = part.kind === 'tool-call' ? part.arguments : part.text
    const half = Math.floor(text.length / 2)
    for (const piece of [text.slice(0, half), text.slice(half)])
      if (piece !== '') events.push({ kind: 'delta', index, text: piece })
    if (part.kind === 'reasoning' && part.state !== null)
      events.push({ kind: 'state', index, state: part.state })
  }
  for (const index of reply.parts.keys()) events.push({ kind: 'part-end', index })
  if (reply.usage !== null) events.push({ kind: 'usage', usage: reply.usage })
  return [...events, { kind: 'stop', stop: reply.stop }, { kind: 'end' }]
}

function writeStream(reply: CommonReply): string {
  const writer = chatForm.createEventWriter(context)
  return toEvents(reply)
    .map((event) => writer.write(event))
    .join('')
}

const plainReplies = replies(fc.array(plainReasoning, { maxLength: 1 }))

describe('requests', () => {
  it('property: what is written is read again', () => {
    fc.assert(
      fc.property(request, (common) => {
        const written = openrouter.writeRequest(common, target)
        const read = openrouter.readRequest(JSON.parse(JSON.stringify(written.body)))
        expect(written.losses).toEqual([])
        expect(read.losses).toEqual([])
        expect(read.request).toEqual(common)
      }),
      seeded,
    )
  })

  it.each([
    [
      'parts',
      [
        { role: 'tool', tool_call_id: 'a' },
        { role: 'user', content: many({ type: 'text', text: 'x' }) },
      ],
    ],
    [
      'images',
      [{ role: 'tool', tool_call_id: 'a', content: many({ type: 'image_url', image_url: 'https://e.com' }) }],
    ],
    ['results', many({ role: 'tool', tool_call_id: 'a', content: 'x' })],
    ['losses', [{ role: 'user', content: many({ type: 'video' }) }]],
    ['calls', [{ role: 'assistant', tool_calls: many({ id: 'a', function: { name: 'f' } }) }]],
    ['details', [{ role: 'assistant', reasoning_details: many({ type: 'reasoning.encrypted', data: 'x' }) }]],
  ])('reads and writes more %s than a call takes arguments', (_name, messages) => {
    const { request: read } = openrouter.readRequest({ messages })
    expect(openrouter.writeRequest(read, target).body.messages).toBeInstanceOf(Array)
  })

  it('property: any JSON is read without an exception', () => {
    const members = fc.constantFrom(
      ...['messages', 'tools', 'tool_choice', 'functions', 'function_call', 'stop', 'response_format'],
      ...[
        'role',
        'content',
        'tool_calls',
        'reasoning_details',
        'reasoning',
        'type',
        'text',
        'function',
        'name',
      ],
      ...['image_url', 'url', 'file', 'file_data', 'input_audio', 'assistant', 'tool', 'index', '__proto__'],
    )
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(null, true, 5, '', 'x', 'assistant', 'user', 'tool', 'text', 'image_url', 'file'),
        fc.array(tie('json'), { maxLength: 4 }),
        fc.dictionary(members, tie('json'), { maxKeys: 6 }),
      ),
    }))
    const message = fc
      .dictionary(members, json, { maxKeys: 6 })
      .map((fields) => ({ role: 'assistant', ...fields }))
    fc.assert(
      fc.property(fc.dictionary(members, json), fc.array(message), (body, messages) => {
        const { request: read } = openrouter.readRequest({ ...body, messages })
        openrouter.writeRequest(read, target)
        openrouter.readReply(body)
        openrouter.readReply({ choices: messages.map((found) => ({ message: found })) })
        openrouter.readError(body)
      }),
      { seed: 14, numRuns: 400 },
    )
  })
})

describe('replies', () => {
  it('property: what is written is read again', () => {
    fc.assert(
      fc.property(plainReplies, (reply) => {
        expect(chatForm.readReply(chatForm.writeReply(reply, context))).toEqual(reply)
      }),
      seeded,
    )
  })

  it('property: a stream tells what the whole reply does, wherever its bytes are cut', () => {
    fc.assert(
      fc.property(plainReplies, fc.array(fc.integer({ min: 1, max: 40 })), (reply, sizes) => {
        const stream = writeStream(reply)
        const events = readEvents(chatForm, stream, sizes)
        expect(events).toEqual(readEvents(chatForm, stream))
        expect(assembleReply(events)).toEqual({ reply, error: null, isComplete: true })
        expect(joinDeltas(events)).toEqual(joinDeltas(readEvents(chatForm, stream, [1])))
      }),
      seeded,
    )
  })

  it('property: a client that sends reasoning back sends the state that its model made', () => {
    const state = reasoningOf('chat.thought-signature')
    const hidden = state.map((part) => ({ ...part, text: '' }))
    const reasoning = fc.array(fc.oneof(state, hidden, plainReasoning), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(replies(reasoning), (reply) => {
        const { choices } = chatForm.writeReply(reply, context) as { choices: { message: object }[] }
        const collected = collectDeltas(writeStream(reply))
        for (const message of [choices[0]!.message, collected]) {
          const { request: read } = chatForm.readRequest({ model: 'm', messages: [message] })
          expect(read.turns[0]?.parts.filter(({ kind }) => kind === 'reasoning')).toEqual(
            reply.parts.filter(({ kind }) => kind === 'reasoning'),
          )
        }
      }),
      seeded,
    )
  })

  it("keeps the state of a call in the client's messages", () => {
    const state = { form: 'chat.thought-signature', value: 'sealed' }
    const call = { kind: 'tool-call' as const, id: 'a', name: 'f', arguments: '{}', state }
    const stop = { reason: 'tool-calls' as const, text: null }
    const reply: CommonReply = { id: 'r', model: 'm', parts: [call], stop, usage: null }
    expect(chatForm.readReply(chatForm.writeReply(reply, context))).toEqual(reply)
    const events: ReplyEvent[] = [
      { kind: 'start', id: 'r', model: 'm', usage: null },
      { kind: 'part-start', index: 0, part: { kind: 'tool-call', id: 'a', name: 'f' } },
      { kind: 'delta', index: 0, text: '{}' },
      { kind: 'state', index: 0, state },
      { kind: 'part-end', index: 0 },
      { kind: 'stop', stop },
      { kind: 'end' },
    ]
    const writer = chatForm.createEventWriter(context)
    const stream = events.map((event) => writer.write(event)).join('')
    expect(assembleReply(readEvents(chatForm, stream)).reply).toEqual(reply)
  })

  it('property: any events are read without an exception', () => {
    const small = fc.constantFrom(null, 0, 1, '', 'x', 'y', 'stop', 'reasoning.text', 'reasoning.encrypted')
    const called = fc.record({ name: small, arguments: small })
    const members = fc.constantFrom('index', 'id', 'type', 'text', 'data', 'signature')
    const item = fc.dictionary(members, small, { maxKeys: 4 })
    const items = fc.array(fc.oneof(small, item, fc.record({ index: small, id: small, function: called })), {
      maxLength: 3,
    })
    const delta = fc.dictionary(
      fc.constantFrom('content', 'reasoning', 'reasoning_details', 'refusal', 'tool_calls', 'function_call'),
      fc.oneof(small, called, items),
      { maxKeys: 3 },
    )
    const choice = fc.record({ index: fc.constantFrom(0, 0, 1, 'x'), delta, finish_reason: small })
    const chunk = fc.oneof(
      small,
      fc.record({ error: fc.oneof(small, item) }),
      fc.record({ id: small, choices: fc.array(fc.oneof(small, choice), { maxLength: 2 }), usage: item }),
      fc.record({ id: small, choices: fc.tuple(choice) }),
      fc.record({ id: small, choices: fc.tuple(choice) }),
    )
    const line = fc.oneof(
      { weight: 8, arbitrary: chunk.map((json) => `data: ${JSON.stringify(json)}`) },
      { weight: 1, arbitrary: fc.constantFrom('data: [DONE]', ': ping', '', 'data: {', 'event: x') },
    )
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 20 })
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), sizes, (lines, cuts) => {
        const stream = lines.join('\n\n')
        const events = readEvents(chatForm, stream, cuts)
        assembleReply(events)
        expect(events).toEqual(readEvents(chatForm, stream))
        const writer = chatForm.createEventWriter(context)
        for (const event of events) writer.write(event)
      }),
      { seed: 14, numRuns: 1000 },
    )
  })

  it('lets the official client put a stream together', async () => {
    const reply: CommonReply = {
      id: 'msg_1',
      model: 'claude',
      parts: [
        { kind: 'reasoning', text: 'Hm', state: { form: 'chat.thought-signature', value: 's' } },
        { kind: 'text', text: 'I look.' },
        { kind: 'tool-call', id: 'a', name: 'f', arguments: '' },
        { kind: 'tool-call', id: 'b', name: 'g', arguments: '{"x":1}' },
      ],
      stop: { reason: 'tool-calls', text: null },
      usage: { input: 9, cacheRead: 4, cacheWrite: 2, cacheWrite1h: 1, output: 5, reasoning: 3 },
    }
    const client = new OpenAI({
      apiKey: 'dummy',
      fetch: async () =>
        new Response(writeStream(reply), { headers: { 'content-type': 'text/event-stream' } }),
    })
    const stream = client.chat.completions.stream({
      model: 'm',
      messages: [],
      stream_options: { include_usage: true },
    })
    const completion = await stream.finalChatCompletion()
    const written = chatForm.writeReply(reply, context) as { choices: { message: object }[]; usage: object }
    const { message, finish_reason } = completion.choices[0]!
    expect(finish_reason).toBe('tool_calls')
    expect(message).toMatchObject({ content: 'I look.' })
    expect(message.tool_calls).toMatchObject([
      { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
      { id: 'b', type: 'function', function: { name: 'g', arguments: '{"x":1}' } },
    ])
    expect(completion.usage).toEqual(written.usage)
    expect(completion.usage?.prompt_tokens_details).toEqual({ cached_tokens: 4, cache_write_tokens: 3 })
  })

  it('ends a broken stream with an error and without [DONE]', () => {
    const writer = chatForm.createEventWriter(context)
    writer.write({ kind: 'start', id: 'r', model: 'm', usage: null })
    const error = { message: 'Overloaded', type: 'overloaded_error', code: null, param: null }
    expect(writer.write({ kind: 'error', error })).toBe(
      'data: {"error":{"message":"Overloaded","type":"overloaded_error","param":null,"code":null}}\n\n',
    )
  })

  it('leaves usage out of a stream whose client did not ask for it', () => {
    const writer = chatForm.createEventWriter({ ...context, request: { ...streamed, streamUsage: false } })
    const reply = fc.sample(plainReplies, { seed: 1, numRuns: 1 })[0]!
    const stream = toEvents(reply).map((event) => writer.write(event))
    expect(stream.join('')).not.toContain('usage')
    expect(stream.at(-1)).toBe('data: [DONE]\n\n')
  })

  it('answers a client of the deprecated functions with one function call', () => {
    const body = { functions: [{ name: 'f' }] }
    const reply: CommonReply = {
      id: 'r',
      model: 'm',
      parts: [
        { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' },
        { kind: 'tool-call', id: 'b', name: 'f', arguments: '{}' },
      ],
      stop: { reason: 'tool-calls', text: null },
      usage: null,
    }
    const [choice] = (chatForm.writeReply(reply, { ...context, body }) as { choices: object[] }).choices
    const call = { name: 'f', arguments: '{"x":1}' }
    expect(choice).toMatchObject({ finish_reason: 'function_call', message: { function_call: call } })
    const writer = chatForm.createEventWriter({ ...context, body })
    const stream = toEvents(reply)
      .map((event) => writer.write(event))
      .join('')
    expect(collectDeltas(stream).function_call).toEqual(call)
    expect(stream).not.toContain('tool_calls')
  })

  it('leaves reasoning out if the client asked to', () => {
    const reasoning = { effort: null, budgetTokens: null, mode: null, isShown: false, wantsState: false }
    const quiet = { ...context, request: { ...streamed, reasoning } }
    const reply: CommonReply = {
      id: 'r',
      model: 'm',
      parts: [{ kind: 'reasoning', text: 'Hm', state: { form: 'chat.thought-signature', value: 's' } }],
      stop: { reason: 'end', text: null },
      usage: null,
    }
    expect(JSON.stringify(chatForm.writeReply(reply, quiet))).not.toContain('reasoning_')
    const writer = chatForm.createEventWriter(quiet)
    const stream = toEvents(reply).map((event) => writer.write(event))
    expect(stream.join('')).not.toContain('reasoning_')
  })
})

/** The message that a client makes of a stream: texts joined, and the lists of reasoning details kept as they came. */
function collectDeltas(stream: string): Record<string, unknown> & { function_call?: unknown } {
  const message = { role: 'assistant', content: '', reasoning_details: [] as unknown[] }
  let call: { name: string; arguments: string } | undefined
  for (const line of stream.split('\n')) {
    if (!line.startsWith('data: {')) continue
    const { delta } = JSON.parse(line.slice(6)).choices[0] ?? {}
    if (typeof delta?.content === 'string') message.content += delta.content
    if (delta?.reasoning_details !== undefined) message.reasoning_details.push(...delta.reasoning_details)
    if (delta?.function_call !== undefined)
      call = {
        name: '',
        ...call,
        ...delta.function_call,
        arguments: (call?.arguments ?? '') + delta.function_call.arguments,
      }
  }
  return call === undefined ? message : { ...message, function_call: call }
}

function many<T>(item: T): T[] {
  return Array.from({ length: 200_000 }, () => item)
}
