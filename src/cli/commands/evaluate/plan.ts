import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkOutput } from '../../../base/files/write-outputs.ts'
import { InvalidRequestError } from '../../../errors.ts'
import type { Benchmark, ScoredRouter } from '../../../learning/evaluation/benchmark.ts'
import { benchmarkNames, loadBenchmark } from '../../../learning/evaluation/benchmarks/registry.ts'
import { type EarlierResults, readEarlierEvaluations } from '../../../learning/evaluation/gates/regression.ts'
import { parseRequirement, type Requirement } from '../../../learning/evaluation/gates/requirement.ts'
import { reportName } from '../../../learning/evaluation/reports/report-files.ts'
import { readWinRates } from '../../../learning/evaluation/scores-file.ts'
import { resolveEmbedderPath } from '../../../routing/embedding/registry.ts'
import type { RouterSpec } from '../../../routing/routers/registry.ts'
import type { RouterDependencies } from '../../../routing/routers/router-kind.ts'
import { winRatesOfPrompts } from '../../scoring/prompt-scoring.ts'
import { loadConfiguration } from '../../setup/configuration.ts'
import { routerDependencies } from '../../setup/open-gateway.ts'
import { selectedRouters } from '../../setup/routers.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import type { EvaluateFlags } from './command.ts'
import { type EvaluationResources, readEvaluationResources } from './resources.ts'

/** What `evaluate` is to do. All that can be wrong with the flags has been found out when it is there. */
export type EvaluationPlan = {
  readonly requirements: readonly Requirement[]
  readonly earlier: readonly EarlierResults[]
  readonly resources: EvaluationResources
  /** Scores the routers on one benchmark each, when called. */
  readonly inputs: readonly (() => Promise<EvaluatedInput>)[]
}

export type EvaluatedInput = { readonly benchmark: Benchmark; readonly routers: readonly ScoredRouter[] }

/** Win rates that come from a file. */
type GivenScores = { readonly name: string; readonly file: string }

export async function planEvaluation(flags: EvaluateFlags, context: CommandContext): Promise<EvaluationPlan> {
  const { folder, environment } = context
  const requirements = (flags.require ?? []).map(parseRequirement)
  const earlier = await Promise.all(
    (flags.notWorseThan ?? []).map(async (file) => ({
      file,
      evaluations: await readEarlierEvaluations(resolve(folder, file)),
    })),
  )
  const given = (flags.scores ?? []).map((text) => givenScores(text, folder))
  const { routers, dependencies } = await routersOf(flags, context)
  checkNames([...routers, ...given])
  await checkTargets(flags, folder)
  const data = flags.data ?? environment.dataFolder
  const models = modelsOf(flags)
  const benchmarks = await Promise.all(
    flags.benchmark.map(async (name) => {
      const isFile = !benchmarkNames.includes(name) && !/^[a-z0-9_-]+$/i.test(name)
      const benchmark = await loadBenchmark(isFile ? resolve(folder, name) : name, {
        ...(data !== undefined && { dataFolder: resolve(folder, data) }),
        ...(models !== undefined && { models }),
      })
      return { ...benchmark, name }
    }),
  )
  checkReportNames(benchmarks)
  const resources = await readEvaluationResources(flags, benchmarks, {
    folder,
    dataFolder: data === undefined ? undefined : resolve(folder, data),
  })
  const cacheFolder = flags.cache ? environment.cacheFolder : undefined
  return {
    requirements,
    earlier,
    resources,
    inputs: benchmarks.map((benchmark) => async () => {
      const scored: ScoredRouter[] = []
      for (const { name, file } of given)
        scored.push({ name, winRates: await readWinRates(benchmark.rows, file) })
      const prompts = benchmark.rows.map(({ prompt }) => prompt)
      const cached = cacheFolder === undefined ? {} : { cacheFolder: resolve(cacheFolder, 'scores') }
      for (const router of routers)
        scored.push({
          name: router.name,
          winRates: await winRatesOfPrompts({ router, dependencies, prompts, ...cached }, context),
        })
      // In the order in which they were named: routers, then given scores.
      return { benchmark, routers: [...scored.slice(given.length), ...scored.slice(0, given.length)] }
    }),
  }
}

async function routersOf(
  { routers: names, embedder, config: file, scores }: EvaluateFlags,
  context: CommandContext,
): Promise<{ routers: RouterSpec[]; dependencies: RouterDependencies }> {
  if (names === undefined && scores === undefined)
    throw new InvalidRequestError(
      'nothing-to-evaluate',
      'name what to measure: --routers mf,./my-router, or --scores name=scores.jsonl',
      { param: '--routers' },
    )
  const { config, variables } = await loadConfiguration(file === undefined ? {} : { config: file }, context)
  const routers = selectedRouters(names ?? [], config, context)
  return {
    routers: routers.map((router) =>
      embedder === undefined
        ? router
        : { ...router, embedder: resolveEmbedderPath(embedder, context.folder) },
    ),
    dependencies: routerDependencies(config, variables, context),
  }
}

function givenScores(text: string, folder: string): GivenScores {
  const [, name, file] = /^([^=.\s]+)=(.+)$/.exec(text) ?? []
  if (name !== undefined && file !== undefined) return { name, file: resolve(folder, file) }
  throw new InvalidRequestError(
    'bad-scores',
    `--scores ${JSON.stringify(text)} is not name=file, such as theirs=scores.jsonl; a name has no dot and no space`,
    { param: '--scores' },
  )
}

function checkNames(named: readonly { readonly name: string }[]): void {
  const names = named.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return
  throw new InvalidRequestError(
    'duplicate-router',
    `two of the routers and scores to evaluate are called ${twice}; give one of them another name`,
    { param: '--scores' },
  )
}

function modelsOf({ strongModel, weakModel }: EvaluateFlags): { strong: string; weak: string } | undefined {
  if (strongModel === undefined && weakModel === undefined) return undefined
  if (strongModel !== undefined && weakModel !== undefined && strongModel !== weakModel)
    return { strong: strongModel, weak: weakModel }
  throw new InvalidRequestError(
    'missing-model',
    'a pair needs two models: give both --strong-model and --weak-model, and two different ones',
    { param: strongModel === undefined ? '--strong-model' : '--weak-model' },
  )
}

/** Two files of one name would be written over each other. */
function checkReportNames(benchmarks: readonly Benchmark[]): void {
  const names = benchmarks.map(({ name }) => reportName(name))
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index)
  if (twice < 0) return
  throw new InvalidRequestError(
    'duplicate-benchmark',
    `--benchmark ${benchmarks[twice]?.name} would be reported as ${names[twice]}, as another one is; leave one out or rename the file`,
    { param: '--benchmark' },
  )
}

/** The files that an output must not replace. Earlier results may be replaced: they are read before anything is written. */
export function inputFiles(flags: EvaluateFlags, folder: string): readonly string[] {
  const { benchmark, scores = [], costs, energy, latency } = flags
  const named = [
    ...benchmark,
    ...scores.map((text) => givenScores(text, folder).file),
    costs,
    energy,
    latency,
  ]
  return named.flatMap((file) => (typeof file === 'string' ? [resolve(folder, file)] : []))
}

/** Finds wrong outputs before the scoring. */
async function checkTargets(flags: EvaluateFlags, folder: string): Promise<void> {
  const { output, html, png } = flags
  if (png === true && output === undefined)
    throw new InvalidRequestError('png-without-output', '--png needs --output, the folder for the pictures', {
      param: '--png',
    })
  if (png === true) {
    const { curvePng } = await import('../../../learning/evaluation/reports/curve-png.ts')
    // A picture of nothing, to learn whether the optional package is there.
    await curvePng('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')
  }
  if (output !== undefined && (await stat(resolve(folder, output)).catch(() => undefined))?.isFile() === true)
    throw new InvalidRequestError('output-unwritable', `--output ${output} is a file; name a folder`, {
      param: '--output',
    })
  if (html !== undefined) await checkOutput(resolve(folder, html), inputFiles(flags, folder), '--html')
}
