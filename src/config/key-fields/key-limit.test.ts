import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keySchema } from '../schema/keys-schema.ts'
import { type KeyLimitName, keyLimitNames, parseKeyLimit } from './key-limit.ts'

describe('a limit that is typed', () => {
  it.each([
    ['usdPerDay', '1.5', 1.5],
    ['usdPerDay', ' $ 0 ', 0],
    ['usdPerMonth', '12.50$', 12.5],
    ['usdPerMonth', '1e-7', 1e-7],
    ['requestsPerMinute', '60', 60],
    ['tokensPerMinute', '1 000 000', 1_000_000],
  ] satisfies [KeyLimitName, string, number][])('%s: "%s" is %d', (name, text, limit) => {
    expect(parseKeyLimit(name, text)).toEqual({ kind: 'limit', limit })
  })

  it('is none if nothing is typed', () => {
    for (const name of keyLimitNames) expect(parseKeyLimit(name, '  ')).toEqual({ kind: 'none' })
  })

  it.each([
    ['usdPerDay', 'abc', '"abc" is not a number: write one such as 1.5'],
    ['usdPerDay', '$', '"$" is not a number: write one such as 1.5'],
    ['usdPerDay', '1$5', '"1$5" is not a number: write one such as 1.5'],
    ['usdPerDay', '1,5', '"1,5" has a comma: write 1.5'],
    ['usdPerMonth', '1,000.50', '"1,000.50" has a comma: write 1000.50'],
    ['usdPerMonth', '-1', '-1 is too small: at least 0'],
    ['usdPerMonth', '1e999', '1e999 is too large'],
    ['usdPerMonth', '0x10', '"0x10" is not a number: write one such as 1.5'],
    ['requestsPerMinute', '10,000', '"10,000" has a comma: write 10000'],
    ['requestsPerMinute', '1,5', '"1,5" is not a number: write one such as 60'],
    ['requestsPerMinute', '0', '0 is too small: at least 1'],
    ['tokensPerMinute', '1.5', '1.5 is not a whole number'],
    ['tokensPerMinute', '1e300', '1e300 is too large'],
  ] satisfies [KeyLimitName, string, string][])('%s: "%s" is refused', (name, text, problem) => {
    expect(parseKeyLimit(name, text)).toEqual({ kind: 'problem', problem })
  })

  it('is accepted exactly if the configuration accepts the number', () => {
    const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, 1, 2 ** 53, 2 ** 53 - 1))
    fc.assert(
      fc.property(fc.constantFrom(...keyLimitNames), number, (name, value) => {
        const isAccepted = keySchema.shape[name].safeParse(value).success
        expect(parseKeyLimit(name, String(value)).kind).toBe(isAccepted ? 'limit' : 'problem')
      }),
      { seed: 7, numRuns: 2000 },
    )
  })
})
