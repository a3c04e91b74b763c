import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatExactSetting, formatSetting } from './format-setting.ts'

it.each([
  [0.7071688109361502, [], '0.7072'],
  [0.5, [], '0.5'],
  [0, [], '0'],
  [1, [], '1'],
  [0.00012345, [], '0.0001235'],
  [1234.5, [], '1235'],
  // Neither end of the slider is where it is not.
  [0.99997, [], '0.99997'],
  [0.70716, [0.70718], '0.70716'],
  [0.70716, [0.70716, 0.9], '0.7072'],
])('formats %d beside %j as %s', (setting, others, text) => {
  expect(formatSetting(setting, others)).toBe(text)
})

it('tells any two settings apart, and writes each exactly as a plain decimal', () => {
  const setting = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(setting, setting, (one, other) => {
      expect(formatSetting(one, [other]) === formatSetting(other, [one])).toBe(one === other)
      expect(formatExactSetting(one)).toMatch(/^\d+(\.\d+)?$/)
      expect(Number(formatExactSetting(one))).toBe(one)
    }),
    { seed: 6 },
  )
})
