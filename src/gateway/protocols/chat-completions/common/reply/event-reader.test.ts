import { describe, expect, it } from 'vitest'
import { assembleReply } from '../../../../../../test/support/protocols/assemble-reply.ts'
import { readEvents } from '../../../../../../test/support/protocols/read-events.ts'
import { chatForm } from '../../common-form.ts'

function chunk(delta: object | null, finish_reason: string | null = null, more: object = {}): string {
  const choices = delta === null ? [] : [{ index: 0, delta, finish_reason }]
  return `data: ${JSON.stringify({ id: 'r', model: 'm', choices, ...more })}\n\n`
}

const done = 'data: [DONE]\n\n'

function read(stream: string) {
  return assembleReply(readEvents(chatForm, stream))
}

function calls(...tool_calls: object[]): object {
  return { tool_calls }
}

function callPart(id: string, name: string, json: string) {
  return { kind: 'tool-call', id, name, arguments: json }
}

describe('createChatEventReader', () => {
  // OpenAI, API reference, The chat completion chunk object, example "Streaming", with `include_usage`.
  it("reads OpenAI's chunks, with usage in a chunk without choices", () => {
    const head =
      '"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","system_fingerprint":"fp_44709d6fcb"'
    const stream =
      `data: {${head},"choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"usage":null}\n\n` +
      `data: {${head},"choices":[{"index":0,"delta":{"content":"Hello"},"logprobs":null,"finish_reason":null}],"usage":null}\n\n` +
      `data: {${head},"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}\n\n` +
      `data: {${head},"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":10}}\n\n${done}`
    expect(readEvents(chatForm, stream)).toEqual([
      { kind: 'start', id: 'chatcmpl-123', model: 'gpt-4o-mini', usage: null },
      { kind: 'part-start', index: 0, part: { kind: 'text' } },
      { kind: 'delta', index: 0, text: 'Hello' },
      { kind: 'part-end', index: 0 },
      {
        kind: 'usage',
        usage: { input: 9, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, output: 1, reasoning: 0 },
      },
      { kind: 'stop', stop: { reason: 'end', text: null } },
      { kind: 'end' },
    ])
  })

  // OpenAI, guide Function calling, Streaming.
  it('reads calls whose pieces come in turn', () => {
    const { reply, isComplete } = read(
      chunk(calls({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } })) +
        chunk(calls({ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '{"x"' } })) +
        chunk(
          calls({ index: 0, function: { arguments: '{}' } }, { index: 1, function: { arguments: ':1}' } }),
        ) +
        chunk({}, 'tool_calls') +
        done,
    )
    expect(reply.parts).toEqual([callPart('a', 'f', '{}'), callPart('b', 'g', '{"x":1}')])
    expect(reply.stop.reason).toBe('tool-calls')
    expect(isComplete).toBe(true)
  })

  it.each([
    [
      'an id in every piece',
      [
        { index: 0, id: 'a', function: { name: 'f' } },
        { index: 0, id: 'a', function: { arguments: '{}' } },
      ],
      [callPart('a', 'f', '{}')],
    ],
    [
      'another id in every piece',
      [
        { index: 0, id: 'a', function: { name: 'f' } },
        { index: 0, id: 'z', function: { arguments: '{}' } },
      ],
      [callPart('a', 'f', '{}')],
    ],
    [
      'the index 0 for each of two whole calls',
      [
        { index: 0, id: 'a', function: { name: 'f', arguments: '1' } },
        { index: 0, id: 'b', function: { name: 'f', arguments: '2' } },
      ],
      [callPart('a', 'f', '1'), callPart('b', 'f', '2')],
    ],
    [
      'no index',
      [
        { id: 'a', function: { name: 'f', arguments: '1' } },
        { id: 'b', function: { name: 'g' } },
        { id: 'a', function: { arguments: '2' } },
        { function: { arguments: '3' } },
      ],
      [callPart('a', 'f', '123'), callPart('b', 'g', '')],
    ],
    [
      'no id',
      [
        { index: 0, function: { name: 'f', arguments: '{}' } },
        { index: 1, function: { name: 'g' } },
      ],
      [callPart('call_r_0', 'f', '{}'), callPart('call_r_1', 'g', '')],
    ],
    [
      'the name after the arguments',
      [
        { index: 0, id: 'a', function: { arguments: '{' } },
        { index: 0, function: { name: 'f', arguments: '}' } },
      ],
      [callPart('a', 'f', '{}')],
    ],
  ])('reads calls with %s', (_name, pieces, parts) => {
    const stream = pieces.map((piece) => chunk(calls(piece))).join('') + chunk({}, 'tool_calls') + done
    expect(read(stream).reply.parts).toEqual(parts)
  })

  it('reads the deprecated function call', () => {
    const stream =
      chunk({ function_call: { name: 'f', arguments: '' } }) +
      chunk({ function_call: { arguments: '{}' } }) +
      chunk({}, 'function_call') +
      done
    expect(read(stream).reply.parts).toEqual([callPart('call_r_0', 'f', '{}')])
  })

  // OpenRouter, Reasoning Tokens, Streaming: text in pieces, the signature last, and the text again as `reasoning`.
  it('reads reasoning details, and gives their state before the text begins', () => {
    const detail = (text: string, signature: string | null) => ({
      content: '',
      reasoning: text === '' ? null : text,
      reasoning_details: [
        { type: 'reasoning.text', text, signature, format: 'anthropic-claude-v1', index: 0 },
      ],
    })
    const stream = chunk(detail('I ', null)) + chunk(detail('see', null)) + chunk(detail('', 'sha'))
    const events = readEvents(chatForm, stream + chunk({ content: 'ok' }) + chunk({}, 'stop') + done)
    const whole = {
      type: 'reasoning.text',
      text: 'I see',
      signature: 'sha',
      format: 'anthropic-claude-v1',
      index: 0,
    }
    expect(assembleReply(events).reply.parts).toEqual([
      {
        kind: 'reasoning',
        text: 'I see',
        state: { form: 'chat.reasoning-detail', value: JSON.stringify(whole) },
      },
      { kind: 'text', text: 'ok' },
    ])
    const kinds = events.map(({ kind }) => kind)
    expect(kinds.indexOf('state')).toBeLessThan(kinds.lastIndexOf('part-start'))
  })

  // DeepSeek, API reference, streaming: reasoning first.
  it('ends reasoning when the answer begins', () => {
    const stream = chunk({ reasoning_content: 'Hm' }) + chunk({ content: 'ok' }) + chunk({}, 'stop') + done
    const kinds = readEvents(chatForm, stream).map(({ kind }) => kind)
    expect(kinds.slice(1, 6)).toEqual(['part-start', 'delta', 'part-end', 'part-start', 'delta'])
  })

  it('reads comments, CRLF, data without a space and a chunk without choices, id and model', () => {
    const stream =
      ': OPENROUTER PROCESSING\r\n\r\n' +
      'data:{"id":"","model":"","choices":[],"prompt_filter_results":[]}\r\n\r\n' +
      chunk({ content: 'x' }).replace('data: ', 'data:').replaceAll('\n', '\r\n') +
      'data: {}\n\ndata: null\n\ndata: 5\n\n' +
      chunk({}, 'stop') +
      done
    const { reply, isComplete } = read(stream)
    expect(reply).toMatchObject({ id: 'r', model: 'm', parts: [{ kind: 'text', text: 'x' }] })
    expect(isComplete).toBe(true)
  })

  it('keeps the usage of a chunk that has choices, and the last of several', () => {
    const counts = (output: number) => ({ usage: { prompt_tokens: 3, completion_tokens: output } })
    const stream =
      chunk({ content: 'x' }, null, counts(1)) + chunk({}, 'stop', counts(2)) + chunk(null) + done
    expect(read(stream).reply.usage).toMatchObject({ input: 3, output: 2 })
  })

  it('ignores other choices', () => {
    const other = { index: 1, delta: { content: 'no' }, finish_reason: null }
    const stream = `data: ${JSON.stringify({ id: 'r', choices: [other] })}\n\n${chunk({ content: 'x' }, 'stop')}${done}`
    expect(read(stream).reply.parts).toEqual([{ kind: 'text', text: 'x' }])
  })

  it('takes a reply with a finish_reason for complete without [DONE], and one without for broken', () => {
    expect(read(chunk({ content: 'x' }, 'stop')).isComplete).toBe(true)
    expect(read(chunk({ content: 'x' })).isComplete).toBe(false)
    expect(read(chunk({ content: 'x' }) + done).isComplete).toBe(true)
    expect(readEvents(chatForm, done)).toEqual([])
  })

  it.each([
    // OpenRouter, Errors, mid-stream errors.
    [
      'an error object',
      chunk({ content: '' }, 'error', { error: { code: 'server_error', message: 'Provider disconnected' } }),
      'Provider disconnected',
    ],
    ['a finish_reason of error', chunk({}, 'error'), 'The upstream ended its reply with an error.'],
    [
      'an error without choices',
      'data: {"object":"error","message":"CUDA out of memory","code":500}\n\n',
      'CUDA out of memory',
    ],
    ['text that is not JSON', 'data: <html>\n\n', 'The upstream sent an event that is not JSON: <html>'],
    [
      'an event beyond the limit',
      `data: {"choices":[{"delta":{"content":"${'x'.repeat(1 << 22)}"}}]}\n\n`,
      `The upstream sent an event of more than ${1 << 22} bytes.`,
    ],
    [
      'deep nesting',
      `data: ${'['.repeat(200)}${']'.repeat(200)}\n\n`,
      'The upstream sent an event that is nested too deeply or has too many members.',
    ],
  ])('ends with an error after %s', (_name, event, message) => {
    const { error, isComplete } = read(chunk({ content: 'x' }) + event + chunk({}, 'stop') + done)
    expect(error?.message).toBe(message)
    expect(isComplete).toBe(false)
  })

  it.each([
    ['parts', (index: number) => chunk(calls({ index, id: `c${index}`, function: { name: 'f' } }))],
    [
      'parts of reasoning and text',
      (index: number) =>
        chunk({ reasoning_content: 'x' }) +
        chunk({ content: `${index}` }) +
        chunk({ reasoning_content: 'y' }),
    ],
    ['calls without a name', (index: number) => chunk(calls({ index, id: `c${index}` }))],
  ])('holds a bounded number of %s', (_name, piece) => {
    const stream = Array.from({ length: 4200 }, (_, index) => piece(index)).join('')
    expect(read(stream).error?.message).toBe("The upstream's reply has more than 4096 parts.")
  })

  it('holds a bounded length of reasoning details', () => {
    const piece = { reasoning_details: [{ type: 'reasoning.text', text: 'x'.repeat(1 << 16), index: 0 }] }
    expect(read(chunk(piece).repeat(20)).error?.message).toContain('reasoning is longer than')
  })
})
