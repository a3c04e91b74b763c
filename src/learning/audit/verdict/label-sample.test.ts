import { describe, expect, it } from 'vitest'
import { createRequestSampler } from './label-sample.ts'

function sampled(count: number, seed: number, add = (index: number) => `prompt ${index}`) {
  const sampler = createRequestSampler(count, seed)
  for (let index = 0; index < 5000; index++)
    sampler.add({ prompt: add(index), strongWinRate: (index % 1000) / 1000 })
  return sampler.sample(count)
}

describe('createRequestSampler', () => {
  it('draws the same requests for the same seed', () => {
    const prompts = sampled(100, 1).prompts.map(({ prompt }) => prompt)
    expect(new Set(prompts).size).toBe(100)
    expect(sampled(100, 1).prompts.map(({ prompt }) => prompt)).toEqual(prompts)
    expect(sampled(100, 2).prompts.map(({ prompt }) => prompt)).not.toEqual(prompts)
  })

  it('has the mix of win rates that the log has, in no order', () => {
    const winRates = sampled(100, 1).prompts.map(({ strongWinRate }) => strongWinRate)
    for (const from of [0, 0.25, 0.5, 0.75]) {
      const inQuarter = winRates.filter((winRate) => winRate >= from && winRate < from + 0.25).length
      expect(inQuarter).toBeGreaterThanOrEqual(19)
      expect(inQuarter).toBeLessThanOrEqual(31)
    }
    expect(winRates).not.toEqual(winRates.toSorted((a, b) => a - b))
  })

  it('draws a prompt as often as it is asked, and writes it once with that number', () => {
    let often = 0
    for (let seed = 0; seed < 40; seed++) {
      const { prompts, requests } = sampled(50, seed, (index) =>
        index % 20 < 11 ? 'often' : `prompt ${index}`,
      )
      expect(requests).toBe(50)
      expect(prompts.reduce((sum, row) => sum + row.requests, 0)).toBe(50)
      expect(new Set(prompts.map(({ prompt }) => prompt)).size).toBe(prompts.length)
      often += prompts.find(({ prompt }) => prompt === 'often')?.requests ?? 0
    }
    // 55 % of 2,000 draws are 1,100, with a standard deviation of at most 22.
    expect(Math.abs(often - 1100)).toBeLessThan(90)
  })

  it('gives every request the same chance, wherever it is in the log', () => {
    const counts = new Array<number>(10).fill(0)
    for (let seed = 0; seed < 300; seed++) {
      const sampler = createRequestSampler(10, seed)
      for (let index = 0; index < 100; index++)
        sampler.add({ prompt: `${index}`, strongWinRate: ((index * 37) % 100) / 100 })
      for (const { prompt } of sampler.sample(10).prompts) counts[Math.floor(Number(prompt) / 10)]!++
    }
    // 300 of 3,000 draws are expected in each tenth, with a standard deviation of at most 16.5.
    for (const count of counts) expect(Math.abs(count - 300)).toBeLessThan(75)
  })

  it('gives what there is, and counts prompts that are too long to read', () => {
    const sampler = createRequestSampler(10, 0)
    sampler.add({ prompt: 'a', strongWinRate: 0.5, answers: { m: 'y'.repeat(20_001) } })
    sampler.add({ prompt: 'x'.repeat(20_001), strongWinRate: 0.5 })
    sampler.add({ prompt: 'a', strongWinRate: 0.5, answers: { m: 'short' } })
    expect(sampler.sample(10)).toEqual({
      prompts: [{ prompt: 'a', requests: 2, strongWinRate: 0.5, answers: { m: 'short' } }],
      requests: 2,
      tooLong: 1,
    })
  })

  it('gives nothing of nothing', () =>
    expect(createRequestSampler(10, 0).sample(10)).toEqual({ prompts: [], requests: 0, tooLong: 0 }))
})
