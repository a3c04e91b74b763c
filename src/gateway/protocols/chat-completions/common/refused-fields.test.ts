import { describe, expect, it } from 'vitest'
import { withoutRefusedFields } from './refused-fields.ts'

const both = ['stream_options', 'max_tokens'] as const
const without = (text: string, refused: Parameters<typeof withoutRefusedFields>[1] = both) =>
  withoutRefusedFields(Buffer.from(text), refused).toString()

describe('withoutRefusedFields', () => {
  it.each([
    ['{"stream_options":{"include_usage":true},"n":1.0}', '{"n":1.0}'],
    ['{"max_tokens": 50,"n":1.0}', '{"max_completion_tokens": 50,"n":1.0}'],
    ['{"max_tokens":50,"max_completion_tokens":60}', '{"max_completion_tokens":60}'],
    ['{"n":1.0}', '{"n":1.0}'],
  ])('%s', (body, expected) => {
    expect(without(body)).toBe(expected)
  })

  it('leaves what is not refused', () => {
    const body = '{"stream_options":{},"max_tokens":1}'
    expect(without(body, [])).toBe(body)
    expect(without(body, ['max_tokens'])).toBe('{"stream_options":{},"max_completion_tokens":1}')
  })
})
