import { z } from 'zod'
import type { RouterManifest } from '../../../base/artifact/router-artifact.ts'
import { runUntilAborted } from '../../../base/concurrency/run-steps.ts'
import { createRandom } from '../../../base/math/random.ts'
import { evenQuantiles } from '../../../base/math/statistics/quantile.ts'
import { type Checkpoint, openCheckpoint } from '../../../routing/onnx/checkpoint.ts'
import { createTextEncoder, type TextEncoderOptions } from '../../../routing/onnx/text-encoder.ts'
import { type HeadWeights, headProbabilitiesInSteps } from '../../../routing/routers/bert/head.ts'
import { labelCount } from '../../../routing/routers/bert/win-rate.ts'
import {
  describeTrainedPromptsInSteps,
  type TrainedPrompts,
} from '../../../routing/routers/trained-prompts/trained-prompts.ts'
import { type CollectedComparisons, collectComparisons } from '../collect-comparisons.ts'
import { embedPrompts } from '../embed-prompts.ts'
import { askedPair, resolvePair } from '../model-pair.ts'
import { calibrationQuantiles } from '../trained-router.ts'
import { describeData, toTrainingData } from '../training-data.ts'
import { type DataTraining, optionSchemas, parseTrainingOptions } from '../training-options.ts'
import { splitByPrompt, validatePair } from '../validation.ts'
import { defaultHeadSettings, fitHead, type HeadExamples, type HeadFit, type HeadSettings } from './fit.ts'

export type BertHeadTraining = Partial<HeadSettings> &
  DataTraining & {
    /** Folder of the encoder, as `resolveEncoder` gives it. */
    readonly encoder: string
    /** Share of the prompts held out to choose the epoch and to measure, in [0, 1). Default: 0.1. */
    readonly validationFraction?: number
    readonly inference?: TextEncoderOptions
  }

const optionsSchema = z.object({
  name: optionSchemas.name,
  data: optionSchemas.data,
  kind: z.custom<HeadSettings['kind']>().default(defaultHeadSettings.kind),
  epochs: optionSchemas.integerFrom(1).optional(),
  batchSize: optionSchemas.integerFrom(1).default(defaultHeadSettings.batchSize),
  learningRate: optionSchemas.learningRate.default(defaultHeadSettings.learningRate),
  weightDecays: z.array(z.number()).readonly().default(defaultHeadSettings.weightDecays),
  validationFraction: optionSchemas.properFraction.default(0.1),
})

/** A head and its encoder; `saveBertCheckpoint` makes a checkpoint of them. */
export type TrainedBertHead = {
  readonly encoder: Checkpoint
  readonly head: HeadWeights
  readonly record: BertTrainingRecord
  readonly trainedPrompts: TrainedPrompts
  readonly warnings: readonly string[]
}

/** The record of a training run, written as `routellm.json`. */
export type BertTrainingRecord = Pick<
  RouterManifest,
  'formatVersion' | 'name' | 'pair' | 'data' | 'seed' | 'options' | 'metrics'
> & { readonly winRateQuantiles: readonly number[]; readonly calibrationPrompts: number }

/**
 * Trains a classification head on a frozen encoder: the vector of each prompt's first token → strong wins, tie, or weak
 * wins, with the shares of a prompt's comparisons as soft labels. Only comparisons of the pair are used.
 *
 * The same data, options and seed on the same machine give the same head.
 *
 * @throws InvalidRequestError, DataError, ArtifactError, MissingPackageError; nothing is written to disk.
 */
export async function trainBertHead(options: BertHeadTraining): Promise<TrainedBertHead> {
  const { onProgress, signal, seed = 0 } = options
  const {
    name,
    validationFraction,
    epochs,
    data: _data,
    ...given
  } = parseTrainingOptions(optionsSchema, options)
  const settings: HeadSettings = { ...given, epochs }
  const data = await toTrainingData(options.data, options.licences)
  const asked = askedPair(options)
  const hooks = signal === undefined ? {} : { signal }
  const random = createRandom(seed)
  const comparisons = await collectComparisons({
    data,
    ties: 'half',
    ...(asked !== undefined && { pair: asked }),
    ...hooks,
  })
  const pair = resolvePair(asked, comparisons)
  const encoder = await openCheckpoint(options.encoder)
  const features = await featuresOf(encoder, comparisons, options)
  const examples = { features, size: encoder.encoder.size, ...labelsOfPrompts(comparisons, pair) }
  const rows = splitByPrompt(comparisons, validationFraction, random)
  const fit = await fitHead(examples, promptsOf(rows, comparisons, examples), settings, random, {
    ...hooks,
    onEpoch: (done, total, loss) =>
      onProgress?.({ stage: 'fit', done, total, loss: Number.isNaN(loss) ? null : loss }),
  })
  const winRates = await runUntilAborted(winRatesOf(fit.weights, examples), signal)
  const winRateOfVector = (vector: number) => winRates[comparisons.promptOfVector[vector]!]!
  const validation = await runUntilAborted(
    validatePair(comparisons, rows.validation, pair, winRateOfVector, random),
    signal,
  )
  const sources = await describeData(data, comparisons.rowsUsed, signal)
  const heldOut = new Set(
    Array.from(rows.validation, (row) => comparisons.promptOfVector[comparisons.vector[row]!]!),
  )
  const trainedPrompts = await runUntilAborted(
    describeTrainedPromptsInSteps(comparisons.prompts, (prompt) =>
      heldOut.has(prompt) ? winRates[prompt] : undefined,
    ),
    signal,
  )
  return {
    encoder,
    head: fit.weights,
    warnings: validation.warnings,
    trainedPrompts,
    record: {
      formatVersion: 1,
      name,
      pair,
      data: sources.data,
      seed,
      options: {
        kind: settings.kind,
        epochs: fit.epochs,
        batchSize: settings.batchSize,
        learningRate: settings.learningRate,
        weightDecay: fit.weightDecay,
        validationFraction,
      },
      metrics: { ...lossMetrics(fit), ...validation.metrics },
      winRateQuantiles: evenQuantiles(winRates, calibrationQuantiles),
      calibrationPrompts: winRates.length,
    },
  }
}

/** The encoder's vectors of the prompts' first tokens, [prompts, size]. Embeddings that rows bring are not looked at. */
async function featuresOf(
  checkpoint: Checkpoint,
  comparisons: CollectedComparisons,
  { inference, onProgress, signal }: BertHeadTraining,
): Promise<Float32Array> {
  const head = { kind: 'embedding', pooling: 'cls', normalise: false } as const
  const pool = await createTextEncoder(checkpoint, head, inference)
  try {
    const embedder = {
      id: checkpoint.source,
      dimensions: checkpoint.encoder.size,
      embed: async (texts: readonly string[], stop?: AbortSignal) => [...(await pool.run(texts, stop))],
    }
    const { embeddings } = await embedPrompts({ ...comparisons, givenEmbeddings: null }, embedder, {
      ...(signal !== undefined && { signal }),
      onEmbedded: (done, total) => onProgress?.({ stage: 'embed', done, total, loss: null }),
    })
    return embeddings
  } finally {
    await pool.close()
  }
}

/** Who won on each prompt, as shares of its comparisons of the pair; a prompt without one has no weight. */
function labelsOfPrompts(
  comparisons: CollectedComparisons,
  pair: RouterManifest['pair'],
): Pick<HeadExamples, 'targets' | 'weights'> {
  const { prompts, promptOfVector, vector, modelA, modelB, winA, weight, models } = comparisons
  const [strong, weak] = [models.indexOf(pair.strong), models.indexOf(pair.weak)]
  const targets = new Float32Array(prompts.length * labelCount)
  const weights = new Float32Array(prompts.length)
  for (const [row, of] of vector.entries()) {
    const isForward = modelA[row] === strong && modelB[row] === weak
    if (!isForward && !(modelA[row] === weak && modelB[row] === strong)) continue
    const prompt = promptOfVector[of]!
    const strongWin = isForward ? winA[row]! : 1 - winA[row]!
    const label = strongWin === 0.5 ? 1 : strongWin > 0.5 ? 0 : 2
    targets[prompt * labelCount + label]! += weight[row]!
    weights[prompt]! += weight[row]!
  }
  for (const [index, part] of targets.entries()) {
    const total = weights[Math.floor(index / labelCount)]!
    if (total > 0) targets[index] = part / total
  }
  return { targets, weights }
}

/** The distinct prompts of the split's rows that have a label. */
function promptsOf(
  { training, validation }: { readonly training: Int32Array; readonly validation: Int32Array },
  { promptOfVector, vector }: CollectedComparisons,
  { weights }: Pick<HeadExamples, 'weights'>,
) {
  const distinct = (rows: Int32Array) =>
    Int32Array.from(new Set(Array.from(rows, (row) => promptOfVector[vector[row]!]!))).filter(
      (prompt) => weights[prompt]! > 0,
    )
  return { training: distinct(training), validation: distinct(validation) }
}

/** 1 − P(tie) − P(weak wins) of every prompt. */
function* winRatesOf(head: HeadWeights, examples: HeadExamples): Generator<void, Float64Array> {
  const probabilities = yield* headProbabilitiesInSteps(head, examples)
  return Float64Array.from(
    { length: probabilities.length / labelCount },
    (_, prompt) => probabilities[prompt * labelCount]!,
  )
}

function lossMetrics({ epoch, trainingLoss, validationLoss }: HeadFit): Record<string, number> {
  return {
    bestEpoch: epoch,
    ...(Number.isFinite(trainingLoss) && { trainingLoss }),
    ...(Number.isFinite(validationLoss) && { validationLoss }),
  }
}
