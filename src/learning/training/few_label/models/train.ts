import type { RouterManifest } from '../../../../base/artifact/router-artifact.ts'
import { runUntilAborted } from '../../../../base/concurrency/run-steps.ts'
import { isAbove } from '../../../../base/math/decimals.ts'
import { drawAscending } from '../../../../base/math/draw.ts'
import { createRandom } from '../../../../base/math/random.ts'
import { sigmoid } from '../../../../base/math/sigmoid.ts'
import { DataError, InvalidRequestError } from '../../../../errors.ts'
import {
  differenceOf,
  type FewLabelModelParameters,
} from '../../../../routing/routers/few_label/models/parameters.ts'
import { createFewLabelModelRouter } from '../../../../routing/routers/few_label/models/router.ts'
import { tensorsOfModelParameters } from '../../../../routing/routers/few_label/models/tensors.ts'
import { asBaseEmbedder } from '../../../../routing/routers/few_label/prompt-space.ts'
import { describeTrainedPromptsInSteps } from '../../../../routing/routers/trained-prompts/trained-prompts.ts'
import { leftOutApgr } from '../../left-out-apgr.ts'
import { askedPair, resolveModels } from '../../model-pair.ts'
import type { TrainedRouter } from '../../trained-router.ts'
import { describeData, toTrainingData } from '../../training-data.ts'
import {
  checkFewLabelOptions,
  drawnWarnings,
  type FewLabelTraining,
  fewLabelManifest,
  mostLabels,
} from '../few-label-training.ts'
import { fewestLabels } from '../labels.ts'
import { calibrationWinRates } from '../space/calibration-win-rates.ts'
import { readExamples } from '../space/read-examples.ts'
import { readPrompts } from '../space/read-prompts.ts'
import { fitWinRateScale } from '../win-rate-scale.ts'
import { learnModelScores, type ModelLearning } from './learning.ts'
import { modelFindings } from './model-findings.ts'
import { type ModelLabels, readModelLabels, selectModelLabels } from './model-labels.ts'

export type FewLabelModelTraining = FewLabelTraining & {
  /** The models whose scores are learned, as the labels name them; at least two. */
  readonly models: readonly string[]
}

/**
 * Trains the router `few_label` on the scores of many models: labels → the space of the user's prompts → the expected score of each
 * model and the length of its reply (`learnModelScores`) → the win rate of the pair → artifact. The same files, options and seed give the same artifact, byte
 * for byte. Default for the pair: the models with the highest and the lowest level.
 *
 * Throws `InvalidRequestError` (`too-few-models`, `repeated-model`, `unknown-model`), `DataError` for rows that cannot be read or
 * labels without information (`too-few-labels`, `labels-all-alike`), `EmbeddingError` if the embedders do not fit.
 */
export async function trainFewLabelModels(options: FewLabelModelTraining): Promise<TrainedRouter> {
  checkFewLabelOptions(options)
  checkNames(options.models)
  const { models, other, seed = 0, signal } = options
  const embedder = asBaseEmbedder(options.embedder)
  const labelData = await toTrainingData(options.labels, options.licences)
  const promptData = await toTrainingData(options.prompts ?? [], options.licences)
  const asked = askedPair(options)
  if (asked !== undefined) resolveModels(asked, models)
  const given = await readModelLabels(labelData, models, signal)
  const drawn = drawAscending(given.prompts.length, mostLabels, createRandom(seed))
  const labels = selectModelLabels(given, drawn)
  const unlabelled = await readPrompts(promptData, signal)
  const { space, prompts, ...read } = await readExamples(labels.prompts, unlabelled.prompts, options)
  const examples = { ...read.examples, weights: labels.weights }
  const learning = await runUntilAborted(learnModelScores(examples, labels), signal)
  const pair = asked ?? extremesOf(learning, models)
  const ofPair = pairColumns(labels, learning, pair)
  const scale = await runUntilAborted(fitWinRateScale(ofPair.scores, ofPair.wins, ofPair.weights), signal)
  const placeOf = (model: string) => models.indexOf(model)
  const { leftOutScores, replyLengths } = learning
  const gapAt = (row: number) =>
    leftOutScores[row * models.length + placeOf(pair.strong)]! -
    leftOutScores[row * models.length + placeOf(pair.weak)]!
  const parameters: FewLabelModelParameters = {
    space,
    weights: differenceOf(learning.models[placeOf(pair.strong)]!, learning.models[placeOf(pair.weak)]!),
    scale,
    trained: await runUntilAborted(
      describeTrainedPromptsInSteps(labels.prompts, (row) =>
        sigmoid(scale.slope * gapAt(row) + scale.offset),
      ),
      signal,
    ),
    models: learning.models,
    leftOutScores: Float32Array.from(leftOutScores),
    replies: replyLengths && {
      ...replyLengths.lengths,
      leftOutTokens: Float32Array.from(replyLengths.leftOutTokens),
    },
  }
  const router = createFewLabelModelRouter({
    parameters,
    embedder,
    models,
    pair,
    ...(other !== undefined && { other }),
  })
  const winRates = await calibrationWinRates(router, prompts, options)
  const apgr = await runUntilAborted(leftOutApgr(ofPair, seed), signal)
  const { metrics, findings } = await runUntilAborted(modelFindings(labels, learning, seed), signal)
  const sources = await describeData(
    [...labelData, ...promptData],
    [...given.rowsUsed, ...unlabelled.rowsUsed],
    signal,
  )
  const manifest = fewLabelManifest(options, winRates, {
    pair,
    models,
    ...sources,
    metrics: { labels: labels.prompts.length, prompts: prompts.length, ...metrics, ...apgr },
  })
  return {
    artifact: { manifest, tensors: tensorsOfModelParameters(parameters) },
    warnings: drawnWarnings(given.prompts.length),
    findings,
  }
}

function checkNames(models: readonly string[]): void {
  const repeated = models.find((model, place) => models.indexOf(model) !== place)
  if (repeated !== undefined)
    throw new InvalidRequestError(
      'repeated-model',
      `models (--models) names ${repeated} twice. Name each model once.`,
      {
        param: 'models',
      },
    )
  if (models.length >= 2) return
  throw new InvalidRequestError(
    'too-few-models',
    `models (--models) names ${models.length === 0 ? 'no model' : `${models[0]} only`}, and a router chooses among two or more.`,
    { param: 'models' },
  )
}

function extremesOf({ models: weights }: ModelLearning, models: readonly string[]): RouterManifest['pair'] {
  const byLevel = [...models.keys()].sort((one, other) => weights[other]!.constant - weights[one]!.constant)
  return { strong: models[byLevel[0]!]!, weak: models[byLevel.at(-1)!]! }
}

/** The prompts on which both models of the pair have a score. */
function pairColumns(
  { prompts, models, scores, weights }: ModelLabels,
  { leftOutScores }: ModelLearning,
  pair: RouterManifest['pair'],
) {
  const [strong, weak] = [models.indexOf(pair.strong), models.indexOf(pair.weak)]
  const at = (values: Float64Array, row: number, model: number) => values[row * models.length + model]!
  const rows = [...prompts.keys()].filter(
    (row) => !Number.isNaN(at(scores, row, strong)) && !Number.isNaN(at(scores, row, weak)),
  )
  if (rows.length < fewestLabels)
    throw new DataError(
      'too-few-labels',
      `${pair.strong} and ${pair.weak} both have scores on ${rows.length} distinct prompts, and their win rate needs ${fewestLabels}. Score both on the same prompts, or name another pair with --strong-model and --weak-model.`,
    )
  const strongScores = Float64Array.from(rows, (row) => at(scores, row, strong))
  const weakScores = Float64Array.from(rows, (row) => at(scores, row, weak))
  return {
    prompts: rows.map((row) => prompts[row]!),
    scores: Float64Array.from(rows, (row) => at(leftOutScores, row, strong) - at(leftOutScores, row, weak)),
    strongScores,
    weakScores,
    wins: Float64Array.from(strongScores, (score, place) => (isAbove(score, weakScores[place]!) ? 1 : 0)),
    weights: Float64Array.from(rows, (row) => weights[row]!),
  }
}
