import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readNumbers } from './number-reading.ts'
import { createNumericChecker } from './numeric.ts'

const check = createNumericChecker()

describe('createNumericChecker', () => {
  it.each([
    // where the number is looked for
    ['He pays 5 * 3 = 15 and 3 more.\n#### 18', '#### 18', 1, '18'],
    ['#### 17\nWait, that is wrong.\n#### 18', '18', 1, '18'],
    ['So \\boxed{18}. (Not 20.)', '18', 1, '18'],
    ['\\boxed{\\frac{3}{4}}', '0.75', 1, '\\frac{3}{4}'],
    ['\\boxed{x = 5}', '5', 1, '5'],
    ['\\boxed{1} and then \\boxed{\\text{about } 2}', '2', 1, '2'],
    ['The answer is 18 dollars, of 20.', '18', 1, '18'],
    ['The answer is 5 + 3 = 8.', '8', 1, '8'],
    ['Answer: 18\nI used 3 steps.', '18', 1, '18'],
    ['The answer is clear from above: 9 eggs are left, so $18.', '18', 0, '9'],
    ['She has 3, then 4, then 12.', '12', 1, '12'],
    // how numbers are written
    ['1,234,567.50', '1234567.5', 1, '1,234,567.50'],
    ['-5', '-5', 1, '-5'],
    ['−5', '-5', 1, '−5'],
    ['x is -$5.00', '-5', 1, '-$5.00'],
    ['5 - 3', '3', 1, '3'],
    ['- 3 apples', '3', 1, '3'],
    ['about 3/4 of it', '0.75', 1, '3/4'],
    ['1 1/2 cups', '1.5', 1, '1 1/2'],
    ['1½ cups', '1.5', 1, '1½'],
    ['½', '0.5', 1, '½'],
    ['.5', '1/2', 1, '.5'],
    ['1.5e3', '1500', 1, '1.5e3'],
    ['1.5 × 10^3', '1500', 1, '1.5 × 10^3'],
    ['$2 \\times 10^{-3}$', '0.002', 1, '$2 \\times 10^{-3}'],
    ['3 million people', '3000000', 1, '3 million'],
    ['42 km', '42', 1, '42'],
    ['42km', '42', 1, '42'],
    ['42 m^2', '42', 1, '42'],
    ['45^\\circ', '45', 1, '45'],
    ['42 and the 2nd of them in H2O', '42', 1, '42'],
    ['It is **42**.', '42', 1, '42'],
    ['€42', '42', 1, '€42'],
    // percent on one side is taken either way
    ['50%', '0.5', 1, '50%'],
    ['50 percent', '50', 1, '50 percent'],
    ['50\\%', '50%', 1, '50\\%'],
    ['0.5', '50%', 1, '0.5'],
    ['50', '50%', 1, '50'],
    ['5%', '50%', 0, '5%'],
    // wrong
    ['17', '18', 0, '17'],
    ['0.333', '1/3', 0, '0.333'],
  ])('%j against %s: %i', (answer, reference, score, extracted) => {
    expect(check(answer, reference)).toMatchObject({ kind: 'checked', score, extracted })
  })

  it.each([
    ['', 'no number'],
    ['I cannot say.', 'no number'],
    ['It is 3,14', 'more than one way'],
    ['at 12:30', 'more than one way'],
    ['from 40-42', 'more than one way'],
    ['on 3/4/2020', 'more than one way'],
    ['on 2020-01-05', 'more than one way'],
    ['about 42k', 'more than one way'],
    ['2^5', 'more than one way'],
    ['2π', 'more than one way'],
    ['2\\sqrt{3}', 'more than one way'],
    ['3/0', 'more than one way'],
    ['1.2.3', 'more than one way'],
    ['18, so #### none', 'no number behind ####'],
    ['18 \\boxed{(3, 4)}', 'several numbers'],
    ['18 \\boxed{\\text{none}}', 'no number in the box'],
  ])('%j cannot be read: %s', (answer, reason) => {
    expect(check(answer, '18')).toMatchObject({
      kind: 'unparsable',
      score: null,
      reason: expect.stringContaining(reason),
    })
  })

  it('allows a difference up to the tolerance, and what rounding leaves without one', () => {
    const within = createNumericChecker({ tolerance: 0.01 })
    expect(within('0.33', '1/3').score).toBe(1)
    expect(within('0.32', '1/3').score).toBe(0)
    expect(check('0.30000000000000004', '0.3').score).toBe(1)
    expect(check('1000000000.5', '1000000000').score).toBe(1)
    expect(check('0.000001', '0').score).toBe(0)
  })

  it.each(['forty', '', '3 or 4', '12:30'])('refuses the reference %j', (reference) => {
    expect(() => check('18', reference)).toThrow(expect.objectContaining({ code: 'invalid-reference' }))
  })
})

describe('readNumbers', () => {
  it('reads back every number that JavaScript writes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })), (value) => {
        const [read, ...more] = readNumbers(`so ${value}.`).map((number) => number.value ?? Number.NaN)
        // Digits and power of ten are rounded one after the other.
        expect(Math.abs((read ?? Number.NaN) - value)).toBeLessThanOrEqual(4e-16 * Math.abs(value))
        expect(more).toEqual([])
      }),
    )
  })

  it('reads numbers with thousands back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (value) => {
        expect(readNumbers(value.toLocaleString('en-US'))).toEqual([
          { text: value.toLocaleString('en-US'), value, isPercent: false },
        ])
      }),
    )
  })

  it.each([
    '1'.repeat(200_000),
    '1,'.repeat(100_000),
    '- '.repeat(100_000),
    '\\frac{'.repeat(30_000),
    '1 1'.repeat(60_000),
  ])('takes a long text of one kind', (text) => {
    expect(readNumbers(text)).toBeInstanceOf(Array)
  })
})
