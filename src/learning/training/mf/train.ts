import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import { mapInSteps, runUntilAborted } from '../../../base/concurrency/run-steps.ts'
import { dot } from '../../../base/math/linear/vectors.ts'
import { createRandom } from '../../../base/math/random.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import { evenQuantiles } from '../../../base/math/statistics/quantile.ts'
import { fixedPairVector } from '../../../routing/routers/mf/fixed-pair.ts'
import { tensorsOfWeights } from '../../../routing/routers/mf/weights.ts'
import { tensorsOfTrainedPrompts } from '../../../routing/routers/trained-prompts/tensors.ts'
import { describeTrainedPromptsInSteps } from '../../../routing/routers/trained-prompts/trained-prompts.ts'
import { collectComparisons } from '../collect-comparisons.ts'
import { embedPrompts } from '../embed-prompts.ts'
import { askedPair, resolvePair } from '../model-pair.ts'
import { calibrationQuantiles, type TrainedRouter } from '../trained-router.ts'
import { describeData, toTrainingData } from '../training-data.ts'
import type { EmbeddedTraining } from '../training-options.ts'
import { splitByPrompt, validatePair } from '../validation.ts'
import { fitMatrixFactorization, type MatrixFactorizationFit } from './fit.ts'
import { type GivenSettings, parseSettings } from './settings.ts'

export type MatrixFactorizationTraining = GivenSettings & EmbeddedTraining

/**
 * Trains the method's matrix factorization router on comparisons of any number of models.
 *
 * A tie counts as half a win for each model (`ties: 'drop'` leaves ties out, as upstream's script does). A share of the
 * prompts is held out; the epoch with the least loss on them is kept, and the manifest's metrics show how well it
 * orders them. The calibration quantiles are those of the win rates of all prompts in the data.
 *
 * Throws `InvalidRequestError` for options that do not fit, `DataError` for rows that cannot be read,
 * `EmbeddingError` if there are no embeddings; nothing is written to disk.
 */
export async function trainMatrixFactorization(options: MatrixFactorizationTraining): Promise<TrainedRouter> {
  const { name, embedder, onProgress, signal, seed = 0 } = options
  const settings = parseSettings(options)
  const data = await toTrainingData(options.data, options.licences)
  const asked = askedPair(options)
  const hooks = signal === undefined ? {} : { signal }
  const random = createRandom(seed)

  const comparisons = await collectComparisons({
    data,
    ties: settings.ties,
    draw: {
      maxPerRow: settings.maxComparisonsPerRow,
      ...(asked === undefined ? {} : { keptPair: asked }),
      random,
    },
    ...(settings.comparisons === 'pair' && asked !== undefined ? { pair: asked } : {}),
    ...hooks,
  })
  const pair = resolvePair(asked, comparisons)
  const { embedderId, dimensions, embeddings } = await embedPrompts(comparisons, embedder, {
    ...hooks,
    onEmbedded: (done, total) => onProgress?.({ stage: 'embed', done, total, loss: null }),
  })
  const split = splitByPrompt(comparisons, settings.validationFraction, random)
  const epochs = settings.epochs ?? epochsFor(split.training.length, settings.batchSize)
  const table = { ...comparisons, embeddings, textDimensions: dimensions }
  const fit = await fitMatrixFactorization(
    table,
    split.training,
    split.validation,
    { ...settings, epochs },
    random,
    { ...hooks, onProgress: (progress) => onProgress?.({ stage: 'fit', ...progress }) },
  )

  const direction = fixedPairVector(fit.weights, pair)
  const winRateOfVector = (vector: number) =>
    sigmoid(dot(direction, embeddings.subarray(vector * dimensions, (vector + 1) * dimensions)))
  const validation = await runUntilAborted(
    validatePair(comparisons, split.validation, pair, winRateOfVector, random),
    signal,
  )
  const winRates = Float64Array.from(
    await runUntilAborted(mapInSteps(firstVectors(comparisons.promptOfVector), winRateOfVector), signal),
  )
  const sources = await describeData(data, comparisons.rowsUsed, signal)
  const heldOut = new Map(
    Array.from(split.validation, (row) => {
      const vector = comparisons.vector[row]!
      return [comparisons.promptOfVector[vector]!, winRateOfVector(vector)]
    }),
  )
  const trained = await runUntilAborted(
    describeTrainedPromptsInSteps(comparisons.prompts, (prompt) => heldOut.get(prompt)),
    signal,
  )

  const artifact: RouterArtifact = {
    manifest: {
      formatVersion: 1,
      kind: 'mf',
      name,
      embedder: { id: embedderId, dimensions },
      pair,
      models: comparisons.models,
      ...sources,
      seed,
      options: { ...settings, epochs },
      metrics: {
        trainingComparisons: split.training.length,
        validationComparisons: split.validation.length,
        ...lossMetrics(fit),
        ...validation.metrics,
      },
      calibration: {
        prompts: winRates.length,
        winRateQuantiles: evenQuantiles(winRates, calibrationQuantiles),
      },
    },
    tensors: new Map([...tensorsOfWeights(fit.weights), ...tensorsOfTrainedPrompts(trained)]),
  }
  const { trainingLosses: training, validationLosses, bestEpoch: keptEpoch } = fit
  return {
    artifact,
    warnings: validation.warnings,
    lossCurve: { training, validation: validationLosses, keptEpoch },
  }
}

/**
 * About 10,000 steps: the paper's 10 epochs on its 65,000 battles, up to the 100 of upstream's script on fewer, and
 * fewer epochs on more.
 */
function epochsFor(comparisons: number, batchSize: number): number {
  const stepsPerEpoch = Math.ceil(comparisons / batchSize)
  return Math.min(100, Math.ceil(10_000 / stepsPerEpoch))
}

/** The loss curve as `trainingLoss.001` …, and the loss of the epoch that was kept. */
function lossMetrics({
  bestEpoch,
  trainingLosses,
  validationLosses,
}: MatrixFactorizationFit): Record<string, number> {
  const curve = (name: string, losses: readonly number[]) =>
    losses.map((loss, index) => [`${name}.${String(index + 1).padStart(3, '0')}`, loss] as const)
  const kept = validationLosses[bestEpoch - 1]
  return {
    bestEpoch,
    trainingLoss: trainingLosses[bestEpoch - 1]!,
    ...(kept === undefined ? {} : { validationLoss: kept }),
    ...Object.fromEntries(curve('trainingLoss', trainingLosses)),
    ...Object.fromEntries(curve('validationLoss', validationLosses)),
  }
}

function firstVectors(promptOfVector: readonly number[]): number[] {
  const seen = new Set<number>()
  return promptOfVector.flatMap((prompt, vector) => {
    if (seen.has(prompt)) return []
    seen.add(prompt)
    return [vector]
  })
}
