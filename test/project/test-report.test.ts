import { describe, expect, it } from 'vitest'
import { countTests, unexcusedSkips } from '../../scripts/testing/test-report.mjs'

const table = {
  'shared data': { find: async () => '/somewhere', reason: 'no folder' },
  chromium: { find: async () => undefined, reason: 'not installed' },
}

describe('the count at the end of npm test', () => {
  it('counts tests, and files that failed without a test', () => {
    const report = {
      success: false,
      testResults: [
        { name: 'a', status: 'failed', assertionResults: [test('one', 'passed'), test('two', 'failed')] },
        { name: 'b', status: 'passed', assertionResults: [test('three', 'skipped'), test('four', 'todo')] },
        { name: 'c', status: 'failed', assertionResults: [] },
        { name: 'd', status: 'failed', assertionResults: [test('five', 'passed')] },
      ],
    }
    expect(countTests(report)).toEqual({
      passed: 2,
      failed: 1,
      skipped: ['three', 'four'],
      broken: ['c', 'd'],
    })
  })
})

describe('skipped tests', () => {
  it('are excused when the machine lacks what they name', async () => {
    expect(await unexcusedSkips(['the page [needs chromium: not installed]'], table)).toEqual([])
  })

  it('are failures in CI when they could have run', async () => {
    const skipped = ['MMLU [needs shared data: no folder]', 'just skipped', 'x [needs a mood: none]']
    expect(await unexcusedSkips(skipped, table)).toEqual([
      'skipped although shared data is here (/somewhere): MMLU [needs shared data: no folder]',
      'skipped without a requirement: just skipped',
      'skipped for "a mood", which is no requirement: x [needs a mood: none]',
    ])
  })
})

function test(fullName: string, status: string): { fullName: string; status: string } {
  return { fullName, status }
}
