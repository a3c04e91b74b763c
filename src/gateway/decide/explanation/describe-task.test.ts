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
    for (const [side, read, score, expected] of cases) expect(describeTask(side, read, score)).toBe(expected)
  })

  it('says that the threshold decided if neither the kind nor the score did', () => {
    expect(describeTask('weak', reading('proof', 0.71, 0.75), 'high')).toBe(
      'reads like a proof (.71), which the strong model does better, but the threshold is high',
    )
    expect(describeTask('strong', reading('greeting', 0.71, 0), 'low')).toBe(
      'reads like a greeting (.71), which the weak model answers as well, but the threshold is low',
    )
    expect(describeTask('strong', reading('follow-up', 0.71, 0.5), 'low')).toBe(
      'reads like a follow-up (.71)',
    )
    expect(describeTask('weak', reading('follow-up', 0.71, 0.5), 'high')).toBe('reads like a follow-up (.71)')
  })

  it('says only how the prompt reads if the score says nothing about it, or there is no pair', () => {
    expect(describeTask('strong', reading('proof', 0.71, 0.75), 'unexplained')).toBe(
      'reads like a proof (.71)',
    )
    expect(describeTask(null, reading('proof', 0.71, 0.75), 'high')).toBe('reads like a proof (.71)')
  })

  it('relates a score without a calibration only if the kind agrees with the decision', () => {
    expect(describeTask('strong', reading('proof', 0.71, 0.75), 'uncalibrated')).toBe(
      'reads like a proof (.71), which the strong model does better',
    )
    expect(describeTask('weak', reading('proof', 0.71, 0.75), 'uncalibrated')).toBe(
      'reads like a proof (.71)',
    )
    expect(describeTask('strong', reading('follow-up', 0.71, 0.5), 'uncalibrated')).toBe(
      'reads like a follow-up (.71)',
    )
  })

  it('claims nothing below one half, and never certainty', () => {
    expect(describeTask('strong', null, 'high')).toBeNull()
    expect(describeTask('strong', reading('proof', 0.4999, 0.75), 'high')).toBeNull()
    expect(describeTask('strong', reading('proof', 1, 0.75), 'unexplained')).toBe('reads like a proof (.99)')
  })

  it('never contradicts the side, the score or the corpus', () => {
    for (const side of ['strong', 'weak'] as const)
      for (const score of ['high', 'low', 'uncalibrated'] as const)
        for (let share = 0; share <= 1; share += 0.05)
          for (const task of tasks) {
            const text = describeTask(side, reading(task, 0.9, share), score)!
            const other = side === 'strong' ? 'weak' : 'strong'
            if (text.includes(`the ${other} model`))
              expect(text).toMatch(/but the threshold is (?:low|high)$/)
            if (text.includes('the strong model')) expect(share).toBeGreaterThan(0.5)
            if (text.includes('the weak model')) expect(share).toBeLessThan(0.5)
            if (/hard one|threshold is high/.test(text)) expect(score).toBe('high')
            if (/easy one|threshold is low/.test(text)) expect(score).toBe('low')
            if (text.includes('threshold is high')) expect(side).toBe('weak')
            if (text.includes('threshold is low')) expect(side).toBe('strong')
          }
  })
})
