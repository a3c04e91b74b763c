import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkOutput } from '../../base/files/write-outputs.ts'
import { isAbove } from '../../base/math/decimals.ts'
import { InvalidRequestError } from '../../errors.ts'
import type { Benchmark, ScoredRouter } from '../../learning/evaluation/benchmark.ts'
import { loadLabelled, onlyModelOf } from '../../learning/evaluation/benchmarks/labelled.ts'
import { isBenchmarkFile, loadBenchmark } from '../../learning/evaluation/benchmarks/registry.ts'
import { type EarlierResults, readEarlierEvaluations } from '../../learning/evaluation/gates/regression.ts'
import { parseRequirement, type Requirement } from '../../learning/evaluation/gates/requirement.ts'
import { curvePng } from '../../learning/evaluation/reports/curve-png.ts'
import { reportName } from '../../learning/evaluation/reports/report-files.ts'
import { readWinRates } from '../../learning/evaluation/scores-file.ts'
import { resolveEmbedderPath } from '../../routing/embedding/registry.ts'
import type { RouterSpec } from '../../routing/routers/registry.ts'
import { checkTrainedLabels } from '../../routing/routers/trained-prompts/check-labels.ts'
import type { JobContext } from '../job.ts'
import { findRouters } from '../named-routers.ts'
import { loadPickPrompt } from '../pick-prompt.ts'
import { protectedFiles } from '../protected-files.ts'
import { scoreDistinctPrompts } from '../scoring/score-prompts.ts'
import type { Workspace } from '../workspace.ts'
import type { EvaluatePayload } from './payload.ts'
import { type EvaluationResources, readEvaluationResources } from './resources.ts'

/** What an evaluation does. Everything that can be wrong with the payload was checked before. */
export type EvaluationPlan = {
  readonly requirements: readonly Requirement[]
  readonly earlier: readonly EarlierResults[]
  readonly resources: EvaluationResources
  /** Each scores the routers on one benchmark when it is called. */
  readonly inputs: readonly (() => Promise<EvaluatedInput>)[]
}

export type EvaluatedInput = { readonly benchmark: Benchmark; readonly routers: readonly ScoredRouter[] }

/** Reads and checks everything that the payload names. */
export async function planEvaluation(given: EvaluatePayload, context: JobContext): Promise<EvaluationPlan> {
  const { workspace } = context
  const { folder, dependencies } = workspace
  const requirements = (given.require ?? []).map(parseRequirement)
  const earlier = await Promise.all(
    (given.notWorseThan ?? []).map(async (file) => ({
      file,
      evaluations: await readEarlierEvaluations(resolve(folder, file)),
    })),
  )
  const { scores = [] } = given
  const routers = findEvaluatedRouters(given, workspace)
  checkNames([...routers, ...scores])
  await checkTargets(given, workspace)
  const data = given.data ?? workspace.dataFolder
  const dataFolder = data === undefined ? undefined : resolve(folder, data)
  const benchmarks = await loadBenchmarks(given, folder, dataFolder, context)
  checkReportNames(benchmarks)
  const today = dependencies.now?.() ?? new Date()
  const resources = await readEvaluationResources(given, benchmarks, { folder, dataFolder, today })
  const cacheFolder = given.cache ? workspace.cacheFolder : undefined
  const cached = cacheFolder === undefined ? {} : { cacheFolder: resolve(cacheFolder, 'scores') }
  return {
    requirements,
    earlier,
    resources,
    inputs: benchmarks.map((benchmark) => async () => {
      const prompts = benchmark.rows.map(({ prompt }) => prompt)
      const given: ScoredRouter[] = []
      for (const { name, file } of scores)
        given.push({
          name,
          winRates: await readWinRates(benchmark.rows, resolve(folder, file), context.signal),
        })
      const scored: ScoredRouter[] = []
      for (const router of routers)
        scored.push(
          await withLeftOutWinRates(
            router,
            benchmark,
            await scoreDistinctPrompts({ router, prompts, ...cached }, context),
            context,
          ),
        )
      return { benchmark, routers: [...scored, ...given] }
    }),
  }
}

/** Rows that the router was trained on get the win rates of fits without them, or there is a warning. */
async function withLeftOutWinRates(
  router: RouterSpec,
  { rows, strongModel: strong, weakModel: weak }: Benchmark,
  own: Float64Array,
  { workspace, signal, onWarning }: JobContext,
): Promise<ScoredRouter> {
  const { winRates, basis, crossFittedLabels, warnings } = await checkTrainedLabels(
    router,
    workspace.dependencies,
    {
      prompts: rows.map(({ prompt }) => prompt),
      winRates: Array.from(own),
      outcomes: {
        pair: { strong, weak },
        strongWins: rows.map(({ strongScore, weakScore }) => isAbove(strongScore, weakScore)),
      },
    },
    { signal },
  )
  for (const warning of warnings) onWarning(warning)
  return { name: router.name, winRates, training: { basis, crossFittedRows: crossFittedLabels } }
}

async function loadBenchmarks(
  given: EvaluatePayload,
  folder: string,
  dataFolder: string | undefined,
  context: JobContext,
): Promise<Benchmark[]> {
  const { signal } = context
  const models = findModels(given)
  const options = {
    ...(dataFolder !== undefined && { dataFolder }),
    ...(models !== undefined && { models }),
  }
  const groups = await groupBenchmarks(given.benchmarks, folder, signal)
  return Promise.all(
    groups.map(async (names) => {
      const [name = ''] = names
      const files = names.map((each) => resolve(folder, each))
      const benchmark = isBenchmarkFile(name)
        ? await loadLabelled(files, models, signal, () => loadPickPrompt(context))
        : await loadBenchmark(name, { ...options, signal })
      return { ...benchmark, name: names.join(' and ') }
    }),
  )
}

/** Files that score one model each, not all the same one, are one benchmark. */
async function groupBenchmarks(
  names: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<readonly (readonly string[])[]> {
  if (names.filter(isBenchmarkFile).length < 2) return names.map((name) => [name])
  const modelOf = new Map<string, string>()
  for (const name of names.filter(isBenchmarkFile)) {
    const model = await onlyModelOf(resolve(folder, name), signal)
    if (model !== undefined) modelOf.set(name, model)
  }
  if (new Set(modelOf.values()).size < 2) return names.map((name) => [name])
  const first = names.find((name) => modelOf.has(name))
  return names
    .filter((name) => name === first || !modelOf.has(name))
    .map((name) => (name === first ? [...modelOf.keys()] : [name]))
}

function findEvaluatedRouters(
  { routers: names, scores, embedder }: EvaluatePayload,
  workspace: Workspace,
): RouterSpec[] {
  if (names === undefined && scores === undefined)
    throw new InvalidRequestError(
      'nothing-to-evaluate',
      'name what to measure: --routers mf,./my-router, or --scores name=scores.jsonl',
      { param: '--routers' },
    )
  const routers = findRouters(names ?? [], workspace)
  if (embedder === undefined) return routers
  return routers.map((router) => ({
    ...router,
    embedder: resolveEmbedderPath(embedder, workspace.folder),
  }))
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

function findModels({
  strongModel,
  weakModel,
}: EvaluatePayload): { strong: string; weak: string } | undefined {
  if (strongModel === undefined && weakModel === undefined) return undefined
  if (strongModel !== undefined && weakModel !== undefined && strongModel !== weakModel)
    return { strong: strongModel, weak: weakModel }
  throw new InvalidRequestError(
    'missing-model',
    'a pair needs two models: give both --strong-model and --weak-model, and two different ones',
    { param: strongModel === undefined ? '--strong-model' : '--weak-model' },
  )
}

/** Two reports with one name would overwrite each other. */
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

/** Finds wrong outputs before the scoring. */
async function checkTargets(given: EvaluatePayload, workspace: Workspace): Promise<void> {
  const { folder } = workspace
  const { output, html, png } = given
  if (png && output === undefined)
    throw new InvalidRequestError('png-without-output', '--png needs --output, the folder for the pictures', {
      param: '--png',
    })
  // An empty picture, to find out whether the optional package is installed.
  if (png) await curvePng('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')
  if (output !== undefined && (await stat(resolve(folder, output)).catch(() => undefined))?.isFile() === true)
    throw new InvalidRequestError('output-unwritable', `--output ${output} is a file; name a folder`, {
      param: '--output',
    })
  if (html !== undefined)
    await checkOutput(resolve(folder, html), await inputFiles(given, workspace), '--html')
}

/** The files that an output must not replace. Earlier results may be replaced: they are read before anything is written. */
export async function inputFiles(given: EvaluatePayload, workspace: Workspace): Promise<string[]> {
  const { benchmarks, scores = [], costs, energy, latency } = given
  const named = [...benchmarks, ...scores.map(({ file }) => file), costs, energy, latency]
  const files = named.filter((file) => typeof file === 'string')
  return protectedFiles(workspace, files, findRouters(given.routers ?? [], workspace))
}
