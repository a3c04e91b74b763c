import { describe, expect, it } from 'vitest'
import * as bytes from '../../../../../../test/support/protocols/messages-bytes.ts'
import type { ReplyContext } from '../../../common/common-form.ts'
import type { CommonReply, Stop } from '../../../common/common-reply.ts'
import { messagesForm } from '../../common-form.ts'

const { request } = messagesForm.readRequest({ model: 'm', messages: [] })
const context: ReplyContext = { request, body: {}, created: 1_750_000_000, id: 'rllm-1' }

function replyOf(changes: Partial<CommonReply>): CommonReply {
  return { id: 'r', model: 'm', parts: [], stop: { reason: 'end', text: null }, usage: null, ...changes }
}

describe('the usage of a message', () => {
  it('counts all tokens of the prompt, and those of each cache', () => {
    expect(messagesForm.readReply(bytes.message)?.usage).toEqual({
      input: 21 + 300 + 2000,
      cacheRead: 2000,
      cacheWrite: 100,
      cacheWrite1h: 200,
      output: 393,
      reasoning: 0,
    })
  })

  it('takes writes that are not split by time as those of 5 minutes', () => {
    const usage = { input_tokens: 1, cache_creation_input_tokens: 10, output_tokens: 2 }
    expect(messagesForm.readReply({ ...bytes.message, usage })?.usage).toMatchObject({
      input: 11,
      cacheWrite: 10,
      cacheWrite1h: 0,
    })
  })

  it.each([[{}], [null], ['x'], [{ output_tokens: '5' }]])('is unknown for %j', (usage) => {
    expect(messagesForm.readReply({ ...bytes.message, usage })?.usage).toBeNull()
  })

  it('never counts below 0, whatever an upstream reports', () => {
    const usage = { input: 5, cacheRead: 9, cacheWrite: 0, cacheWrite1h: 0, output: 1, reasoning: 0 }
    expect(messagesForm.writeReply(replyOf({ usage }), context).usage).toMatchObject({ input_tokens: 0 })
  })
})

describe('the stop of a message', () => {
  // Source: platform.claude.com/docs/en/build-with-claude/handling-stop-reasons.
  it.each([
    ['end_turn', 'end'],
    ['max_tokens', 'length'],
    ['stop_sequence', 'stop-text'],
    ['tool_use', 'tool-calls'],
    ['pause_turn', 'pause'],
    ['refusal', 'refusal'],
    ['model_context_window_exceeded', 'context'],
  ] as const)('%s is %s', (word, reason) => {
    const stop: Stop = { reason, text: reason === 'stop-text' ? 'END' : null }
    const written = messagesForm.writeReply(replyOf({ stop }), context)
    expect(written).toMatchObject({ stop_reason: word, stop_sequence: stop.text })
    expect(messagesForm.readReply(written)?.stop).toEqual(stop)
  })

  it('is refusal for a filter of content, and the end for a reason that is not known', () => {
    const stop: Stop = { reason: 'content-filter', text: null }
    expect(messagesForm.writeReply(replyOf({ stop }), context).stop_reason).toBe('refusal')
    expect(messagesForm.readReply({ ...bytes.message, stop_reason: 'toString' })?.stop.reason).toBe('end')
  })
})

describe('the content of a message', () => {
  it('has no empty text, and a refusal as text', () => {
    const parts = [
      { kind: 'text', text: '' },
      { kind: 'refusal', text: 'No.' },
    ] as const
    expect(messagesForm.writeReply(replyOf({ parts }), context).content).toEqual([
      { type: 'text', text: 'No.' },
    ])
  })

  it('has an id of our own if the upstream gives none', () => {
    expect(messagesForm.writeReply(replyOf({ id: '' }), context).id).toBe('rllm-1')
  })

  it('has arguments that are no JSON object as their text', () => {
    const parts = [{ kind: 'tool-call', id: 'a', name: 'f', arguments: '{"a":' }] as const
    const deep = `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`
    const nested = [{ kind: 'tool-call', id: 'a', name: 'f', arguments: deep }] as const
    expect(messagesForm.writeReply(replyOf({ parts }), context).content).toMatchObject([
      { input: { INVALID_JSON: '{"a":' } },
    ])
    expect(messagesForm.writeReply(replyOf({ parts: nested }), context).content).toMatchObject([
      { input: { INVALID_JSON: deep } },
    ])
  })
})

describe('errors', () => {
  it('are read in their form only', () => {
    expect(messagesForm.readError(bytes.rateLimited)).toEqual({
      type: 'rate_limit_error',
      message: 'This request would exceed your rate limit.',
      code: null,
      param: null,
    })
    expect(messagesForm.readError({ error: { message: 'x', type: 'invalid_request_error' } })).toBeNull()
  })

  it.each([
    [400, 'context_length_exceeded', 'invalid_request_error'],
    [401, 'invalid_api_key', 'authentication_error'],
    [404, 'not_found', 'not_found_error'],
    [418, 'x', 'invalid_request_error'],
    [429, 'insufficient_quota', 'rate_limit_error'],
    [529, 'x', 'overloaded_error'],
    [502, 'x', 'api_error'],
    [500, 'overloaded_error', 'overloaded_error'],
  ])('of status %i and type %s have the type %s', (status, type, written) => {
    const error = { message: 'Why', type, code: null, param: null }
    expect(messagesForm.writeError(error, status)).toEqual({
      type: 'error',
      error: { type: written, message: 'Why' },
    })
  })
})
