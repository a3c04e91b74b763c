import { describe, expect, it } from 'vitest'
import { createPromptSampler } from './label-sample.ts'

function sampled(count: number, seed: number, add = (index: number) => `prompt ${index}`) {
  const sampler = createPromptSampler(count, seed)
  for (let index = 0; index < 5000; index++)
    sampler.add({ prompt: add(index), strongWinRate: (index % 1000) / 1000 })
  return sampler.sample(count)
}

describe('createPromptSampler', () => {
  it('draws different prompts, the same for the same seed', () => {
    const prompts = sampled(100, 1).map(({ prompt }) => prompt)
    expect(new Set(prompts).size).toBe(100)
    expect(sampled(100, 1).map(({ prompt }) => prompt)).toEqual(prompts)
    expect(sampled(100, 2).map(({ prompt }) => prompt)).not.toEqual(prompts)
  })

  it('has the mix of win rates that the log has, in no order', () => {
    const winRates = sampled(100, 1).map(({ strongWinRate }) => strongWinRate)
    for (const from of [0, 0.25, 0.5, 0.75]) {
      const inQuarter = winRates.filter((winRate) => winRate >= from && winRate < from + 0.25).length
      expect(inQuarter).toBeGreaterThanOrEqual(19)
      expect(inQuarter).toBeLessThanOrEqual(31)
    }
    expect(winRates).not.toEqual(winRates.toSorted((a, b) => a - b))
  })

  it('draws a prompt that comes again and again with the chances of the others', () => {
    let often = 0
    for (let seed = 0; seed < 20; seed++) {
      const prompts = sampled(50, seed, (index) => (index % 2 === 0 ? 'often' : `prompt ${index}`))
      if (prompts.some(({ prompt }) => prompt === 'often')) often++
    }
    expect(often).toBeLessThanOrEqual(3)
  })

  it('gives what there is, without prompts that are too long to read', () => {
    const sampler = createPromptSampler(10, 0)
    sampler.add({ prompt: 'a', strongWinRate: 0.5, answers: { m: 'y'.repeat(20_001) } })
    sampler.add({ prompt: 'x'.repeat(20_001), strongWinRate: 0.5 })
    expect(sampler.sample(10)).toEqual([{ prompt: 'a', strongWinRate: 0.5 }])
  })

  it('gives nothing of nothing', () => expect(createPromptSampler(10, 0).sample(10)).toEqual([]))
})
