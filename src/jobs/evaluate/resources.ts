import { resolve } from 'node:path'
import { MissingPackageError } from '../../errors.ts'
import type { Benchmark, ScoredRouter } from '../../learning/evaluation/benchmark.ts'
import { upstreamPair } from '../../learning/evaluation/benchmarks/evals-folder.ts'
import { categoryReport } from '../../learning/evaluation/category-report.ts'
import {
  type CommercialRouter,
  compareWithCommercial,
  hasCommercialAnswers,
  loadCommercialRouters,
} from '../../learning/evaluation/costs/commercial.ts'
import { costReport } from '../../learning/evaluation/costs/cost-report.ts'
import { readPriceTable, readResourceFigures } from '../../learning/evaluation/costs/figures-file.ts'
import { type ResourceFigures, resourceReport } from '../../learning/evaluation/costs/resource-report.ts'
import type { Evaluation } from '../../learning/evaluation/evaluation.ts'
import type { EvaluationReport } from '../../learning/evaluation/reports/report-sections.ts'
import { packagedPrices } from '../../routing/catalogue/packaged-prices.ts'
import type { PriceTable } from '../../routing/catalogue/prices.ts'
import type { EvaluatePayload } from './payload.ts'

/** The parts of a report besides quality. Read before anything is scored, so a wrong file is reported at once. */
export type EvaluationResources = {
  readonly prices?: PriceTable
  /** Nobody asked for dollars: they are reported only where both models have a price. */
  readonly arePricesOptional?: boolean
  readonly energy?: ResourceFigures
  readonly latency?: ResourceFigures
  readonly services?: readonly CommercialRouter[]
}

export async function readEvaluationResources(
  { costs, energy, latency }: Pick<EvaluatePayload, 'costs' | 'energy' | 'latency'>,
  benchmarks: readonly Benchmark[],
  {
    folder,
    dataFolder,
    today,
  }: { readonly folder: string; readonly dataFolder: string | undefined; readonly today: Date },
): Promise<EvaluationResources> {
  return {
    ...(await readPrices(costs, benchmarks, folder, today)),
    ...(energy !== undefined && { energy: await readResourceFigures(resolve(folder, energy), 'Wh') }),
    ...(latency !== undefined && { latency: await readResourceFigures(resolve(folder, latency), 'ms') }),
    ...(dataFolder !== undefined && (await commercialRouters(benchmarks, dataFolder))),
  }
}

/** An evaluation with the reports that the resources allow. */
export function withResources(
  evaluation: Evaluation,
  { benchmark, routers }: { readonly benchmark: Benchmark; readonly routers: readonly ScoredRouter[] },
  { prices, arePricesOptional = false, energy, latency, services }: EvaluationResources,
): EvaluationReport {
  const categories = categoryReport(benchmark, routers)
  return {
    ...evaluation,
    ...(services !== undefined &&
      isUpstreamMtBench(benchmark) && { commercial: compareWithCommercial(benchmark, routers, services) }),
    ...(categories !== undefined && { categories }),
    ...(prices !== undefined &&
      (!arePricesOptional || areBothPriced(benchmark, prices)) && {
        costs: costReport(benchmark, routers, prices),
      }),
    ...(energy !== undefined && { energy: resourceReport(benchmark, routers, energy) }),
    ...(latency !== undefined && { latency: resourceReport(benchmark, routers, latency) }),
  }
}

/** The services were compared on upstream's pair; another pair of the benchmark cannot be compared with them. */
function isUpstreamMtBench({ name, strongModel, weakModel }: Benchmark): boolean {
  return name === 'mt-bench' && strongModel === upstreamPair.strong && weakModel === upstreamPair.weak
}

async function readPrices(
  costs: EvaluatePayload['costs'],
  benchmarks: readonly Benchmark[],
  folder: string,
  today: Date,
): Promise<Pick<EvaluationResources, 'prices' | 'arePricesOptional'>> {
  if (typeof costs === 'string') return { prices: await readPriceTable(resolve(folder, costs)) }
  if (costs === true) return { prices: await readPackagedPrices(benchmarks, today) }
  try {
    return { prices: await readPackagedPrices(benchmarks, today), arePricesOptional: true }
  } catch (error) {
    if (error instanceof MissingPackageError) return {}
    throw error
  }
}

function areBothPriced({ strongModel, weakModel }: Benchmark, { models }: PriceTable): boolean {
  return Object.hasOwn(models, strongModel) && Object.hasOwn(models, weakModel)
}

async function readPackagedPrices(benchmarks: readonly Benchmark[], today: Date): Promise<PriceTable> {
  const models = benchmarks.flatMap(({ strongModel, weakModel }) => [strongModel, weakModel])
  return packagedPrices([...new Set(models)], today)
}

async function commercialRouters(benchmarks: readonly Benchmark[], dataFolder: string) {
  if (!benchmarks.some(isUpstreamMtBench)) return {}
  if (!(await hasCommercialAnswers(dataFolder))) return {}
  return { services: await loadCommercialRouters(dataFolder) }
}
