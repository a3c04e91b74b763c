import { describe, expect, it } from 'vitest'
import { thresholdForQuality } from './quality.ts'

const label = (strongWinRate: number, strongScore: number, weakScore: number, weight?: number) => ({
  strongWinRate,
  strongScore,
  weakScore,
  ...(weight !== undefined && { weight }),
})

describe('thresholdForQuality', () => {
  // All strong 10; weak from the lowest win rate on: 10, 9, 8, 9 of 10.
  const labels = [label(0.2, 2, 2), label(0.4, 3, 2), label(0.6, 3, 2), label(0.8, 2, 3)]

  it('gives the weak model requests until the quality would first fall below', () => {
    expect(thresholdForQuality(labels, 0.9)).toEqual({
      possible: true,
      threshold: 0.6,
      quality: 0.9,
      strongCallFraction: 0.5,
    })
    expect(thresholdForQuality(labels, 0.95)).toMatchObject({ threshold: 0.4, quality: 1 })
    expect(thresholdForQuality(labels, 0.8)).toMatchObject({
      threshold: 1,
      quality: 0.9,
      strongCallFraction: 0,
    })
  })

  it('moves ties together, and counts weights', () => {
    const tied = labels.map((each) => ({ ...each, strongWinRate: each.strongWinRate < 0.7 ? 0.5 : 0.8 }))
    expect(thresholdForQuality(tied, 0.9)).toEqual({ possible: false, quality: 0.8 })
    expect(thresholdForQuality([label(0.1, 1, 1, 9), label(0.5, 1, 0)], 0.9)).toMatchObject({ threshold: 1 })
    expect(thresholdForQuality([label(0.1, 1, 1), label(0.5, 1, 0)], 0.9)).toMatchObject({ threshold: 0.5 })
  })

  it('cannot hold back what is certain of the strong model', () => {
    expect(thresholdForQuality([label(0.3, 1, 1), label(1, 1, 1)], 0.5)).toMatchObject({
      threshold: 1,
      strongCallFraction: 0.5,
    })
  })

  it('refuses percentages with a hint, and scores of which no part can be kept', () => {
    expect(() => thresholdForQuality(labels, 95)).toThrow('Did you mean 0.95?')
    expect(() => thresholdForQuality(labels, 0)).toThrow(expect.objectContaining({ code: 'invalid-quality' }))
    for (const none of [[], [label(0.5, 0, 1)], [label(0.5, -3, -4)]])
      expect(() => thresholdForQuality(none, 0.9)).toThrow(expect.objectContaining({ code: 'no-quality' }))
  })
})
