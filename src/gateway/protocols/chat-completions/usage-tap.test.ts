import { describe, expect, it } from 'vitest'
import type { UsageTap } from '../protocol.ts'
import { createUsageTap } from './usage-tap.ts'

function readingOf(tap: UsageTap, text: string, pieceBytes = 7) {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += pieceBytes) tap.push(bytes.subarray(at, at + pieceBytes))
  return tap.end()
}
const ofStream = (text: string) => readingOf(createUsageTap('text/event-stream')!, text)
const ofJson = (text: string) => readingOf(createUsageTap('application/json')!, text).usage
const usage = (promptTokens: number, cachedPromptTokens: number, completionTokens: number) => ({
  promptTokens,
  cachedPromptTokens,
  cacheWritePromptTokens: 0,
  cacheWrite1hPromptTokens: 0,
  completionTokens,
})

describe('the tap of an event stream', () => {
  it.each([
    ['of chat completions', 'data: {"usage":{"prompt_tokens":3,"completion_tokens":4}}\n\n', usage(3, 0, 4)],
    [
      'with cached tokens',
      'data: {"usage": {"prompt_tokens":3,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":2}}}\n\n',
      usage(3, 2, 4),
    ],
    [
      'of the last that tells',
      'data: {"usage":{"prompt_tokens":1}}\n\ndata: {"usage":{"prompt_tokens":2}}\n\n',
      usage(2, 0, 0),
    ],
    ['beside a null one', 'data: {"x":{"usage":null},"usage":{"prompt_tokens":2}}\n\n', usage(2, 0, 0)],
    [
      'that is null later',
      'data: {"usage":{"prompt_tokens":2}}\n\ndata: {"usage": null}\n\n',
      usage(2, 0, 0),
    ],
    ['in words only', `${String.raw`data: {"content":"\"usage\":{\"prompt_tokens\":9}"}`}\n\n`, null],
    ['negative', 'data: {"usage":{"prompt_tokens":-1}}\n\n', null],
  ])('usage %s', (_name, text, expected) => {
    expect(ofStream(text).usage).toEqual(expected)
  })

  it('counts events with data, [DONE] and comments left out', () => {
    expect(ofStream(': ping\n\ndata: {"a":1}\n\ndata: {"a":2}\n\ndata: [DONE]\n\n').events).toBe(2)
  })
})

describe('the tap of JSON', () => {
  it.each([
    [
      'at the end',
      '{"choices":[{"usage":{"prompt_tokens":9}}],"usage":{"prompt_tokens":3,"completion_tokens":4}}',
      usage(3, 0, 4),
    ],
    ['in front', '{"usage":{"prompt_tokens":3,"completion_tokens":4},"choices":[]}', usage(3, 0, 4)],
    ['nowhere', '{"choices":[]}', null],
    ['null', '{"usage":null}', null],
    ['in a reply cut short', '{"usage":{"prompt_tokens":3', null],
    ['in no JSON', '<html>"usage": {"prompt_tokens":3}</html>', null],
  ])('usage %s', (_name, text, expected) => {
    expect(ofJson(text)).toEqual(expected)
  })

  it('gives up on usage that is no usage by its size', () => {
    expect(ofJson(`{"usage":{"prompt_tokens":3,"x":"${'y'.repeat(100_000)}"}}`)).toBeNull()
  })
})
