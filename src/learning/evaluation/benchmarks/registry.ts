import { InvalidRequestError } from '../../../errors.ts'
import type { Benchmark } from '../benchmark.ts'
import type { ModelNames } from './evals-folder.ts'

type Load = (dataFolder: string, models?: ModelNames) => Promise<Benchmark>

const loaders: Readonly<Record<string, () => Promise<Load>>> = {
  mmlu: async () => (await import('./mmlu.ts')).loadMmlu,
  gsm8k: async () => (await import('./gsm8k.ts')).loadGsm8k,
  'mt-bench': async () => (await import('./mt-bench.ts')).loadMtBench,
}

export const benchmarkNames: readonly string[] = Object.keys(loaders)

export type BenchmarkOptions = {
  /** Contains `routellm/evals`; needed by the named benchmarks. */
  readonly dataFolder?: string
  /** Which two models; upstream's pair, or the only pair of a file, unless given. */
  readonly models?: ModelNames
  readonly signal?: AbortSignal
}

/** Whether a text is the path of a file, and no name of a benchmark. */
export function isBenchmarkFile(nameOrFile: string): boolean {
  return !Object.hasOwn(loaders, nameOrFile) && !/^[a-z0-9_-]+$/i.test(nameOrFile)
}

/**
 * A benchmark by name (`mmlu`, `gsm8k`, `mt-bench`), else a labelled file by its path.
 *
 * Throws `InvalidRequestError` for a name that is neither (`unknown-benchmark`) and for a named benchmark without a
 * data folder (`no-data-folder`), `DataError` if files are missing or broken.
 */
export async function loadBenchmark(nameOrFile: string, options: BenchmarkOptions = {}): Promise<Benchmark> {
  const { dataFolder, models, signal } = options
  if (!Object.hasOwn(loaders, nameOrFile)) {
    if (/^[a-z0-9_-]+$/i.test(nameOrFile)) throw unknownBenchmark(nameOrFile)
    return (await import('./labelled.ts')).loadLabelled(nameOrFile, models, signal)
  }
  if (dataFolder === undefined) {
    throw new InvalidRequestError(
      'no-data-folder',
      `Benchmark ${nameOrFile} is read from files: give the folder that contains routellm/evals (such as a clone of ` +
        'the lm-sys/RouteLLM repository) with --data, or set ROUTELLM_DATA.',
      { param: '--data' },
    )
  }
  return (await loaders[nameOrFile]!())(dataFolder, models)
}

function unknownBenchmark(name: string): InvalidRequestError {
  return new InvalidRequestError(
    'unknown-benchmark',
    `There is no benchmark ${JSON.stringify(name)}. Give ${benchmarkNames.join(', ')}, or the path of a labelled ` +
      'file such as ./outcomes.jsonl.',
    { param: '--benchmark' },
  )
}
