import { z } from 'zod'
import type { RouterArtifact, RouterManifest } from '../../../base/artifact/router-artifact.ts'
import { runUntilAborted } from '../../../base/concurrency/run-steps.ts'
import { createRandom } from '../../../base/math/random.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import { quantile } from '../../../base/math/statistics/quantile.ts'
import { EmbeddingError, InvalidRequestError } from '../../../errors.ts'
import type { Embedder } from '../../../routing/embedding/embedder.ts'
import {
  type ClusterParameters,
  parametersOfArtifact,
  tensorsOfParameters,
} from '../../../routing/routers/cluster/parameters.ts'
import type { WinRateScale } from '../../../routing/routers/few_label/parameters.ts'
import { tensorsOfTrainedPrompts } from '../../../routing/routers/trained-prompts/tensors.ts'
import { describeTrainedPromptsInSteps } from '../../../routing/routers/trained-prompts/trained-prompts.ts'
import { embedTexts } from '../embed-prompts.ts'
import { fitWinRateScale } from '../few_label/win-rate-scale.ts'
import { leftOutApgr } from '../left-out-apgr.ts'
import { askedPair, resolveModels } from '../model-pair.ts'
import { calibrationQuantiles, type TrainedRouter } from '../trained-router.ts'
import { describeData, toTrainingData } from '../training-data.ts'
import {
  type DataTraining,
  invalidTrainingOption,
  optionSchemas,
  parseTrainingOptions,
} from '../training-options.ts'
import { type Clusters, clustersOf, learnClusters, learnScores } from './learning.ts'
import { type OutcomeTable, readOutcomeTable } from './outcome-table.ts'
import { type KnownScores, type PairRows, pairRows } from './pair-rows.ts'

export type ClusterTraining = DataTraining & {
  readonly embedder: Embedder
  /**
   * A router of this kind that the data's new models join: its kinds of prompts and the scores of its models stay, and
   * a probe of about 200 prompts is enough.
   */
  readonly join?: RouterArtifact
  /** Kinds of prompts. Default: one for each 100 prompts, from 2 to 32. */
  readonly clusters?: number
}

const optionsSchema = z.object({
  name: optionSchemas.name,
  data: optionSchemas.data,
  clusters: optionSchemas.wholeFrom(1).optional(),
})

const promptsPerCluster = 100
const mostClusters = 32
/** Fewer common prompts of the pair scale no win rate; a router that was joined keeps its own scale. */
const fewestPairPrompts = 50

/**
 * Trains the router `cluster`: outcomes → embeddings → kinds of prompts → every model's expected score on each → the
 * win rate of the pair. It can also add new models to an existing router.
 *
 * Throws `InvalidRequestError` for options that do not fit, `DataError` for rows that cannot be read,
 * `EmbeddingError` if the embedder fails or is not that of `join`.
 */
export async function trainCluster(options: ClusterTraining): Promise<TrainedRouter> {
  checkOptions(options)
  const { embedder, join, seed = 0, signal, onProgress } = options
  const data = await toTrainingData(options.data, options.licences)
  const hooks = signal === undefined ? {} : { signal }
  const random = createRandom(seed)
  const table = await readOutcomeTable(data, signal)
  const before = join === undefined ? undefined : joined(join, embedder)
  const pair = resolveModels(askedPair(options) ?? join?.manifest.pair, modelsOf(table, before))
  const embeddings = await embedTexts(table.prompts, embedder, {
    ...hooks,
    onEmbedded: (done, total) => onProgress?.({ stage: 'embed', done, total, loss: null }),
  })
  const clusters: Clusters =
    before?.parameters ??
    (await runUntilAborted(
      learnClusters(embeddings, embedder.dimensions, options.clusters ?? clustersFor(table), random),
      signal,
    ))
  const clusterOfPrompt = await runUntilAborted(
    clustersOf(embeddings, embedder.dimensions, clusters.centres),
    signal,
  )
  const learned = learnScores(table, clusterOfPrompt, clusters, before?.scores)
  const rows = await runUntilAborted(pairRows(table, clusterOfPrompt, learned, pair, random, before), signal)
  const scale = await runUntilAborted(scaleOf(rows, before?.parameters), signal)
  const scores = { models: learned.models, scores: learned.scores }
  const together = before === undefined ? scores : withNewModels(before, scores)
  const parameters: ClusterParameters = { ...clusters, scores: together.scores, ...scale }
  const apgr = await runUntilAborted(leftOutApgr({ ...rows, scores: rows.expectedGaps }, seed), signal)
  const sources = await describeData(data, table.rowsUsed, signal)
  const rowOfPrompt = new Map(rows.prompts.map((prompt, row) => [prompt, row]))
  const leftOutWinRate = (prompt: number) => {
    const row = rowOfPrompt.get(table.prompts[prompt]!)
    return row === undefined ? undefined : sigmoid(scale.slope * rows.expectedGaps[row]! + scale.offset)
  }
  const trained = await runUntilAborted(describeTrainedPromptsInSteps(table.prompts, leftOutWinRate), signal)
  const manifest: RouterManifest = {
    formatVersion: 1,
    kind: 'cluster',
    name: options.name,
    embedder: { id: embedder.id, dimensions: embedder.dimensions },
    pair,
    models: together.models,
    ...sources,
    data: [...(join?.manifest.data ?? []), ...sources.data],
    seed,
    options: { clusters: clusters.shares.length, beliefPrompts: learned.belief.prompts },
    metrics: {
      prompts: table.prompts.length,
      labels: rows.prompts.length,
      observations: table.score.length,
      ...apgr,
    },
    calibration: {
      prompts: join?.manifest.calibration?.prompts ?? table.prompts.length,
      winRateQuantiles: winRateQuantiles(parameters, together.models, pair),
    },
  }
  return {
    artifact: {
      manifest,
      tensors: new Map([...tensorsOfParameters(parameters), ...tensorsOfTrainedPrompts(trained)]),
    },
    warnings: apgr === undefined ? [notMeasured(rows, pair)] : [],
  }
}

type Joined = KnownScores & { readonly parameters: ClusterParameters }

function joined(artifact: RouterArtifact, embedder: Embedder): Joined {
  const { manifest } = artifact
  if (manifest.kind !== 'cluster')
    throw new InvalidRequestError(
      'join-wrong-kind',
      `${manifest.name} is a router of the kind ${manifest.kind}; models join routers of the kind cluster.`,
      { param: 'join' },
    )
  if (manifest.embedder.id !== embedder.id)
    throw new EmbeddingError(
      'embedder-mismatch',
      `${manifest.name} was trained on the embedder ${manifest.embedder.id}, and ${embedder.id} gives other vectors. Name that one with --embedder.`,
      { param: '--embedder' },
    )
  const parameters = parametersOfArtifact(artifact, manifest.name)
  return {
    models: manifest.models,
    scores: parameters.scores,
    clusters: parameters.shares.length,
    parameters,
  }
}

function modelsOf(table: OutcomeTable, before: Joined | undefined): readonly string[] {
  return [...new Set([...(before?.models ?? []), ...table.models])]
}

function clustersFor({ prompts }: OutcomeTable): number {
  return Math.min(mostClusters, Math.max(2, Math.round(prompts.length / promptsPerCluster)))
}

/** Known models keep their scores; new ones are added. */
function withNewModels(
  { models, scores, clusters }: KnownScores,
  learned: { readonly models: readonly string[]; readonly scores: Float32Array },
): { readonly models: readonly string[]; readonly scores: Float32Array } {
  const fresh = learned.models.flatMap((model, row) => (models.includes(model) ? [] : [{ model, row }]))
  return {
    models: [...models, ...fresh.map(({ model }) => model)],
    scores: Float32Array.from([
      ...scores,
      ...fresh.flatMap(({ row }) => [...learned.scores.subarray(row * clusters, (row + 1) * clusters)]),
    ]),
  }
}

function* scaleOf(
  { expectedGaps, wins }: PairRows,
  before: WinRateScale | undefined,
): Generator<void, WinRateScale> {
  if (before !== undefined && wins.length < fewestPairPrompts)
    return { slope: before.slope, offset: before.offset }
  return yield* fitWinRateScale(expectedGaps, wins, new Float64Array(wins.length).fill(1))
}

/** For prompts with the same mix of kinds as the training prompts. */
function winRateQuantiles(
  { scores, shares, slope, offset }: ClusterParameters,
  models: readonly string[],
  pair: RouterManifest['pair'],
): number[] {
  const clusters = shares.length
  const [strong, weak] = [models.indexOf(pair.strong) * clusters, models.indexOf(pair.weak) * clusters]
  const winRates = Array.from(shares, (share, c) => ({
    share,
    winRate: sigmoid(slope * (scores[strong + c]! - scores[weak + c]!) + offset),
  })).sort((one, other) => one.winRate - other.winRate)
  const spread: number[] = []
  let reached = 0
  for (const { share, winRate } of winRates) {
    reached += share
    while (spread.length < Math.round(1_000 * reached)) spread.push(winRate)
  }
  return Array.from({ length: calibrationQuantiles }, (_, index) =>
    quantile(spread, index / (calibrationQuantiles - 1)),
  )
}

function notMeasured({ prompts }: PairRows, { strong, weak }: RouterManifest['pair']): string {
  if (prompts.length === 0)
    return `APGR was not measured: the data has no prompt that both ${strong} and ${weak} were tried on. Give the outcomes of both to measure it.`
  return (
    `APGR was not measured: on the ${prompts.length} prompts that both were tried on, ${strong} is not better than ${weak} ` +
    'on average. Check which of the two is strong, or give more of them.'
  )
}

function checkOptions(options: ClusterTraining): void {
  const { clusters } = parseTrainingOptions(optionsSchema, options)
  if (clusters !== undefined && options.join !== undefined)
    throw invalidTrainingOption('clusters', clusters, 'left out with join, whose kinds of prompts stay')
}
