import { expect, it } from 'vitest'
import { loadBenchmark } from '../../src/learning/evaluation/benchmarks/registry.ts'
import {
  loadCommercialRouters,
  strongCallPercentAtEqualScore,
} from '../../src/learning/evaluation/costs/commercial.ts'
import { benchmarkFiles, describeWithBenchmarkFiles } from '../support/benchmark-files.ts'

describeWithBenchmarkFiles('the two commercial routers on MT-Bench', () => {
  it('gives the published scores, and what is known of their strong calls', async () => {
    const [unify, martian] = await loadCommercialRouters(benchmarkFiles)
    expect(unify!.scoreOnAll).toBeCloseTo(8.757862, 6)
    expect(unify).toMatchObject({ failedJudgements: 1, strongCalls: { kind: 'counted', percent: 50 } })
    expect(martian!.scoreOnAll).toBe(8.3125)
    expect(martian).toMatchObject({ failedJudgements: 0, strongCalls: { kind: 'estimated', percent: 50 } })
  })

  it('is compared at equal score on the same questions', async () => {
    const [, martian] = await loadCommercialRouters(benchmarkFiles)
    const benchmark = await loadBenchmark('mt-bench', { dataFolder: benchmarkFiles })
    const oracle = benchmark.rows.map((row) => row.strongScore - row.weakScore)
    expect(strongCallPercentAtEqualScore(benchmark, oracle, martian!)).toBeLessThan(5)
    expect(strongCallPercentAtEqualScore(benchmark, oracle, { ...martian!, score: 9.9 })).toBeNaN()
  })
})
