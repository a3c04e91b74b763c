import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeToolCallId, encodeToolCallId } from './tool-call-id.ts'

describe('encodeToolCallId', () => {
  it.each([
    ['toolu_01T1-x', 'toolu_01T1-x'],
    ['b:1', 'enc-Yjox'],
    ['enc-Yjox', 'enc-ZW5jLVlqb3g'],
    ['', 'enc-'],
  ])('of %j is %j', (id, encoded) => {
    expect(encodeToolCallId(id)).toBe(encoded)
  })

  it('has the characters that Messages allows, and is undone by decodeToolCallId', () => {
    const ids = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.base64String().map((text) => `enc-${text}`),
    )
    fc.assert(
      fc.property(ids, (id) => {
        expect(encodeToolCallId(id)).toMatch(/^[a-zA-Z0-9_-]+$/)
        expect(decodeToolCallId(encodeToolCallId(id))).toBe(id)
      }),
      { seed: 14, numRuns: 500 },
    )
  })
})

describe('decodeToolCallId', () => {
  it.each(['enc-YQ', 'enc-Yj', 'enc-!!', 'enc'])('leaves %s, which only looks encoded, as it is', (id) => {
    expect(decodeToolCallId(id)).toBe(id)
  })
})
