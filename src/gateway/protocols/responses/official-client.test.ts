import { OpenAI as OpenAI6 } from 'openai'
import { OpenAI as OpenAI7 } from 'openai-7'
import { describe, expect, it } from 'vitest'
import { eventsOf } from '../../../../test/support/protocols/reply-events.ts'
import type { ReplyContext } from '../common/common-form.ts'
import type { CommonReply, ReplyEvent } from '../common/common-reply.ts'
import { responsesForm } from './common-form.ts'

// What the writers write must satisfy the checks of the official clients, which throw at ids that change, indexes that skip
// and items that were never added.

const tools = [
  { type: 'function' as const, name: 'shell', parameters: { type: 'object' }, strict: false },
  { type: 'custom' as const, name: 'apply_patch', description: 'Edits files.' },
]
const body = {
  model: 'auto',
  input: 'hi',
  instructions: 'Be brief.',
  tools,
  include: ['reasoning.encrypted_content' as const],
  metadata: { team: 'a' },
}
const patch = '*** Begin Patch\n*** Add File: "ä😀".txt\n*** End Patch'
const context: ReplyContext = {
  request: responsesForm.readRequest(body).request,
  body,
  created: 1_750_000_000,
  id: 'rllm-1',
}

const reply: CommonReply = {
  id: 'msg_01XFDU',
  model: 'claude-sonnet-5',
  parts: [
    { kind: 'reasoning', text: 'Let me look.', state: { form: 'messages.signature', value: 'EqQBCgIYAh' } },
    { kind: 'text', text: 'I look at the file and change it.' },
    { kind: 'tool-call', id: 'toolu_1', name: 'shell', arguments: '{"command":["ls"]}' },
    { kind: 'tool-call', id: 'toolu_2', name: 'apply_patch', arguments: JSON.stringify({ input: patch }) },
  ],
  stop: { reason: 'tool-calls', text: null },
  usage: { input: 20, cacheRead: 8, cacheWrite: 4, cacheWrite1h: 0, output: 12, reasoning: 5 },
}

function streamOf(events: readonly ReplyEvent[]): string {
  const writer = responsesForm.createEventWriter(context)
  return events.map((event) => writer.write(event)).join('')
}

/** Calls as chat completions stream them: begun after one another, then in turns, and over only with the reply. */
const interleaved: readonly ReplyEvent[] = [
  { kind: 'start', id: 'chatcmpl-1', model: 'm', usage: null },
  { kind: 'part-start', index: 0, part: { kind: 'text' } },
  { kind: 'delta', index: 0, text: 'Two calls.' },
  { kind: 'part-start', index: 1, part: { kind: 'tool-call', id: 'call_1', name: 'shell' } },
  { kind: 'delta', index: 1, text: '{"command"' },
  { kind: 'part-start', index: 2, part: { kind: 'tool-call', id: 'call_2', name: 'shell' } },
  { kind: 'delta', index: 2, text: '{}' },
  { kind: 'delta', index: 1, text: ':["ls"]}' },
  { kind: 'delta', index: 0, text: 'Late text.' },
  { kind: 'stop', stop: { reason: 'tool-calls', text: null } },
  { kind: 'end' },
]

describe.each([
  ['openai 6', OpenAI6],
  ['openai 7', OpenAI7 as unknown as typeof OpenAI6],
])('%s', (_version, OpenAI) => {
  function clientOf(text: string, type: string, status = 200) {
    return new OpenAI({
      apiKey: 'none',
      maxRetries: 0,
      fetch: async () => new Response(text, { status, headers: { 'content-type': type } }),
    })
  }

  function stream(text: string) {
    return clientOf(text, 'text/event-stream').responses.stream(body)
  }

  it('accumulates a stream to the reply that is written when it is not streamed', async () => {
    const whole = responsesForm.writeReply(reply, context)
    const streamed = await stream(streamOf(eventsOf(reply, 5))).finalResponse()
    expect(streamed.output_text).toBe('I look at the file and change it.')
    expect(streamed.output).toMatchObject(whole.output as object[])
    const { output: _output, ...rest } = whole
    expect(streamed).toMatchObject(rest)
    const created = await clientOf(JSON.stringify(whole), 'application/json').responses.create(body)
    expect(created.output_text).toBe('I look at the file and change it.')
    expect(created.usage).toMatchObject({ input_tokens: 20, output_tokens: 12, total_tokens: 32 })
  })

  it('gets a custom tool its text, and a function its arguments', async () => {
    const { output } = await stream(streamOf(eventsOf(reply, 3))).finalResponse()
    expect(output.map(({ type }) => type)).toEqual([
      'reasoning',
      'message',
      'function_call',
      'custom_tool_call',
    ])
    expect(output[2]).toMatchObject({
      call_id: 'toolu_1',
      name: 'shell',
      arguments: '{"command":["ls"]}',
    })
    expect(output[3]).toMatchObject({ call_id: 'toolu_2', name: 'apply_patch', input: patch })
  })

  it('accumulates calls that come in turns, and text that comes after them', async () => {
    const { output, output_text: text } = await stream(streamOf(interleaved)).finalResponse()
    expect(text).toBe('Two calls.Late text.')
    expect(output).toMatchObject([
      { type: 'message', status: 'completed' },
      { type: 'function_call', call_id: 'call_1', arguments: '{"command":["ls"]}' },
      { type: 'function_call', call_id: 'call_2', arguments: '{}' },
      { type: 'message', content: [{ text: 'Late text.' }] },
    ])
  })

  it('marks the last of the calls that a reply is cut off in', async () => {
    const cut = interleaved
      .filter((event) => event.kind !== 'delta' || event.text !== 'Late text.')
      .map((event) =>
        event.kind === 'stop' ? ({ kind: 'stop', stop: { reason: 'length', text: null } } as const) : event,
      )
    const { output } = await stream(streamOf(cut)).finalResponse()
    expect(output).toMatchObject([{ status: 'completed' }, { status: 'completed' }, { status: 'incomplete' }])
  })

  it('sees a refusal, and a reply that was cut off', async () => {
    const refusal = {
      ...reply,
      parts: [{ kind: 'refusal', text: 'No.' }],
      stop: { reason: 'refusal', text: null },
    } as const
    const refused = await stream(streamOf(eventsOf(refusal, 2))).finalResponse()
    expect(refused.output).toMatchObject([{ content: [{ type: 'refusal', refusal: 'No.' }] }])
    const short = {
      ...reply,
      parts: [{ kind: 'text', text: 'Once upon' }],
      stop: { reason: 'length', text: null },
    } as const
    const cut = await stream(streamOf(eventsOf(short, 2))).finalResponse()
    expect(cut).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ status: 'incomplete' }],
    })
  })

  it('throws at an error in the middle of a stream and at one before it', async () => {
    const error = {
      kind: 'error',
      error: { message: 'Overloaded', type: 'overloaded_error', code: null, param: null },
    } as const
    // Into the text: the reasoning before it is done.
    const begun = eventsOf(reply, 5).slice(0, 9)
    for (const events of [[...begun, error], [error]])
      await expect(stream(streamOf(events)).finalResponse()).rejects.toThrow('Overloaded')
    const text = streamOf([...begun, error, { kind: 'end' }])
    const failed = /^event: response\.failed\ndata: (.*)$/m.exec(text)?.[1] ?? '{}'
    expect(JSON.parse(failed)).toMatchObject({
      response: {
        status: 'failed',
        error: { code: 'server_is_overloaded', message: 'Overloaded' },
        output: [{ type: 'reasoning' }],
      },
    })
    expect(text).not.toContain('event: response.completed')
  })

  it('reads an error reply', async () => {
    const error = { message: 'Slow down', type: 'rate_limit_error', code: 'rate_limit_exceeded', param: null }
    const client = clientOf(JSON.stringify(responsesForm.writeError(error, 429)), 'application/json', 429)
    await expect(client.responses.create(body)).rejects.toMatchObject({
      status: 429,
      code: 'rate_limit_exceeded',
      type: 'rate_limit_error',
    })
  })
})
