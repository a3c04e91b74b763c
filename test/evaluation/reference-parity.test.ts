import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Benchmark } from '../../src/learning/evaluation/benchmark.ts'
import { loadGsm8k } from '../../src/learning/evaluation/benchmarks/gsm8k.ts'
import { loadMmlu } from '../../src/learning/evaluation/benchmarks/mmlu.ts'
import { loadMtBench } from '../../src/learning/evaluation/benchmarks/mt-bench.ts'
import { evaluate } from '../../src/learning/evaluation/evaluate.ts'
import type { Evaluation } from '../../src/learning/evaluation/evaluation.ts'
import { benchmarkFiles, describeWithBenchmarkFiles } from '../support/benchmark-files.ts'

type GoldenRun = {
  readonly points: readonly { threshold: number; strong_percentage: number; accuracy: number }[]
  readonly strong_score: number
  readonly weak_score: number
  readonly optimal: Readonly<Record<string, number>>
  readonly auc: number
  readonly apgr: number
  readonly cpt: Readonly<Record<'20' | '50' | '80', number>>
}
const golden: { seed: number; results: Record<string, Record<'hash' | 'length', GoldenRun>> } = JSON.parse(
  readFileSync(new URL('../golden/eval_cases.json', import.meta.url), 'utf8'),
)

// The two score functions that the golden file was computed with, as it states them.
const scoreFunctions = {
  hash: (prompt: string) =>
    createHash('sha256').update(`${golden.seed}|${prompt}`).digest().readUIntBE(0, 6) / 2 ** 48,
  length: (prompt: string) =>
    1 - 1 / (1 + Buffer.byteLength(prompt) / 200) + scoreFunctions.hash(prompt) * 1e-9,
}

const cases = [
  { load: loadMmlu, name: 'mmlu', read: 14_042, rows: 14_037, strong: 80.587, weak: 68.0915, oracle: 1.285 },
  { load: loadGsm8k, name: 'gsm8k', read: 1_319, rows: 1_307, strong: 85.7689, weak: 63.7337, oracle: 1.121 },
  { load: loadMtBench, name: 'mt-bench', read: 80, rows: 72, strong: 9.211806, weak: 8.28125, oracle: 0.964 },
]

for (const { load, name, read, rows, strong, weak, oracle } of cases) {
  describeWithBenchmarkFiles(`${name} as upstream measures it`, () => {
    let benchmark: Benchmark
    let reference: Evaluation
    beforeAll(async () => {
      benchmark = await load(benchmarkFiles)
      const routers = (['hash', 'length'] as const).map((router) => ({
        name: router,
        winRates: benchmark.rows.map(({ prompt }) => scoreFunctions[router](prompt)),
      }))
      reference = evaluate({ benchmark, routers, metrics: 'reference' })
    })

    it('reads every row and leaves the contaminated ones out', () => {
      expect(benchmark.rows.length + benchmark.contaminated.length).toBe(read)
      expect(benchmark.rows).toHaveLength(rows)
      expect(reference.strong.score).toBeCloseTo(strong, 4)
      expect(reference.weak.score).toBeCloseTo(weak, 4)
    })

    describe.each(['hash', 'length'] as const)('%s', (router) => {
      const run = golden.results[name]![router]

      it('gives the eleven points, APGR, AUC and call shares to 1e-9', () => {
        const result = reference.routers.find((one) => one.name === router)!
        const points = result.points.toReversed()
        expect(points).toHaveLength(11)
        run.points.forEach((point, index) => {
          near(points[index]!.threshold!, point.threshold)
          near(points[index]!.strongCallPercent, point.strong_percentage)
          near(points[index]!.score, point.accuracy)
        })
        near(reference.strong.score, run.strong_score)
        near(reference.weak.score, run.weak_score)
        near(result.apgr, run.apgr)
        near(result.auc, run.auc)
        for (const percent of ['20', '50', '80'] as const) near(result.cpt[percent], run.cpt[percent])
      })

      it('gives the optimum to 1e-9', () => {
        expect(reference.oracle.points).toHaveLength(11)
        for (const point of reference.oracle.points) near(point.score, run.optimal[point.strongCallPercent]!)
      })
    })

    it('measures exactly what the reference samples, and the answer oracle', () => {
      const winRates = benchmark.rows.map(({ prompt }) => scoreFunctions.length(prompt))
      const exact = evaluate({ benchmark, routers: [{ name: 'long', winRates }], samples: 20 })
      expect(Math.abs(exact.routers[0]!.apgr - golden.results[name]!.length.apgr)).toBeLessThan(0.01)
      expect(exact.oracle.apgr).toBeCloseTo(oracle, 3)
    })
  })
}

function near(actual: number, expected: number): void {
  expect(Math.abs(actual - expected), `${actual} is not within 1e-9 of ${expected}`).toBeLessThanOrEqual(1e-9)
}
