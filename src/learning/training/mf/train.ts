import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import { dot } from '../../../base/math/linear/vectors.ts'
import { createRandom } from '../../../base/math/random.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import { evenQuantiles } from '../../../base/math/statistics/quantile.ts'
import type { Embedder } from '../../../routing/embedding/embedder.ts'
import { fixedPairVector } from '../../../routing/routers/mf/fixed-pair.ts'
import { tensorsOfWeights } from '../../../routing/routers/mf/weights.ts'
import { collectComparisons } from '../collect-comparisons.ts'
import { describeSources } from '../data-sources.ts'
import { embedPrompts } from '../embed-prompts.ts'
import type { LossCurve } from '../loss-curve.ts'
import { askedPair, resolvePair } from '../model-pair.ts'
import { type MatrixFactorizationSettings, parseSettings } from '../settings.ts'
import { splitByPrompt, validatePair } from '../validation.ts'
import { fitMatrixFactorization, type MatrixFactorizationFit } from './fit.ts'

export type MatrixFactorizationTraining = Partial<MatrixFactorizationSettings> & {
  /** The artifact's name, `[a-z0-9_-]+`. */
  readonly name: string
  /** Files of battles or outcomes, JSON Lines, gzip by extension. See `readComparisons`. */
  readonly data: readonly string[]
  /** The licence of each file by its path; `unknown` where there is none. */
  readonly licences?: Readonly<Record<string, string>>
  /** Needed unless every row brings its `embedding`, which goes before it. */
  readonly embedder?: Embedder
  /** The pair to calibrate for. May be left out where all rows name one pair as `strong` and `weak`. */
  readonly strongModel?: string
  readonly weakModel?: string
  /** A whole number; 0 unless told. The same data, options and seed give the same artifact, byte for byte. */
  readonly seed?: number
  readonly onProgress?: (progress: TrainingProgress) => void
  /** Aborting rejects with `signal.reason`, within one batch. */
  readonly signal?: AbortSignal
}

/** `done` of `total` prompts embedded, then of batches fitted; `loss` is null while embedding. */
export type TrainingProgress = {
  readonly stage: 'embed' | 'fit'
  readonly done: number
  readonly total: number
  /** The epoch's mean logistic loss so far, in nats: ln 2 = 0.693 is chance. */
  readonly loss: number | null
}

export type TrainedRouter = {
  readonly artifact: RouterArtifact
  /** What a person should know about the result, one sentence or two each. */
  readonly warnings: readonly string[]
  /** What was chosen on the way and why, from a trainer that had a choice. */
  readonly findings?: readonly string[]
  /** From a trainer that goes through the data again and again. */
  readonly lossCurve?: LossCurve
}

const calibrationQuantiles = 201

/**
 * Trains the method's matrix factorization router on comparisons of any number of models.
 *
 * A tie counts as half a win for each model (`ties: 'drop'` leaves ties out, as upstream's script does). A share of
 * the prompts is held out; the epoch with the least loss on them is kept, and the manifest's metrics say how well it
 * orders them. The calibration quantiles are those of the win rates of all prompts in the data.
 *
 * Throws `InvalidRequestError` for options that do not fit, `DataError` for rows that cannot be read,
 * `EmbeddingError` where there are no embeddings; nothing is written to disk.
 */
export async function trainMatrixFactorization(options: MatrixFactorizationTraining): Promise<TrainedRouter> {
  const { name, data, embedder, onProgress, signal, seed = 0 } = options
  const settings = parseSettings(options)
  const asked = askedPair(options)
  const hooks = signal === undefined ? {} : { signal }
  const random = createRandom(seed)

  const comparisons = await collectComparisons({
    files: data,
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
  const validation = validatePair(comparisons, split.validation, pair, winRateOfVector, random)
  const winRates = Float64Array.from(firstVectors(comparisons.promptOfVector), winRateOfVector)
  const sources = await describeSources(data, comparisons.rowsOfFile, options.licences)

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
    tensors: tensorsOfWeights(fit.weights),
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
