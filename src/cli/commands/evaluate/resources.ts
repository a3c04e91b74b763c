import { resolve } from 'node:path'
import type { Benchmark, ScoredRouter } from '../../../learning/evaluation/benchmark.ts'
import { upstreamPair } from '../../../learning/evaluation/benchmarks/evals-folder.ts'
import type { CommercialRouter } from '../../../learning/evaluation/costs/commercial.ts'
import type { ResourceFigures } from '../../../learning/evaluation/costs/resource-report.ts'
import type { Evaluation } from '../../../learning/evaluation/evaluation.ts'
import type { EvaluationReport } from '../../../learning/evaluation/reports/report-sections.ts'
import type { PriceTable } from '../../../routing/catalogue/prices.ts'

/** What `evaluate` shows besides quality. Read before anything is scored, so that a wrong file is known at once. */
export type EvaluationResources = {
  readonly prices?: PriceTable
  readonly energy?: ResourceFigures
  readonly latency?: ResourceFigures
  readonly services?: readonly CommercialRouter[]
}

export type ResourceFlags = {
  readonly costs?: string | true
  readonly energy?: string
  readonly latency?: string
}

export async function readEvaluationResources(
  { costs, energy, latency }: ResourceFlags,
  benchmarks: readonly Benchmark[],
  { folder, dataFolder }: { readonly folder: string; readonly dataFolder: string | undefined },
): Promise<EvaluationResources> {
  const { readPriceTable, readResourceFigures } = await import(
    '../../../learning/evaluation/costs/figures-file.ts'
  )
  return {
    ...(costs !== undefined && {
      prices:
        costs === true ? await pricesOfModels(benchmarks) : await readPriceTable(resolve(folder, costs)),
    }),
    ...(energy !== undefined && { energy: await readResourceFigures(resolve(folder, energy), 'Wh') }),
    ...(latency !== undefined && { latency: await readResourceFigures(resolve(folder, latency), 'ms') }),
    ...(dataFolder !== undefined && (await commercialRouters(benchmarks, dataFolder))),
  }
}

/** An evaluation with what the resources say about it. */
export async function withResources(
  evaluation: Evaluation,
  { benchmark, routers }: { readonly benchmark: Benchmark; readonly routers: readonly ScoredRouter[] },
  { prices, energy, latency, services }: EvaluationResources,
): Promise<EvaluationReport> {
  const { costReport } = await import('../../../learning/evaluation/costs/cost-report.ts')
  const { resourceReport } = await import('../../../learning/evaluation/costs/resource-report.ts')
  const { compareWithCommercial } = await import('../../../learning/evaluation/costs/commercial.ts')
  return {
    ...evaluation,
    ...(services !== undefined &&
      isUpstreamMtBench(benchmark) && { commercial: compareWithCommercial(benchmark, routers, services) }),
    ...(prices !== undefined && { costs: costReport(benchmark, routers, prices) }),
    ...(energy !== undefined && { energy: resourceReport(benchmark, routers, energy) }),
    ...(latency !== undefined && { latency: resourceReport(benchmark, routers, latency) }),
  }
}

/** The services' comparison speaks about upstream's pair; another pair of the benchmark is not put beside them. */
function isUpstreamMtBench({ name, strongModel, weakModel }: Benchmark): boolean {
  return name === 'mt-bench' && strongModel === upstreamPair.strong && weakModel === upstreamPair.weak
}

async function pricesOfModels(benchmarks: readonly Benchmark[]): Promise<PriceTable> {
  const { packagedPrices } = await import('../../../routing/catalogue/packaged-prices.ts')
  const models = benchmarks.flatMap(({ strongModel, weakModel }) => [strongModel, weakModel])
  return packagedPrices([...new Set(models)], new Date())
}

async function commercialRouters(benchmarks: readonly Benchmark[], dataFolder: string) {
  if (!benchmarks.some(isUpstreamMtBench)) return {}
  const { hasCommercialAnswers, loadCommercialRouters } = await import(
    '../../../learning/evaluation/costs/commercial.ts'
  )
  if (!(await hasCommercialAnswers(dataFolder))) return {}
  return { services: await loadCommercialRouters(dataFolder) }
}
