import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { replyOf } from '../../../../../../test/support/protocols/reply-events.ts'
import type { ReplyEvent } from '../../../common/common-reply.ts'
import { readReply } from '../reply/read-reply.ts'
import { createEventReader } from './event-reader.ts'

function read(text: string): ReplyEvent[] {
  const events: ReplyEvent[] = []
  const reader = createEventReader((event) => events.push(event))
  reader.push(Buffer.from(text))
  reader.end()
  return events
}

function sse(events: readonly object[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
}

// Source: OpenAI's API reference, Create a model response, the example of streaming; its text in two pieces.
const hello = `event: response.created
data: {"type":"response.created","response":{"id":"resp_67c9fdcecf488190bdd9a0409de3a1ec07b8b0ad4e5eb654","object":"response","created_at":1741290958,"status":"in_progress","error":null,"incomplete_details":null,"instructions":"You are a helpful assistant.","max_output_tokens":null,"model":"gpt-4o-2024-08-06","output":[],"parallel_tool_calls":true,"previous_response_id":null,"reasoning":{"effort":null,"summary":null},"store":true,"temperature":1.0,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_p":1.0,"truncation":"disabled","usage":null,"user":null,"metadata":{}}}

event: response.in_progress
data: {"type":"response.in_progress","response":{"id":"resp_67c9fdcecf488190bdd9a0409de3a1ec07b8b0ad4e5eb654","object":"response","created_at":1741290958,"status":"in_progress","model":"gpt-4o-2024-08-06","output":[]}}

event: response.output_item.added
data: {"type":"response.output_item.added","output_index":0,"item":{"id":"msg_67c9fdcf37fc8190ba82116e33fb28c507b8b0ad4e5eb654","type":"message","status":"in_progress","role":"assistant","content":[]}}

event: response.content_part.added
data: {"type":"response.content_part.added","item_id":"msg_67c9fdcf37fc8190ba82116e33fb28c507b8b0ad4e5eb654","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}

event: response.output_text.delta
data: {"type":"response.output_text.delta","item_id":"msg_67c9fdcf37fc8190ba82116e33fb28c507b8b0ad4e5eb654","output_index":0,"content_index":0,"delta":"Hi"}

event: response.output_text.delta
data: {"type":"response.output_text.delta","item_id":"msg_67c9fdcf37fc8190ba82116e33fb28c507b8b0ad4e5eb654","output_index":0,"content_index":0,"delta":" there! How can I assist you today?"}

event: response.output_text.done
data: {"type":"response.output_text.done","item_id":"msg_67c9fdcf37fc8190ba82116e33fb28c507b8b0ad4e5eb654","output_index":0,"content_index":0,"text":"Hi there! How can I assist you today?"}

event: response.content_part.done
data: {"type":"response.content_part.done","item_id":"msg_67c9fdcf37fc8190ba82116e33fb28c507b8b0ad4e5eb654","output_index":0,"content_index":0,"part":{"type":"output_text","text":"Hi there! How can I assist you today?","annotations":[]}}

event: response.output_item.done
data: {"type":"response.output_item.done","output_index":0,"item":{"id":"msg_67c9fdcf37fc8190ba82116e33fb28c507b8b0ad4e5eb654","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hi there! How can I assist you today?","annotations":[]}]}}

event: response.completed
data: {"type":"response.completed","response":{"id":"resp_67c9fdcecf488190bdd9a0409de3a1ec07b8b0ad4e5eb654","object":"response","created_at":1741290958,"status":"completed","error":null,"model":"gpt-4o-2024-08-06","output":[{"id":"msg_67c9fdcf37fc8190ba82116e33fb28c507b8b0ad4e5eb654","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hi there! How can I assist you today?","annotations":[]}]}],"usage":{"input_tokens":37,"output_tokens":11,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":48}}}

`

// Source: OpenAI's guide to function calling, the section on streaming. The guide shows the events of the item only.
const call = `{"type":"response.output_item.added","response_id":"resp_1234xyz","output_index":0,"item":{"type":"function_call","id":"fc_1234xyz","call_id":"call_1234xyz","name":"get_weather","arguments":""}}
{"type":"response.function_call_arguments.delta","response_id":"resp_1234xyz","item_id":"fc_1234xyz","output_index":0,"delta":"{\\""}
{"type":"response.function_call_arguments.delta","response_id":"resp_1234xyz","item_id":"fc_1234xyz","output_index":0,"delta":"location"}
{"type":"response.function_call_arguments.delta","response_id":"resp_1234xyz","item_id":"fc_1234xyz","output_index":0,"delta":"\\":\\"Paris, France\\"}"}
{"type":"response.function_call_arguments.done","response_id":"resp_1234xyz","item_id":"fc_1234xyz","output_index":0,"arguments":"{\\"location\\":\\"Paris, France\\"}"}
{"type":"response.output_item.done","response_id":"resp_1234xyz","output_index":0,"item":{"type":"function_call","id":"fc_1234xyz","call_id":"call_1234xyz","name":"get_weather","arguments":"{\\"location\\":\\"Paris, France\\"}"}}`

const completed = { type: 'response.completed', response: { id: 'resp_1', model: 'm', status: 'completed' } }

describe('createEventReader', () => {
  it('reads the stream of the API reference', () => {
    const events = read(hello)
    expect(events.map(({ kind }) => kind)).toEqual([
      'start',
      'part-start',
      'delta',
      'delta',
      'part-end',
      'usage',
      'stop',
      'end',
    ])
    expect(replyOf(events)).toEqual({
      id: 'resp_67c9fdcecf488190bdd9a0409de3a1ec07b8b0ad4e5eb654',
      model: 'gpt-4o-2024-08-06',
      parts: [{ kind: 'text', text: 'Hi there! How can I assist you today?' }],
      stop: { reason: 'end', text: null },
      usage: { input: 37, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, output: 11, reasoning: 0 },
    })
    expect(read(hello.replaceAll('\n', '\r\n').replaceAll('data: ', 'data:'))).toEqual(events)
  })

  it('reads the call of the guide to function calling', () => {
    const lines = call.split('\n').map((line) => `data: ${line}\n\n`)
    const reply = replyOf(read(lines.join('') + sse([completed])))
    expect(reply?.stop.reason).toBe('tool-calls')
    expect(reply?.parts).toEqual([
      {
        kind: 'tool-call',
        id: 'call_1234xyz',
        name: 'get_weather',
        arguments: '{"location":"Paris, France"}',
      },
    ])
  })

  it('reads what a server repeats and did not stream', () => {
    const [added, , , , , done] = call.split('\n').map((line) => JSON.parse(line) as { item: object })
    const expected = [{ kind: 'tool-call', arguments: '{"location":"Paris, France"}' }]
    expect(replyOf(read(sse([added!, done!, completed])))?.parts).toMatchObject(expected)
    expect(replyOf(read(sse([done!, completed])))?.parts).toMatchObject(expected)
    const last = { ...completed, response: { ...completed.response, output: [done!.item] } }
    expect(replyOf(read(sse([added!, last])))?.parts).toMatchObject(expected)
    expect(replyOf(read(sse([last])))?.parts).toMatchObject(expected)
    const delta = { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Hi' }
    expect(replyOf(read(sse([delta, completed])))?.parts).toEqual([{ kind: 'text', text: 'Hi' }])
  })

  it('reads a summary of reasoning and its state as it does in a whole reply', () => {
    const summary = [
      { type: 'summary_text', text: 'First.' },
      { type: 'summary_text', text: 'Second.' },
    ]
    const item = { id: 'rs_1', type: 'reasoning', summary, encrypted_content: 'gAAAAB' }
    const place = { item_id: 'rs_1', output_index: 0 }
    const delta = 'response.reasoning_summary_text.delta'
    const events = read(
      sse([
        { type: 'response.created', response: completed.response },
        { type: 'response.output_item.added', output_index: 0, item: { ...item, summary: [] } },
        { type: 'response.reasoning_summary_part.added', ...place, summary_index: 0, part: summary[0] },
        { type: delta, ...place, summary_index: 0, delta: 'Fir' },
        { type: delta, ...place, summary_index: 0, delta: 'st.' },
        { type: delta, ...place, summary_index: 1, delta: 'Second.' },
        { type: 'response.output_item.done', output_index: 0, item },
        completed,
      ]),
    )
    const whole = readReply({ ...completed.response, output: [item] })
    expect(replyOf(events)).toEqual(whole)
    expect(whole?.parts).toEqual([
      {
        kind: 'reasoning',
        text: 'First.\n\nSecond.',
        state: { form: 'responses.encrypted', value: 'gAAAAB', id: 'rs_1' },
      },
    ])
  })

  it('reads the input of a custom tool as the JSON text of arguments', () => {
    const item = { id: 'ctc_1', type: 'custom_tool_call', call_id: 'call_1', name: 'apply_patch' }
    const place = { item_id: 'ctc_1', output_index: 0 }
    const reply = replyOf(
      read(
        sse([
          { type: 'response.output_item.added', output_index: 0, item: { ...item, input: '' } },
          { type: 'response.custom_tool_call_input.delta', ...place, delta: 'say "\ud83d' },
          { type: 'response.custom_tool_call_input.delta', ...place, delta: '\ude00"\n' },
          { type: 'response.output_item.done', output_index: 0, item: { ...item, input: 'say "😀"\n' } },
          completed,
        ]),
      ),
    )
    const [part] = reply?.parts ?? []
    expect(part?.kind === 'tool-call' && JSON.parse(part.arguments)).toEqual({ input: 'say "😀"\n' })
  })

  it('reports an error once, and no end', () => {
    // Source: the errors of OpenAI's streams come as two events: the error, then the response that failed.
    const error = { code: 'rate_limit_exceeded', message: 'Request too large.', param: null }
    const failed = { type: 'response.failed', response: { id: 'resp_1', status: 'failed', error } }
    const expected = { ...error, type: 'rate_limit_exceeded' }
    for (const events of [
      [{ type: 'error', sequence_number: 2, error }, failed],
      [{ type: 'error', sequence_number: 2, ...error }],
      [{ error }],
      [failed, completed],
    ])
      expect(read(sse(events))).toEqual([{ kind: 'error', error: expected }])
  })

  it('does not say that a stream is complete that broke off or is damaged', () => {
    const cut = hello.slice(0, hello.indexOf('event: response.completed'))
    expect(read(cut).map(({ kind }) => kind)).not.toContain('end')
    const damaged = read(`${cut}data: {"type":"respon\n\n${sse([completed])}`)
    expect(damaged.at(-1)).toMatchObject({ kind: 'error' })
    expect(replyOf(read(`${hello}data: [DONE]\n\n`))).not.toBeNull()
  })

  it('stops at an upstream that opens items without end', () => {
    const added = Array.from({ length: 1100 }, (_, at) => ({
      type: 'response.output_item.added',
      output_index: at,
      item: { type: 'message' },
    }))
    expect(read(sse([...added, completed])).at(-1)).toMatchObject({
      kind: 'error',
      error: { message: expect.stringContaining('too many') as string },
    })
  })
})
