import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimateJsonTokens } from './estimate-json.ts'
import { estimateTokens } from './estimate-tokens.ts'

type Counted = { kind: string; o200k: number; text: string }
// Counted by gpt-tokenizer: benchmarks/quality/token-estimate.mjs.
const counted = JSON.parse(
  readFileSync(new URL('../../../../test/golden/token_counts.json', import.meta.url), 'utf8'),
) as Counted[]

describe('estimateTokens', () => {
  it.each(counted.map((each) => [each.kind, each] as const))(
    'is near the count of o200k_base: %s',
    (kind, { text, o200k }) => {
      const ratio = estimateTokens(text) / o200k
      expect(ratio).toBeGreaterThan(kind.startsWith('base64') ? 0.75 : 0.8)
      expect(ratio).toBeLessThan(1.35)
    },
  )

  it.each([
    ['', 0],
    ['   \n\t ', 0],
    ['word', 0.72],
    ['Word word', 1.44],
    ['getName', 1.44],
    ['abcdefgh', 0.72 + 2 * 0.6],
    ['HTTP', 0.72 + 3 * 0.45],
    ['1234567', 3 * 1.15],
    ['","', 1.35],
    ['a, b', 0.72 + 1.35 + 0.72],
    ['中文', 2 * 0.89],
    ['é', 1],
  ])('counts %j as %f', (text, tokens) => {
    expect(estimateTokens(text)).toBeCloseTo(tokens, 10)
  })

  it('estimates a long text from windows of it, and reads no more of a longer one', () => {
    const text = counted.map((each) => each.text).join('\n')
    const long = text.repeat(Math.ceil(300_000 / text.length))
    let exact = 0
    for (let at = 0; at < long.length; at += 50_000) exact += estimateTokens(long.slice(at, at + 50_000))
    expect(estimateTokens(long) / exact).toBeGreaterThan(0.9)
    expect(estimateTokens(long) / exact).toBeLessThan(1.1)
    expect(estimateTokens('word '.repeat(1e6))).toBeCloseTo(720_000, -4)
  })

  it('never is negative, and grows with the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 2000 }),
        fc.string({ unit: 'binary' }),
        (text, more) => {
          const tokens = estimateTokens(text)
          expect(tokens).toBeGreaterThanOrEqual(0)
          expect(estimateTokens(`${text} ${more}`)).toBeGreaterThanOrEqual(tokens - 1e-9)
        },
      ),
      { seed: 1 },
    )
  })
})

describe('estimateJsonTokens', () => {
  it('is near the estimate of the JSON text', () => {
    const tool = {
      type: 'function',
      function: {
        name: 'get_current_weather',
        description: 'Get the current weather in a given location',
        parameters: {
          type: 'object',
          properties: {
            location: { type: 'string', description: 'The city and state, such as San Francisco, CA' },
            unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
            days: { type: 'integer', minimum: 1, maximum: 14 },
          },
          required: ['location'],
          additionalProperties: false,
        },
      },
    }
    const ratio = estimateJsonTokens(tool) / estimateTokens(JSON.stringify(tool))
    expect(ratio).toBeGreaterThan(0.85)
    expect(ratio).toBeLessThan(1.15)
    expect(estimateJsonTokens([null, true, 12, 'word'])).toBeGreaterThan(4)
  })
})
