import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { assembleReply } from '../../../../../../test/support/protocols/assemble-reply.ts'
import * as bytes from '../../../../../../test/support/protocols/messages-bytes.ts'
import { readEvents } from '../../../../../../test/support/protocols/read-events.ts'
import type { ReplyEvent } from '../../../common/common-reply.ts'
import { messagesForm } from '../../common-form.ts'

const read = (stream: string) => assembleReply(readEvents(messagesForm, stream))

/** Events as the documentation spaces them. */
function documented(...events: readonly string[]): string {
  return events.map((data) => `event: ${/"type": ?"(\w+)"/.exec(data)?.[1]}\ndata: ${data}\n\n`).join('')
}

// Source: platform.claude.com/docs/en/build-with-claude/streaming, Streaming request with web search tool use (shortened).
const webSearch = documented(
  '{"type":"message_start","message":{"id":"msg_01G","type":"message","role":"assistant","model":"claude-opus-5-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":2679,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":3}}}',
  '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}',
  '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"I will check."}}',
  '{"type":"content_block_stop","index":0}',
  '{"type":"content_block_start","index":1,"content_block":{"type":"server_tool_use","id":"srvtoolu_01","name":"web_search","input":{}}}',
  '{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\\"query\\":\\"x\\"}"}}',
  '{"type":"content_block_stop","index":1 }',
  '{"type":"content_block_start","index":2,"content_block":{"type":"web_search_tool_result","tool_use_id":"srvtoolu_01","content":[]}}',
  '{"type":"content_block_stop","index":2}',
  '{"type":"content_block_start","index":3,"content_block":{"type":"text","text":""}}',
  '{"type":"content_block_delta","index":3,"delta":{"type":"citations_delta","citation":{"type":"web_search_result_location"}}}',
  '{"type":"content_block_delta","index":3,"delta":{"type":"text_delta","text":"It rains."}}',
  '{"type":"content_block_stop","index":3}',
  '{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":10682,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":510,"server_tool_use":{"web_search_requests":1}}}',
  '{"type":"message_stop"}',
)

describe('documented streams', () => {
  it('reads text, with the usage of the start and the end together', () => {
    expect(read(bytes.textStream)).toEqual({
      reply: {
        id: 'msg_013Zva2CMHLNnXjNJJKqJ2EF',
        model: 'claude-upstream',
        parts: [{ kind: 'text', text: 'Hello, "usage": 北京 🙂' }],
        stop: { reason: 'end', text: null },
        usage: {
          input: 2321,
          cacheRead: 2000,
          cacheWrite: 100,
          cacheWrite1h: 200,
          output: 15,
          reasoning: 0,
        },
      },
      error: null,
      isComplete: true,
    })
  })

  it('reads thinking with its signature, text and a call in pieces', () => {
    const { reply, isComplete } = read(bytes.toolStream)
    expect(isComplete).toBe(true)
    expect(reply.parts).toEqual([
      {
        kind: 'reasoning',
        text: 'The user wants the weather.',
        state: { form: 'messages.signature', value: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk' },
      },
      { kind: 'text', text: "Okay, let's check:" },
      {
        kind: 'tool-call',
        id: 'toolu_01T1x1fJ34qAmk2tNTrN7Up6',
        name: 'get_weather',
        arguments: '{"location": "San Francisco, CA"}',
      },
    ])
    expect(reply.stop.reason).toBe('tool-calls')
  })

  it('leaves out blocks and deltas that only tools of Anthropic have', () => {
    const { reply } = read(webSearch)
    expect(reply.parts).toEqual([
      { kind: 'text', text: 'I will check.' },
      { kind: 'text', text: 'It rains.' },
    ])
    expect(reply.usage).toMatchObject({ input: 10_682, output: 510 })
  })

  it('reads hidden and redacted thinking', () => {
    const hidden = documented(
      '{"type": "message_start", "message": {"id": "msg_01", "model": "claude-opus-5-5", "content": []}}',
      '{"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": "", "signature": ""}}',
      '{"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": ""}}',
      '{"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "EosnCkYI"}}',
      '{"type": "content_block_stop", "index": 0}',
      '{"type": "content_block_start", "index": 1, "content_block": {"type": "redacted_thinking", "data": "EmwKAhgB"}}',
      '{"type": "content_block_stop", "index": 1}',
      '{"type": "message_delta", "delta": {"stop_reason": "max_tokens", "stop_sequence": null}}',
      '{"type": "message_stop"}',
    )
    expect(read(hidden).reply).toMatchObject({
      parts: [
        { kind: 'reasoning', text: '', state: { form: 'messages.signature', value: 'EosnCkYI' } },
        { kind: 'reasoning', text: '', state: { form: 'messages.redacted', value: 'EmwKAhgB' } },
      ],
      stop: { reason: 'length' },
      usage: null,
    })
  })

  it('reads an error, and nothing after it', () => {
    const { error, isComplete } = read(
      bytes.overloaded + bytes.messagesEvent({ type: 'message_stop' }) + bytes.textStream,
    )
    expect(error).toEqual({ type: 'overloaded_error', message: 'Overloaded', code: null, param: null })
    expect(isComplete).toBe(false)
  })
})

describe('the reader of events', () => {
  it('says that a stream is complete only if the upstream does', () => {
    const cut = bytes.textStream.slice(0, bytes.textStream.indexOf('event: message_stop'))
    expect(read(cut)).toMatchObject({ error: null, isComplete: false })
  })

  it('gives the explanation of a refusal as a part', () => {
    const delta = {
      stop_reason: 'refusal',
      stop_sequence: null,
      stop_details: { type: 'refusal', category: 'cyber', explanation: 'I cannot.' },
    }
    const stream =
      bytes.messagesEvent({ type: 'message_delta', delta, usage: { output_tokens: 1 } }) +
      bytes.messagesEvent({ type: 'message_stop' })
    const { parts, stop } = read(stream).reply
    expect(parts).toEqual([{ kind: 'refusal', text: 'I cannot.' }])
    expect(stop).toEqual({ reason: 'refusal', text: null })
    const whole = messagesForm.readReply({ ...bytes.message, content: [], ...delta })
    expect(whole).toMatchObject({ parts, stop })
  })

  it('takes the input of a call that comes with its start, unless it comes in pieces too', () => {
    const call = (index: number, ...deltas: string[]) =>
      [
        {
          type: 'content_block_start',
          index,
          content_block: { type: 'tool_use', id: `t${index}`, name: 'f', input: { a: 1 } },
        },
        ...deltas.map((json) => ({
          type: 'content_block_delta',
          index,
          delta: { type: 'input_json_delta', partial_json: json },
        })),
        { type: 'content_block_stop', index },
      ]
        .map(bytes.messagesEvent)
        .join('')
    const stream = call(0) + call(1, '', '{"b"', ':2}') + bytes.messagesEvent({ type: 'message_stop' })
    expect(read(stream).reply.parts.map((part) => 'arguments' in part && part.arguments)).toEqual([
      '{"a":1}',
      '{"b":2}',
    ])
  })

  it.each([
    ['is no JSON', 'data: {"type":"content_block_delta"\n\n', 'no JSON object'],
    [
      'is nested too deeply',
      `data: {"type":"x","y":${'['.repeat(600)}${']'.repeat(600)}}\n\n`,
      'too many parts',
    ],
  ])('reports an error for an event that %s, since its content is missing', (_, event, message) => {
    const { error, isComplete } = read(event + bytes.textStream)
    expect(error?.message).toContain(message)
    expect(isComplete).toBe(false)
  })

  it('reports an error for an event that is longer than it holds', () => {
    const events: ReplyEvent[] = []
    const reader = messagesForm.createEventReader((event) => events.push(event))
    reader.push(Buffer.from('data: {"type":"content_block_delta","delta":"'))
    for (let mebibytes = 0; mebibytes < 5; mebibytes++) reader.push(Buffer.alloc(1 << 20, 0x78))
    expect(events).toMatchObject([
      { kind: 'error', error: { message: expect.stringContaining('4194304 bytes') } },
    ])
  })

  it('ignores unknown events, pings, and the mark that ends streams of chat completions', () => {
    const extra =
      'event: ping\ndata: {"type": "ping"}\n\ndata: {"type":"new_event","x":[1]}\n\ndata: [DONE]\n\n'
    expect(read(extra + bytes.textStream + extra)).toEqual(read(bytes.textStream))
  })
})
