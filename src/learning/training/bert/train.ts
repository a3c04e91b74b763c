import { basename } from 'node:path'
import type { RouterManifest } from '../../../base/artifact/router-artifact.ts'
import { readFileFacts } from '../../../base/files/file-digest.ts'
import { createRandom } from '../../../base/math/random.ts'
import { evenQuantiles } from '../../../base/math/statistics/quantile.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { type Checkpoint, openCheckpoint } from '../../../routing/onnx/checkpoint.ts'
import { createTextEncoder, type TextEncoderOptions } from '../../../routing/onnx/text-encoder.ts'
import { type HeadWeights, headProbabilities } from '../../../routing/routers/bert/head.ts'
import { labelCount } from '../../../routing/routers/bert/win-rate.ts'
import { type CollectedComparisons, collectComparisons } from '../collect-comparisons.ts'
import { embedPrompts } from '../embed-prompts.ts'
import type { TrainingProgress } from '../mf/train.ts'
import { askedPair, resolvePair } from '../model-pair.ts'
import { splitByPrompt, validatePair } from '../validation.ts'
import { defaultHeadSettings, fitHead, type HeadExamples, type HeadFit, type HeadSettings } from './fit.ts'

export type BertHeadTraining = Partial<HeadSettings> & {
  /** The router's name, `[a-z0-9_-]+`. */
  readonly name: string
  /** Files of battles or outcomes. See `readComparisons`. */
  readonly data: readonly string[]
  readonly licences?: Readonly<Record<string, string>>
  /** Folder of the encoder, as `resolveEncoder` gives it. */
  readonly encoder: string
  readonly strongModel?: string
  readonly weakModel?: string
  /** Share of the prompts held out to choose the epoch and to measure, in [0, 1); 0.1. */
  readonly validationFraction?: number
  /** A whole number; 0 unless told. */
  readonly seed?: number
  readonly inference?: TextEncoderOptions
  readonly onProgress?: (progress: TrainingProgress) => void
  readonly signal?: AbortSignal
}

/** A head, and the encoder that it stands on; `saveBertCheckpoint` makes a checkpoint of them. */
export type TrainedBertHead = {
  readonly encoder: Checkpoint
  readonly head: HeadWeights
  readonly record: BertTrainingRecord
  readonly warnings: readonly string[]
}

/** What is known of a training run, written as `routellm.json`. */
export type BertTrainingRecord = Pick<
  RouterManifest,
  'formatVersion' | 'name' | 'pair' | 'data' | 'seed' | 'options' | 'metrics'
> & { readonly winRateQuantiles: readonly number[]; readonly calibrationPrompts: number }

const calibrationQuantiles = 201

/**
 * Trains a classification head on a frozen encoder: the vector of each prompt's first token → strong wins, tie, or weak
 * wins, with the shares of a prompt's comparisons as soft labels. Only comparisons of the pair are used.
 *
 * The same data, options and seed on the same machine give the same head.
 *
 * @throws InvalidRequestError, DataError, ArtifactError, MissingPackageError; nothing is written to disk.
 */
export async function trainBertHead(options: BertHeadTraining): Promise<TrainedBertHead> {
  const { name, data, onProgress, signal, seed = 0, validationFraction = 0.1 } = options
  const settings = settingsOf(options)
  const asked = askedPair(options)
  const hooks = signal === undefined ? {} : { signal }
  const random = createRandom(seed)
  const comparisons = await collectComparisons({
    files: data,
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
  const winRates = winRatesOf(fit.weights, examples)
  const winRateOfVector = (vector: number) => winRates[comparisons.promptOfVector[vector]!]!
  const validation = validatePair(comparisons, rows.validation, pair, winRateOfVector, random)
  const facts = await Promise.all(data.map(readFileFacts))
  return {
    encoder,
    head: fit.weights,
    warnings: validation.warnings,
    record: {
      formatVersion: 1,
      name,
      pair,
      data: data.map((file, index) => ({
        name: basename(file),
        sha256: facts[index]!.sha256,
        licence: options.licences?.[file] ?? 'unknown',
        rows: comparisons.rowsOfFile[index]!,
      })),
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

function settingsOf(given: BertHeadTraining): HeadSettings {
  const settings = {
    kind: given.kind ?? defaultHeadSettings.kind,
    epochs: given.epochs ?? defaultHeadSettings.epochs,
    batchSize: given.batchSize ?? defaultHeadSettings.batchSize,
    learningRate: given.learningRate ?? defaultHeadSettings.learningRate,
    weightDecays: given.weightDecays ?? defaultHeadSettings.weightDecays,
  }
  if (!/^[a-z0-9_-]+$/.test(given.name))
    refuse('name', given.name, 'made of a to z, 0 to 9, _ and -, as it stands in router-<name>-<threshold>')
  for (const option of ['epochs', 'batchSize'] as const) {
    const value = settings[option]
    if (value !== undefined && !(Number.isInteger(value) && value >= 1))
      refuse(option, value, 'an integer from 1')
  }
  if (!(settings.learningRate > 0 && settings.learningRate < 1))
    refuse('learningRate', settings.learningRate, 'above 0 and below 1')
  const { validationFraction = 0.1 } = given
  if (!(validationFraction >= 0 && validationFraction < 1))
    refuse('validationFraction', validationFraction, 'in [0, 1), a fraction')
  return settings
}

function refuse(option: string, value: unknown, needed: string): never {
  throw new InvalidRequestError(
    'invalid-training-option',
    `The training option ${option} is ${String(value)}; it has to be ${needed}.`,
    { param: option },
  )
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

/** The prompts of the split's rows, each once, as far as they have a label. */
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
function winRatesOf(head: HeadWeights, examples: HeadExamples): Float64Array {
  const probabilities = headProbabilities(head, examples)
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
