import { runUntilAborted } from '../../../base/concurrency/run-steps.ts'
import { drawAscending } from '../../../base/math/draw.ts'
import { createRandom } from '../../../base/math/random.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import type { FewLabelParameters } from '../../../routing/routers/few_label/parameters.ts'
import { asBaseEmbedder } from '../../../routing/routers/few_label/prompt-space.ts'
import { createFewLabelRouter } from '../../../routing/routers/few_label/router.ts'
import { tensorsOfParameters } from '../../../routing/routers/few_label/tensors.ts'
import {
  describeTrainedPromptsInSteps,
  type TrainedPrompts,
} from '../../../routing/routers/trained-prompts/trained-prompts.ts'
import { collectComparisons } from '../collect-comparisons.ts'
import { askedPair, resolvePair } from '../model-pair.ts'
import type { TrainedRouter } from '../trained-router.ts'
import { describeData, toTrainingData } from '../training-data.ts'
import {
  checkFewLabelOptions,
  drawnWarnings,
  type FewLabelTraining,
  fewLabelManifest,
  mostLabels,
} from './few-label-training.ts'
import { findingsOf } from './findings.ts'
import { labelsOfPair, type PairLabels, selectLabels } from './labels.ts'
import { type FewLabelLearning, learnFewLabelInSteps } from './learning.ts'
import { measureLearningCurve } from './learning-curve.ts'
import { calibrationWinRates } from './space/calibration-win-rates.ts'
import { readExamples } from './space/read-examples.ts'
import { readPrompts } from './space/read-prompts.ts'

/** Rows may have many models. The requested pair is always kept, and some others to list the known models in errors. */
const otherPairsPerRow = 4

/**
 * Trains the router `few_label` on a few hundred labels: labels → the space of the user's prompts → fit → measurement
 * on left-out labels → artifact. The same files, options and seed give the same artifact, byte for byte.
 *
 * Throws `InvalidRequestError` for options that do not fit, `DataError` for rows that cannot be read or labels without
 * information (`too-few-labels`, `labels-all-alike`), `EmbeddingError` if the embedders do not fit.
 */
export async function trainFewLabel(options: FewLabelTraining): Promise<TrainedRouter> {
  checkFewLabelOptions(options)
  const { other, seed = 0, signal } = options
  const hooks = signal === undefined ? {} : { signal }
  const embedder = asBaseEmbedder(options.embedder)
  const labelData = await toTrainingData(options.labels, options.licences)
  const promptData = await toTrainingData(options.prompts ?? [], options.licences)
  const asked = askedPair(options)

  const comparisons = await collectComparisons({
    data: labelData,
    ties: 'half',
    draw: {
      maxPerRow: otherPairsPerRow,
      ...(asked !== undefined && { keptPair: asked }),
      random: createRandom(seed),
    },
    ...hooks,
  })
  const pair = resolvePair(asked, comparisons)
  const given = labelsOfPair(comparisons, pair)
  const labels = selectLabels(given, drawAscending(given.prompts.length, mostLabels, createRandom(seed)))
  const unlabelled = await readPrompts(promptData, signal)
  const { space, prompts, ...read } = await readExamples(labels.prompts, unlabelled.prompts, options)
  const examples = { ...read.examples, weights: labels.weights }
  const learning = await runUntilAborted(learnFewLabelInSteps(examples, labels, { seed }), signal)
  const { metrics, findings, warnings } = await runUntilAborted(
    findingsOf(learning, labels, examples.priors, pair, prompts.length, seed),
    signal,
  )
  const learningCurve =
    metrics.leftOutApgr === undefined
      ? undefined
      : await runUntilAborted(measureLearningCurve(examples, labels, learning, seed), signal)
  const parameters: FewLabelParameters = {
    space,
    weights: learning.weights,
    scale: learning.scale,
    trained: await runUntilAborted(trainedPrompts(labels, learning), signal),
  }
  const winRates = await calibrationWinRates(
    createFewLabelRouter({ parameters, embedder, ...(other !== undefined && { other }) }),
    prompts,
    options,
  )
  const sources = await describeData(
    [...labelData, ...promptData],
    [...comparisons.rowsUsed, ...unlabelled.rowsUsed],
    signal,
  )
  const manifest = fewLabelManifest(options, winRates, {
    pair,
    models: [pair.strong, pair.weak],
    ...sources,
    metrics,
  })
  return {
    artifact: { manifest, tensors: tensorsOfParameters(parameters) },
    warnings: [...warnings, ...drawnWarnings(given.prompts.length)],
    findings,
    ...(learningCurve !== undefined && { learningCurve }),
  }
}

function trainedPrompts(
  { prompts }: PairLabels,
  { leftOutScores, scale }: FewLabelLearning,
): Generator<void, TrainedPrompts> {
  return describeTrainedPromptsInSteps(prompts, (label) =>
    sigmoid(scale.slope * leftOutScores[label]! + scale.offset),
  )
}
