import { describe, expect, it } from 'vitest'
import { compareByRule } from './compare-by-rule.ts'

describe('compareByRule', () => {
  it.each([
    ['Paris', '  paris\n'],
    ['42', '42.0'],
    ['1,234', '**1234**'],
    ['B', '(b)'],
    ['6 times 7 is 42.\n#### 42', 'The answer is 42.'],
    ['Thus \\boxed{0.5}', 'Answer: 50%'],
    ['The answer is (B)', 'B'],
    ['{"a": 1, "b": [1, 2]}', '```json\n{"b": [1, 2], "a": 1}\n```'],
    ['[calls search with {"q":"x"}]', '[calls search with {"q":"x"}]'],
  ])('finds that %j and %j say the same', (one, other) => {
    expect([compareByRule(one, other), compareByRule(other, one)]).toEqual(['tie', 'tie'])
  })

  it.each([
    ['Paris', 'Lyon'],
    ['42', '43'],
    ['A', 'B'],
    ['Paris 3', 'Lyon 3'],
    ['The answer is: Paris has 20 of them', 'The answer is: Lyon has 20 of them'],
    ['It was 1998.', 'In 1998, as the treaty says, after long talks.'],
    ['{"a": 1}', '{"a": 2}'],
    ['{"a": 1}', '{"a": 1'],
    ['[1, 2]', '[2, 1]'],
    ['3,14', '314'],
    [`${'so '.repeat(600)}\n#### 42`, '#### 42'],
    ['', '42'],
  ])('leaves %j and %j to a judge', (one, other) => {
    expect([compareByRule(one, other), compareByRule(other, one)]).toEqual([null, null])
  })

  it('takes linear time', () => {
    for (const hard of [
      'answer '.repeat(200),
      `${'*'.repeat(1400)}x`,
      `\\boxed{${' '.repeat(1400)}`,
      '9,'.repeat(700),
    ]) {
      const begun = performance.now()
      compareByRule(hard, `${hard}1`)
      // Milliseconds; a machine may pause. Time that grows with a power of the length takes far more.
      expect(performance.now() - begun).toBeLessThan(2000)
    }
  })
})
