import Anthropic from '@anthropic-ai/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messagesReply } from '../../../../../../test/support/protocols/messages-values.ts'
import { eventsOf } from '../../../../../../test/support/protocols/reply-events.ts'
import type { ReplyContext } from '../../../common/common-form.ts'
import type { CommonUsage, ReplyEvent } from '../../../common/common-reply.ts'
import { messagesForm } from '../../common-form.ts'

const { request } = messagesForm.readRequest({ model: 'm', messages: [] })
const context: ReplyContext = { request, body: {}, created: 1_750_000_000, id: 'rllm-1' }
const start: ReplyEvent = { kind: 'start', id: 'r', model: 'm', usage: null }
const usage: CommonUsage = {
  input: 12,
  cacheRead: 4,
  cacheWrite: 0,
  cacheWrite1h: 0,
  output: 5,
  reasoning: 2,
}

function writeAll(events: readonly ReplyEvent[]): string {
  const writer = messagesForm.createEventWriter(context)
  return events.map((event) => writer.write(event)).join('')
}

/** What the official client makes of a stream. */
async function accumulate(stream: string): Promise<Anthropic.Message> {
  const client = new Anthropic({
    apiKey: 'none',
    maxRetries: 0,
    fetch: async () => new Response(stream, { headers: { 'content-type': 'text/event-stream' } }),
  })
  const message = await client.messages
    .stream({ model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }] })
    .finalMessage()
  return JSON.parse(JSON.stringify(message)) as Anthropic.Message
}

/** The names of the events of a stream, with the index of their block. */
function namesOf(stream: string): string[] {
  return stream
    .split('\n\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text.slice(text.indexOf('data: ') + 6)) as Record<string, unknown>)
    .map(({ type, index }) => `${type}${index === undefined ? '' : ` ${index}`}`)
}

describe('what the official client accumulates', () => {
  it('is the message that the reply not streamed is', async () => {
    await fc.assert(
      fc.asyncProperty(messagesReply, fc.integer({ min: 1, max: 8 }), async (reply, pieceLength) => {
        const whole = messagesForm.writeReply(reply, context)
        const message = await accumulate(writeAll(eventsOf(reply, pieceLength)))
        expect(message).toMatchObject({
          id: whole.id,
          model: whole.model,
          role: 'assistant',
          content: whole.content,
          stop_reason: whole.stop_reason,
          stop_sequence: whole.stop_sequence,
        })
        const read = messagesForm.readReply({ ...message })
        // The client takes the split of cache writes from the start of the message only.
        const counted = { ...reply.usage, cacheWrite: 0, cacheWrite1h: 0 }
        expect({ ...read?.usage, cacheWrite: 0, cacheWrite1h: 0 }).toEqual(counted)
      }),
      { seed: 14, numRuns: 50 },
    )
  })

  it('has every delta of parts that are open at the same time, as chat completions have them', async () => {
    const call = (index: number, id: string): ReplyEvent => ({
      kind: 'part-start',
      index,
      part: { kind: 'tool-call', id, name: 'f' },
    })
    const delta = (index: number, text: string): ReplyEvent => ({ kind: 'delta', index, text })
    const stream = writeAll([
      start,
      { kind: 'part-start', index: 0, part: { kind: 'reasoning' } },
      delta(0, 'Hm'),
      { kind: 'part-start', index: 1, part: { kind: 'text' } },
      delta(1, 'Look'),
      delta(0, ' hm'),
      call(2, 'a'),
      delta(2, '{"n":'),
      call(3, 'b'),
      delta(3, '{"n":2'),
      delta(2, '1}'),
      delta(1, 'ing'),
      delta(3, '}'),
      { kind: 'stop', stop: { reason: 'tool-calls', text: null } },
      { kind: 'usage', usage },
      { kind: 'end' },
    ])
    const { content, stop_reason, usage: counted } = await accumulate(stream)
    expect(content).toEqual([
      { type: 'thinking', thinking: 'Hm', signature: '' },
      { type: 'text', text: 'Look' },
      { type: 'thinking', thinking: ' hm', signature: '' },
      { type: 'tool_use', id: 'a', name: 'f', input: { n: 1 } },
      { type: 'tool_use', id: 'b', name: 'f', input: { n: 2 } },
      { type: 'text', text: 'ing' },
    ])
    expect(stop_reason).toBe('tool_use')
    expect(counted).toMatchObject({ input_tokens: 8, cache_read_input_tokens: 4, output_tokens: 5 })
    const opened = namesOf(stream).filter((name) => /_(start|stop) \d/.test(name))
    const inTurn = [0, 1, 2, 3, 4, 5].flatMap((n) => [`content_block_start ${n}`, `content_block_stop ${n}`])
    expect(opened).toEqual(inTurn)
  })

  it('is an error where the upstream failed or broke off', async () => {
    const text: ReplyEvent[] = [
      start,
      { kind: 'part-start', index: 0, part: { kind: 'text' } },
      { kind: 'delta', index: 0, text: 'Hi' },
    ]
    const error = { message: 'Overloaded', type: 'overloaded_error', code: null, param: null }
    const failed = writeAll([...text, { kind: 'error', error }, { kind: 'end' }])
    expect(failed.endsWith('"error":{"type":"overloaded_error","message":"Overloaded"}}\n\n')).toBe(true)
    await expect(accumulate(failed)).rejects.toThrow('Overloaded')
    expect(namesOf(writeAll(text)).at(-1)).toBe('content_block_delta 0')
  })
})

describe('the writer of events', () => {
  it('writes a message that begins and ends also for an upstream that sent nothing else', () => {
    expect(namesOf(writeAll([{ kind: 'end' }]))).toEqual(['message_start', 'message_delta', 'message_stop'])
  })

  it('leaves out blocks without content, which the API would refuse in the next request', () => {
    const events: ReplyEvent[] = [
      start,
      { kind: 'part-start', index: 0, part: { kind: 'text' } },
      { kind: 'delta', index: 0, text: '' },
      { kind: 'part-end', index: 0 },
      { kind: 'part-start', index: 1, part: { kind: 'reasoning' } },
      { kind: 'part-end', index: 1 },
      { kind: 'end' },
    ]
    expect(namesOf(writeAll(events))).toEqual(['message_start', 'message_delta', 'message_stop'])
  })

  it('names the stop text if the request has one only', () => {
    const one: ReplyContext = { ...context, request: { ...request, stop: ['END'] } }
    const writer = messagesForm.createEventWriter(one)
    writer.write({ kind: 'stop', stop: { reason: 'stop-text', text: null } })
    expect(writer.write({ kind: 'end' })).toContain('{"stop_reason":"stop_sequence","stop_sequence":"END"}')
  })

  it('holds a bounded number of characters, and reports an error past it', () => {
    const writer = messagesForm.createEventWriter(context)
    writer.write(start)
    for (const index of [0, 1])
      writer.write({ kind: 'part-start', index, part: { kind: 'tool-call', id: `${index}`, name: 'f' } })
    const text = 'x'.repeat(1 << 20)
    const written = Array.from({ length: 9 }, () => writer.write({ kind: 'delta', index: 1, text }))
    expect(written.findIndex((piece) => piece.startsWith('event: error'))).toBe(7)
    expect(writer.write({ kind: 'end' })).toBe('')
    expect(writer.write({ kind: 'delta', index: 0, text })).toBe('')
  })

  it('reports an error for more parts than a reply has, however short', () => {
    const writer = messagesForm.createEventWriter(context)
    let index = 0
    let written = ''
    while (!written.includes('event: error') && index < 100_000) {
      written = writer.write({ kind: 'part-start', index: index++, part: { kind: 'text' } })
    }
    expect(index).toBe((1 << 23) / 256 + 1)
  })
})
