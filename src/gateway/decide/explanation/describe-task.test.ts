import { describe, expect, it } from 'vitest'
import { type Task, tasks } from '../../../routing/tasks/task.ts'
import { describeTask } from './describe-task.ts'

const reading = (task: Task, probability: number, strongShare: number) => ({ task, probability, strongShare })

describe('describeTask', () => {
  it('names the kind and what it has to do with the decision', () => {
    const cases = [
      [
        'strong',
        reading('proof', 0.714, 0.75),
        'high',
        'reads like a proof (.71), which the strong model does better',
      ],
      [
        'strong',
        reading('proof', 0.714, 0.75),
        'low',
        'reads like a proof (.71), which the strong model does better',
      ],
      [
        'strong',
        reading('debugging', 0.6, 0.67),
        'high',
        'reads like debugging (.60), which the strong model often does better',
      ],
      [
        'weak',
        reading('look-up', 0.83, 0),
        'low',
        'reads like a look-up (.83), which the weak model answers as well',
      ],
      [
        'weak',
        reading('translation', 0.83, 0.42),
        'high',
        'reads like a translation (.83), which the weak model often does as well',
      ],
      ['weak', reading('debugging', 0.55, 0.67), 'low', 'reads like debugging (.55), but an easy one'],
      [
        'strong',
        reading('translation', 0.83, 0.42),
        'high',
        'reads like a translation (.83), but a hard one',
      ],
      ['strong', reading('follow-up', 0.5, 0.5), 'high', 'reads like a follow-up (.50), and a hard one'],
      ['weak', reading('follow-up', 0.5, 0.5), 'low', 'reads like a follow-up (.50), and an easy one'],
    ] as const
    for (const [side, read, score, expected] of cases)
      expect(describeTask(side, read, score, true)).toBe(expected)
  })

  it('says on which side of the threshold the score is if neither the kind nor the level of the score explains the side', () => {
    expect(describeTask('weak', reading('proof', 0.71, 0.75), 'high', true)).toBe(
      'reads like a proof (.71), which the strong model does better, but its score is below the threshold',
    )
    expect(describeTask('strong', reading('greeting', 0.71, 0), 'low', true)).toBe(
      'reads like a greeting (.71), which the weak model answers as well, but its score is not below the threshold',
    )
    expect(describeTask('weak', reading('proof', 0.71, 0.75), 'high', false)).toBe('reads like a proof (.71)')
    expect(describeTask('strong', reading('follow-up', 0.71, 0.5), 'low', true)).toBe(
      'reads like a follow-up (.71)',
    )
    expect(describeTask('weak', reading('follow-up', 0.71, 0.5), 'high', true)).toBe(
      'reads like a follow-up (.71)',
    )
  })

  it('says only how the prompt reads if the score says nothing about it, or there is no pair', () => {
    expect(describeTask('strong', reading('proof', 0.71, 0.75), 'unexplained', true)).toBe(
      'reads like a proof (.71)',
    )
    expect(describeTask(null, reading('proof', 0.71, 0.75), 'high', true)).toBe('reads like a proof (.71)')
  })

  it('calls no prompt hard or easy without a calibration', () => {
    expect(describeTask('strong', reading('proof', 0.71, 0.75), 'uncalibrated', true)).toBe(
      'reads like a proof (.71), which the strong model does better',
    )
    expect(describeTask('weak', reading('proof', 0.71, 0.75), 'uncalibrated', true)).toBe(
      'reads like a proof (.71), which the strong model does better, but its score is below the threshold',
    )
    expect(describeTask('strong', reading('follow-up', 0.71, 0.5), 'uncalibrated', true)).toBe(
      'reads like a follow-up (.71)',
    )
  })

  it('claims nothing below one half, and never certainty', () => {
    expect(describeTask('strong', null, 'high', true)).toBeNull()
    expect(describeTask('strong', reading('proof', 0.4999, 0.75), 'high', true)).toBeNull()
    expect(describeTask('strong', reading('proof', 1, 0.75), 'unexplained', true)).toBe(
      'reads like a proof (.99)',
    )
  })

  it('never contradicts the side, the score or the corpus', () => {
    for (const side of ['strong', 'weak'] as const)
      for (const score of ['high', 'low', 'uncalibrated'] as const)
        for (let share = 0; share <= 1; share += 0.05)
          for (const task of tasks) {
            const text = describeTask(side, reading(task, 0.9, share), score, true)!
            const other = side === 'strong' ? 'weak' : 'strong'
            if (text.includes(`the ${other} model`))
              expect(text).toMatch(/but its score is (?:not )?below the threshold$/)
            if (text.includes('the strong model')) expect(share).toBeGreaterThan(0.5)
            if (text.includes('the weak model')) expect(share).toBeLessThan(0.5)
            if (text.includes('hard one')) expect([score, side]).toEqual(['high', 'strong'])
            if (text.includes('easy one')) expect([score, side]).toEqual(['low', 'weak'])
            if (text.includes('is below')) expect(side).toBe('weak')
            if (text.includes('is not below')) expect(side).toBe('strong')
          }
  })
})
