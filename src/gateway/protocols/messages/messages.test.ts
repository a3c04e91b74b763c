import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as bytes from '../../../../test/support/protocols/messages-bytes.ts'
import { InvalidRequestError, UpstreamError } from '../../../errors.ts'
import { messages } from './protocol.ts'

const parse = (body: object) => messages.parse(Buffer.from(JSON.stringify(body)))
const said = [{ role: 'user', content: 'Hi' }]

describe('a request of Messages', () => {
  it('says what it needs of a model', () => {
    const { needs, stream } = parse({
      model: 'auto',
      max_tokens: 1024,
      stream: true,
      output_config: { format: { type: 'json_schema', schema: {} } },
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
            { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AAAA' } },
            { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'x' }] },
          ],
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
    expect(needs.inputTokens).toBeGreaterThanOrEqual(3000)
  })

  it('counts the tokens of the instructions and of the tools', () => {
    const tokensOf = (more: object) => parse({ model: 'auto', messages: said, ...more }).needs.inputTokens
    const plain = tokensOf({})
    expect(tokensOf({ system: 'word '.repeat(1000) })).toBeGreaterThan(plain + 650)
    expect(
      tokensOf({ tools: [{ name: 'run', input_schema: { description: 'word '.repeat(1000) } }] }),
    ).toBeGreaterThan(plain + 650)
  })

  it.each(['low', 'max'] as const)(
    'gets the effort %s in output_config, and nothing else changes',
    (effort) => {
      const set = (body: string, keepsOwn = false) =>
        messages.setEffort('/messages', Buffer.from(body), effort, keepsOwn).toString()
      expect(set('{"model":"x"}')).toBe(`{"output_config":{"effort":"${effort}"},"model":"x"}`)
      expect(set('{"output_config":{"format":1.0}}')).toBe(
        `{"output_config":{"effort":"${effort}","format":1.0}}`,
      )
      expect(set('{"output_config":{"effort":"high"}}')).toBe(`{"output_config":{"effort":"${effort}"}}`)
      expect(set('{"output_config":{"effort":"high"}}', true)).toBe('{"output_config":{"effort":"high"}}')
    },
  )

  it('that only counts tokens has no effort', () => {
    const body = Buffer.from('{"model":"x"}')
    expect(messages.setEffort('/messages/count_tokens', body, 'low', false)).toBe(body)
  })
})

describe('the answer of a message', () => {
  const read = (text: string, isStream: boolean) => messages.readAnswer(Buffer.from(text), isStream)

  it('is its text, without thinking', () => {
    expect(read(JSON.stringify(bytes.message), false)).toEqual({
      texts: ['Hi! My name is Claude, 北京 🙂'],
      callsTools: false,
      tokenLogprobs: null,
    })
    expect(read(bytes.textStream, true)?.texts).toEqual(['Hello, "usage": 北京 🙂'])
    expect(read(bytes.toolStream, true)).toEqual({
      texts: ["Okay, let's check:"],
      callsTools: true,
      tokenLogprobs: null,
    })
  })

  it('is not there for what is no message', () => {
    expect(read(JSON.stringify(bytes.rateLimited), false)).toBeNull()
    expect(read(bytes.overloaded, true)).toBeNull()
    expect(read(bytes.textStream + bytes.overloaded, true)).toBeNull()
    expect(read('', true)).toBeNull()
    expect(read('{', false)).toBeNull()
  })

  it('property: odd JSON never throws', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('message_start', 'content_block_start', 'content_block_delta'),
        (value, type) => {
          for (const content of [value, [value], { type, delta: value, content_block: value }]) {
            read(JSON.stringify({ content, type, delta: value, content_block: value }), false)
            read(
              `data: ${JSON.stringify({ content, type, delta: value, content_block: value, message: value })}\n\n`,
              true,
            )
          }
        },
      ),
      { seed: 14, numRuns: 200 },
    )
  })
})

describe('an error of Messages', () => {
  it.each([
    [new InvalidRequestError('bad-json', 'x'), 'invalid_request_error'],
    [new InvalidRequestError('invalid-api-key', 'x', { status: 401 }), 'authentication_error'],
    [new InvalidRequestError('foreign-origin', 'x', { status: 403 }), 'permission_error'],
    [new InvalidRequestError('unknown-url', 'x', { status: 404 }), 'not_found_error'],
    [new InvalidRequestError('body-too-large', 'x', { status: 413 }), 'request_too_large'],
    [new UpstreamError('upstream-broke-off', 'x'), 'api_error'],
    [new UpstreamError('upstream-timeout', 'x', { status: 504 }), 'timeout_error'],
    [new UpstreamError('shutting-down', 'x', { status: 503 }), 'overloaded_error'],
  ])('%s is %s', (error, type) => {
    expect(messages.errorBody(error, 'rllm-1')).toEqual({
      type: 'error',
      error: { type, message: 'x', code: error.code.replaceAll('-', '_') },
      request_id: 'rllm-1',
    })
  })
})
