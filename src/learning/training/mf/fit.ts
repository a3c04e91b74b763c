import { hearAbort, mapInSteps, runUntilAborted } from '../../../base/concurrency/run-steps.ts'
import { createAdam } from '../../../base/math/linear/adam.ts'
import type { Random } from '../../../base/math/random.ts'
import { logisticLoss } from '../../../base/math/sigmoid.ts'
import { DataError } from '../../../errors.ts'
import type { MatrixFactorizationWeights } from '../../../routing/routers/mf/weights.ts'
import { type Batch, createGradientComputer, type MfParameters, type Shape } from './gradient.ts'

/** Comparisons as numbers, the input of the fit. */
export type ComparisonTable = {
  /** Row r of the embeddings belongs to vector r: [vectors, textDimensions] */
  readonly embeddings: Float32Array
  readonly textDimensions: number
  readonly models: readonly string[]
  /** The following are [comparisons]: index of the vector, indexes of the two `models`, 1 if A won, and the weight. */
  readonly vector: Int32Array
  readonly modelA: Int32Array
  readonly modelB: Int32Array
  readonly winA: Float32Array
  readonly weight: Float32Array
}

export type MatrixFactorizationFitOptions = {
  /** Length of a model's vector. */
  readonly dimensions: number
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  /** L2, added to the gradient as torch's Adam does. */
  readonly weightDecay: number
  /**
   * Standard deviation of the Gaussian noise added to a training prompt's embedding each time it is seen, as a
   * multiple of the dimension's root mean square over the training vectors. Upstream's script adds 0.1 to every
   * dimension whatever its scale, which is four times the length of a normalised 1,536-dimensional embedding.
   */
  readonly noise: number
}

export type FitProgress = { readonly done: number; readonly total: number; readonly loss: number }

export type MfFitHooks = {
  /** After every batch, counted in batches; the loss is the epoch's mean so far. */
  readonly onProgress?: (progress: FitProgress) => void
  readonly signal?: AbortSignal
}

export type MatrixFactorizationFit = {
  readonly weights: MatrixFactorizationWeights
  /** Counted from 1: the epoch whose weights these are. */
  readonly bestEpoch: number
  /** Mean logistic loss per epoch, in nats: over the training batches as processed (with noise). */
  readonly trainingLosses: readonly number[]
  /** After each epoch, without noise; empty if there are no validation rows. */
  readonly validationLosses: readonly number[]
}

/**
 * Learns P(A beats B on prompt q) = σ(w₂ᵀ((v̂_A − v̂_B) ⊙ W₁e_q)) by maximum likelihood (RouteLLM, arXiv 2406.18665,
 * section 4.2, as in upstream's train_matrix_factorization.py: no bias, model vectors normalised, initial values as
 * torch's: v ~ N(0, 1), W₁ and w₂ uniform within ± 1/√inputs). A tie counts as half a win for each.
 *
 * Keeps the weights of the epoch with the least validation loss, or of the last one if nothing is held out. The same
 * table, rows, options and random stream give the same weights, bit for bit. Yields to the event loop after each batch;
 * rejects with `signal.reason` once `signal` aborts, with `DataError` (`training-diverged`) if the numbers overflow.
 *
 * @param training indexes of comparisons; @param validation those held out.
 */
export async function fitMatrixFactorization(
  table: ComparisonTable,
  training: Int32Array,
  validation: Int32Array,
  options: MatrixFactorizationFitOptions,
  random: Random,
  hooks: MfFitHooks = {},
): Promise<MatrixFactorizationFit> {
  const { dimensions, batchSize, epochs } = options
  const shape: Shape = { models: table.models.length, dimensions, textDimensions: table.textDimensions }
  hooks.signal?.throwIfAborted()
  const parameters = initialParameters(shape, random)
  const computer = createGradientComputer(parameters, shape, batchSize)
  const optimisers = [
    { adam: createAdam(parameters.modelEmbeddings, options), gradients: computer.gradients.modelEmbeddings },
    { adam: createAdam(parameters.projection, options), gradients: computer.gradients.projection },
    { adam: createAdam(parameters.classifier, options), gradients: computer.gradients.classifier },
  ]
  const noise = await runUntilAborted(noiseScales(table, training, options.noise), hooks.signal)
  const meanWeight = training.reduce((sum, row) => sum + table.weight[row]!, 0) / training.length
  const embeddings = new Float64Array(batchSize * shape.textDimensions)
  const order = Int32Array.from(training)
  const total = epochs * Math.ceil(order.length / batchSize)
  const trainingLosses: number[] = []
  const validationLosses: number[] = []
  let done = 0
  let bestEpoch = epochs
  let leastLoss = Number.POSITIVE_INFINITY
  let best = copyOf(parameters)

  for (let epoch = 1; epoch <= epochs; epoch++) {
    shuffle(order, random)
    let lossSum = 0
    for (let begin = 0; begin < order.length; begin += batchSize) {
      const rows = order.subarray(begin, begin + batchSize)
      lossSum += computer.compute(batchOf(table, rows, embeddings, meanWeight, noise, random))
      for (const { adam, gradients } of optimisers) adam.step(gradients)
      hooks.onProgress?.({ done: ++done, total, loss: lossSum / (begin + rows.length) })
      await hearAbort(hooks.signal)
    }
    if (!Number.isFinite(lossSum)) throw diverged(epoch, options.learningRate)
    trainingLosses.push(lossSum / order.length)
    if (validation.length > 0)
      validationLosses.push(
        await runUntilAborted(meanLoss(table, validation, parameters, shape), hooks.signal),
      )
    const loss = validationLosses.at(-1) ?? Number.NEGATIVE_INFINITY
    if (loss > leastLoss || (validation.length > 0 && loss === leastLoss)) continue
    leastLoss = loss
    bestEpoch = epoch
    best = copyOf(parameters)
  }
  return { weights: weightsOf(best, table, dimensions), bestEpoch, trainingLosses, validationLosses }
}

function diverged(epoch: number, learningRate: number): DataError {
  return new DataError(
    'training-diverged',
    `The loss is no number in epoch ${epoch}, at the learning rate ${learningRate}. Check that the embeddings are of ` +
      'ordinary size (lengths about 1), or lower the learning rate.',
  )
}

/** The weighted mean of the logistic loss over the rows, without noise. @yields after each model and each row. */
function* meanLoss(
  table: ComparisonTable,
  rows: Int32Array,
  parameters: MfParameters,
  shape: Shape,
): Generator<void, number> {
  const { dimensions, textDimensions } = shape
  const { modelEmbeddings, projection, classifier } = parameters
  const directions = yield* mapInSteps(table.models, (_, model) => {
    const vector = modelEmbeddings.subarray(model * dimensions, (model + 1) * dimensions)
    const norm = Math.max(Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)), 1e-12)
    const direction = new Float64Array(textDimensions)
    for (let d = 0; d < dimensions; d++) {
      const factor = (vector[d]! / norm) * classifier[d]!
      for (let t = 0; t < textDimensions; t++) direction[t]! += factor * projection[d * textDimensions + t]!
    }
    return direction
  })
  let loss = 0
  let weights = 0
  for (const row of rows) {
    const a = directions[table.modelA[row]!]!
    const b = directions[table.modelB[row]!]!
    const from = table.vector[row]! * textDimensions
    let logOdds = 0
    for (let t = 0; t < textDimensions; t++) logOdds += (a[t]! - b[t]!) * table.embeddings[from + t]!
    loss += table.weight[row]! * logisticLoss(logOdds, table.winA[row]!)
    weights += table.weight[row]!
    yield
  }
  return loss / weights
}

function batchOf(
  table: ComparisonTable,
  rows: Int32Array,
  embeddings: Float64Array,
  meanWeight: number,
  noise: Float64Array | null,
  random: Random,
): Batch {
  const { textDimensions } = table
  for (let i = 0; i < rows.length; i++) {
    const from = table.vector[rows[i]!]! * textDimensions
    const to = i * textDimensions
    for (let t = 0; t < textDimensions; t++) {
      const value = table.embeddings[from + t]!
      embeddings[to + t] = noise === null ? value : value + noise[t]! * random.nextGaussian()
    }
  }
  return {
    size: rows.length,
    embeddings,
    modelA: Int32Array.from(rows, (row) => table.modelA[row]!),
    modelB: Int32Array.from(rows, (row) => table.modelB[row]!),
    winA: Float64Array.from(rows, (row) => table.winA[row]!),
    weight: Float64Array.from(rows, (row) => table.weight[row]! / meanWeight),
  }
}

/** Per dimension: noise times the root mean square over the training rows' vectors. Null for no noise. */
function* noiseScales(
  table: ComparisonTable,
  training: Int32Array,
  noise: number,
): Generator<void, Float64Array | null> {
  if (noise === 0) return null
  const { textDimensions } = table
  const squares = new Float64Array(textDimensions)
  for (const row of training) {
    const from = table.vector[row]! * textDimensions
    for (let t = 0; t < textDimensions; t++) squares[t]! += table.embeddings[from + t]! ** 2
    yield
  }
  return squares.map((sum) => noise * Math.sqrt(sum / training.length))
}

function initialParameters({ models, dimensions, textDimensions }: Shape, random: Random): MfParameters {
  const uniform = (inputs: number) => (2 * random.next() - 1) / Math.sqrt(inputs)
  return {
    modelEmbeddings: Float64Array.from({ length: models * dimensions }, () => random.nextGaussian()),
    projection: Float64Array.from({ length: dimensions * textDimensions }, () => uniform(textDimensions)),
    classifier: Float64Array.from({ length: dimensions }, () => uniform(dimensions)),
  }
}

/** Fisher and Yates, in place. */
function shuffle(order: Int32Array, random: Random): void {
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.nextInt(last + 1)
    const value = order[last]!
    order[last] = order[other]!
    order[other] = value
  }
}

function copyOf(parameters: MfParameters): MfParameters {
  return {
    modelEmbeddings: parameters.modelEmbeddings.slice(),
    projection: parameters.projection.slice(),
    classifier: parameters.classifier.slice(),
  }
}

function weightsOf(
  parameters: MfParameters,
  table: ComparisonTable,
  dimensions: number,
): MatrixFactorizationWeights {
  return {
    models: table.models,
    modelEmbeddings: Float32Array.from(parameters.modelEmbeddings),
    projection: Float32Array.from(parameters.projection),
    classifier: Float32Array.from(parameters.classifier),
    dimensions,
    textDimensions: table.textDimensions,
  }
}
