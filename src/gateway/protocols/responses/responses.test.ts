import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as bytes from '../../../../test/support/protocols/responses-bytes.ts'
import { UpstreamError } from '../../../errors.ts'
import { responses } from './protocol.ts'

const parse = (body: object) => responses.parse(Buffer.from(JSON.stringify(body)))

describe('a request of Responses', () => {
  it('says what it needs of a model', () => {
    const { needs, stream } = parse({
      model: 'auto',
      max_output_tokens: 1024,
      stream: true,
      text: { format: { type: 'json_schema', name: 'x', schema: {} } },
      input: [
        { role: 'user', content: [{ type: 'input_image', image_url: 'data:,' }] },
        { type: 'custom_tool_call', call_id: 'c', name: 'apply_patch', input: '*** Begin Patch' },
        {
          type: 'custom_tool_call_output',
          call_id: 'c',
          output: [{ type: 'input_file', file_data: 'AAAA' }],
        },
      ],
    })
    expect(stream).toBe(true)
    expect(needs).toMatchObject({
      maxOutputTokens: 1024,
      modalities: ['image', 'file'],
      tools: true,
      structuredOutput: true,
    })
  })

  it.each([
    ['the instructions', { instructions: 'word '.repeat(1000) }],
    ['the input as text', { input: 'word '.repeat(1000) }],
    ['the tools', { tools: [{ type: 'function', name: 'run', description: 'word '.repeat(1000) }] }],
    ['arguments', { input: [{ type: 'function_call', arguments: 'word '.repeat(1000) }] }],
    ['outputs', { input: [{ type: 'function_call_output', output: 'word '.repeat(1000) }] }],
    ['encrypted reasoning', { input: [{ type: 'reasoning', encrypted_content: 'x'.repeat(4000) }] }],
  ])('counts the tokens of %s', (_what, more) => {
    expect(parse({ model: 'auto', ...more }).needs.inputTokens).toBeGreaterThan(650)
  })

  it('gets the effort in reasoning, except where none is taken', () => {
    const set = (path: string, body: string) =>
      responses.setEffort(path, Buffer.from(body), 'low', false).toString()
    expect(set('/responses', '{"reasoning":{"summary":"auto"}}')).toBe(
      '{"reasoning":{"effort":"low","summary":"auto"}}',
    )
    expect(set('/responses/compact', '{"model":"x"}')).toBe('{"model":"x"}')
    expect(set('/responses/input_tokens', '{"model":"x"}')).toBe('{"model":"x"}')
  })
})

describe('a reply of Responses', () => {
  const read = (text: string, isStream: boolean) => responses.readAnswer(Buffer.from(text), isStream)
  const readId = (contentType: string, text: string, pieceBytes: number) => {
    const tap = responses.createUsageTap(contentType)!
    const all = Buffer.from(text)
    for (let at = 0; at < all.length; at += pieceBytes) tap.push(all.subarray(at, at + pieceBytes))
    return tap.end().responseId
  }

  it.each([1, 7, 1 << 20])('has an id, in pieces of %i bytes', (pieceBytes) => {
    const { id } = bytes.response
    expect(readId('application/json', JSON.stringify(bytes.response), pieceBytes)).toBe(id)
    expect(readId('text/event-stream', bytes.textStream, pieceBytes)).toBe(id)
    expect(readId('application/json', '{"output":[{"id":"msg_1"}]}', pieceBytes)).toBeNull()
    expect(readId('application/json', `{"id":${JSON.stringify('x'.repeat(2000))}}`, pieceBytes)).toBeNull()
  })

  it('of a long stream is not parsed for its usage as a whole', () => {
    const tools = Array.from({ length: 5000 }, (_, index) => ({ type: 'function', name: `f${index}` }))
    const event = { type: 'response.completed', response: { ...bytes.response, tools } }
    const tap = responses.createUsageTap('text/event-stream')!
    tap.push(Buffer.from(`data: ${JSON.stringify(event)}\n\n`))
    expect(tap.end().usage?.promptTokens).toBe(328)
  })

  it('has the text of its messages as its answer', () => {
    const texts = ['Under the moonlight, 北京 🙂']
    expect(read(JSON.stringify(bytes.response), false)).toEqual({
      texts,
      callsTools: false,
      tokenLogprobs: null,
    })
    expect(read(bytes.textStream, true)?.texts).toEqual(texts)
    expect(read(bytes.toolStream, true)).toEqual({ texts: [''], callsTools: true, tokenLogprobs: null })
  })

  it('with log probabilities gives them, and calls of the provider’s own tools are none of the client', () => {
    const part = { type: 'output_text', text: 'ab', logprobs: [{ token: 'a', logprob: -1 }, { logprob: -2 }] }
    const output = [{ type: 'web_search_call' }, { type: 'message', content: [part] }]
    expect(read(JSON.stringify({ output }), false)).toEqual({
      texts: ['ab'],
      callsTools: false,
      tokenLogprobs: [-1, -2],
    })
  })

  it('that failed has no answer', () => {
    expect(read(JSON.stringify({ ...bytes.response, status: 'failed' }), false)).toBeNull()
    expect(read(JSON.stringify(bytes.rateLimited), false)).toBeNull()
    expect(read('data: {"type":"response.created"}\n\ndata: {"type":"error"}\n\n', true)).toBeNull()
    expect(read('', true)).toBeNull()
  })

  it('property: odd JSON never throws', () => {
    const types = ['response.created', 'response.output_item.added', 'response.output_text.delta']
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...types), (value, type) => {
        const odd = { type, output: [value], item: value, delta: value, logprobs: value, response: value }
        read(JSON.stringify(odd), false)
        read(`data: ${JSON.stringify(odd)}\n\n`, true)
        for (const contentType of ['application/json', 'text/event-stream']) {
          const tap = responses.createUsageTap(contentType)!
          tap.push(Buffer.from(`data: ${JSON.stringify({ ...odd, usage: value, id: value })}\n\n`))
          tap.end()
        }
      }),
      { seed: 14, numRuns: 200 },
    )
  })
})

it('an error event of Responses is both what is documented and what OpenAI’s client throws for', () => {
  const data = /data: (.*)\n/.exec(responses.errorEvent(new UpstreamError('upstream-broke-off', 'x'), null))
  expect(JSON.parse(data?.[1] ?? '')).toEqual({
    type: 'error',
    code: 'upstream_broke_off',
    message: 'x',
    param: null,
    sequence_number: 0,
    error: { message: 'x', type: 'upstream_error', param: null, code: 'upstream_broke_off' },
  })
})
