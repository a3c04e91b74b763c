import { runUntilAborted } from '../../../base/concurrency/run-steps.ts'
import { createAdam } from '../../../base/math/linear/adam.ts'
import type { Random } from '../../../base/math/random.ts'
import {
  copyOfHead,
  type HeadFeatures,
  type HeadWeights,
  hiddenOf,
  softmaxOf,
} from '../../../routing/routers/bert/head.ts'
import { labelCount } from '../../../routing/routers/bert/win-rate.ts'

/** What a head learns from: the vector of each prompt's first token, and who won on it. */
export type HeadExamples = HeadFeatures & {
  /** [prompts, 3]: shares of the comparisons that the strong model won, tied, and lost; each row sums to 1. */
  readonly targets: Float32Array
  /** [prompts]: how much a prompt counts. */
  readonly weights: Float32Array
}

export type HeadSettings = {
  /** `logistic` learns the last layer, `mlp` both. */
  readonly kind: 'logistic' | 'mlp'
  /** Passes over the prompts. Default: as many as give about 3,000 batches, from 10 to 300. */
  readonly epochs: number | undefined
  readonly batchSize: number
  readonly learningRate: number
  /** Adam's L2 on the last layer, tried one after the other; the one with the least held-out loss is kept. */
  readonly weightDecays: readonly number[]
}

export const defaultHeadSettings: HeadSettings = {
  kind: 'logistic',
  epochs: undefined,
  batchSize: 64,
  learningRate: 1e-2,
  weightDecays: [1e-4, 1e-3, 1e-2],
}

export type HeadFit = {
  readonly weights: HeadWeights
  readonly weightDecay: number
  readonly epochs: number
  /** From 1; 0 is the head before the first step. */
  readonly epoch: number
  readonly trainingLoss: number
  readonly validationLoss: number
}

export type HeadFitHooks = {
  readonly onEpoch?: (done: number, total: number, loss: number) => void
  readonly signal?: AbortSignal
}

/** The used range of the hidden layer's tanh: one standard deviation becomes tanh(½). */
const hiddenScale = 0.5

/**
 * Fits the classifier that transformers puts on BERT and RoBERTa, on vectors of a frozen encoder, to soft labels by
 * cross-entropy (mean over the weights, in nats; ln 3 = 1.099 is chance).
 *
 * The hidden layer starts as standardisation, x → ½(x − mean) / deviation. With `logistic` it is not trained, and the
 * head is a logistic regression on the tanh of the standardised vector. The epoch and the L2 with the least loss on the
 * held-out prompts are kept; without held-out prompts, the last epoch with the first L2.
 */
export function fitHead(
  examples: HeadExamples,
  split: HeadSplit,
  settings: HeadSettings,
  random: Random,
  { onEpoch, signal }: HeadFitHooks = {},
): Promise<HeadFit> {
  return runUntilAborted(fitHeadInSteps(examples, split, settings, random, onEpoch), signal)
}

/** Indexes of prompts. */
type HeadSplit = { readonly training: Int32Array; readonly validation: Int32Array }

/** @yields after each prompt of a pass: a prompt of `mlp` takes a million multiplications. */
function* fitHeadInSteps(
  examples: HeadExamples,
  { training, validation }: HeadSplit,
  settings: HeadSettings,
  random: Random,
  onEpoch: HeadFitHooks['onEpoch'],
): Generator<void, HeadFit> {
  const epochs = settings.epochs ?? epochsFor(training.length, settings.batchSize)
  const scale = yield* scaleOf(examples, training)
  const standard = { ...examples, features: yield* standardised(examples, scale) }
  const start = beginning(examples.size, settings.kind, random)
  const weightDecays = validation.length > 0 ? settings.weightDecays : settings.weightDecays.slice(0, 1)
  let best: HeadFit | undefined
  for (const [round, weightDecay] of weightDecays.entries()) {
    const head = copyOfHead(start)
    const learner = yield* createLearner(head, standard, settings, weightDecay)
    for (let epoch = 0; epoch <= epochs; epoch++) {
      const trainingLoss = epoch === 0 ? Number.NaN : yield* learner.pass(shuffled(training, random))
      const validationLoss = yield* learner.loss(validation)
      const isBetter =
        validation.length === 0 || validationLoss < (best?.validationLoss ?? Number.POSITIVE_INFINITY)
      if (best === undefined || isBetter)
        best = { weights: copyOfHead(head), weightDecay, epochs, epoch, trainingLoss, validationLoss }
      onEpoch?.(round * epochs + epoch, weightDecays.length * epochs, trainingLoss)
    }
  }
  if (best === undefined) throw new Error('a head needs a weight decay to be tried')
  return { ...best, weights: onRawFeatures(best.weights, scale) }
}

function epochsFor(prompts: number, batchSize: number): number {
  return Math.min(300, Math.max(10, Math.ceil(3000 / Math.ceil(prompts / batchSize))))
}

/** Per feature. */
type Scale = { readonly mean: Float64Array; readonly inverseDeviation: Float64Array }

function* scaleOf({ features, size }: HeadExamples, training: Int32Array): Generator<void, Scale> {
  const mean = new Float64Array(size)
  const squares = new Float64Array(size)
  for (const prompt of training) {
    for (let column = 0; column < size; column++)
      mean[column]! += features[prompt * size + column]! / training.length
    yield
  }
  for (const prompt of training) {
    for (let column = 0; column < size; column++)
      squares[column]! += (features[prompt * size + column]! - mean[column]!) ** 2 / training.length
    yield
  }
  // A feature that never changes has no information.
  const inverseDeviation = squares.map((square) => (square < 1e-18 ? 0 : 1 / Math.sqrt(square)))
  return { mean, inverseDeviation }
}

const featuresPerStep = 65_536

function* standardised(
  { features, size }: HeadExamples,
  { mean, inverseDeviation }: Scale,
): Generator<void, Float32Array> {
  const standard = new Float32Array(features.length)
  for (let index = 0; index < features.length; index++) {
    standard[index] = (features[index]! - mean[index % size]!) * inverseDeviation[index % size]!
    if (index % featuresPerStep === 0) yield
  }
  return standard
}

/** The same head for vectors as the encoder gives them: W·(x − mean)/deviation + b = (W/deviation)·x + b − (W/deviation)·mean. */
function onRawFeatures(head: HeadWeights, { mean, inverseDeviation }: Scale): HeadWeights {
  const size = mean.length
  const hidden = head.hidden.map((weight, index) => weight * inverseDeviation[index % size]!)
  const hiddenBias = head.hiddenBias.map((bias, row) => {
    let sum = bias
    for (let column = 0; column < size; column++) sum -= hidden[row * size + column]! * mean[column]!
    return sum
  })
  return { ...head, hidden, hiddenBias }
}

function beginning(size: number, kind: HeadSettings['kind'], random: Random): HeadWeights {
  const hidden = new Float64Array(size * size)
  for (let column = 0; column < size; column++) hidden[column * size + column] = hiddenScale
  const output = new Float64Array(labelCount * size)
  // With zeros as initial values a hidden layer would have no gradient.
  if (kind === 'mlp')
    for (const index of output.keys()) output[index] = random.nextGaussian() / Math.sqrt(size)
  return { hidden, hiddenBias: new Float64Array(size), output, outputBias: new Float64Array(labelCount) }
}

/** Processes prompts in batches and takes a gradient step after each. @yields while it prepares the features. */
function* createLearner(
  head: HeadWeights,
  examples: HeadExamples,
  { kind, batchSize, learningRate }: HeadSettings,
  weightDecay: number,
) {
  const { size } = examples
  const learnsHidden = kind === 'mlp'
  const adamOf = (parameters: Float64Array, decay: number) =>
    ({
      gradients: new Float64Array(parameters.length),
      adam: createAdam(parameters, { learningRate, weightDecay: decay }),
    }) as const
  const output = adamOf(head.output, weightDecay)
  const outputBias = adamOf(head.outputBias, 0)
  const hidden = adamOf(head.hidden, 0)
  const hiddenBias = adamOf(head.hiddenBias, 0)
  const learned = [output, outputBias, ...(learnsHidden ? [hidden, hiddenBias] : [])]
  // With a frozen hidden layer, which is diagonal, its values never change.
  const inner = learnsHidden ? undefined : yield* innerFeatures(examples.features)
  const scratch = new Float64Array(size)

  const innerOf = (prompt: number) =>
    inner === undefined
      ? hiddenOf(head, examples, prompt, scratch)
      : inner.subarray(prompt * size, (prompt + 1) * size)
  const targetOf = (prompt: number, label: number) => examples.targets[prompt * labelCount + label]!
  const lossOf = (prompt: number, probabilities: Float64Array) =>
    probabilities.reduce(
      (sum, probability, label) => sum - targetOf(prompt, label) * Math.log(Math.max(probability, 1e-12)),
      0,
    )

  /** Adds a prompt's gradient; returns its loss. */
  function learn(prompt: number, share: number): number {
    const values = innerOf(prompt)
    const probabilities = softmaxOf(head, values)
    const errors = probabilities.map((probability, label) => share * (probability - targetOf(prompt, label)))
    for (let label = 0; label < labelCount; label++) {
      outputBias.gradients[label]! += errors[label]!
      for (let column = 0; column < size; column++)
        output.gradients[label * size + column]! += errors[label]! * values[column]!
    }
    if (learnsHidden) learnHidden(prompt, errors, values)
    return lossOf(prompt, probabilities)
  }

  function learnHidden(prompt: number, errors: Float64Array, values: Float64Array): void {
    for (let row = 0; row < size; row++) {
      let error = 0
      for (let label = 0; label < labelCount; label++)
        error += errors[label]! * head.output[label * size + row]!
      error *= 1 - values[row]! ** 2
      hiddenBias.gradients[row]! += error
      for (let column = 0; column < size; column++)
        hidden.gradients[row * size + column]! += error * examples.features[prompt * size + column]!
    }
  }

  return {
    /** The mean loss on the way. */
    *pass(prompts: Int32Array): Generator<void, number> {
      let sum = 0
      let total = 0
      for (let begin = 0; begin < prompts.length; begin += batchSize) {
        const batch = prompts.subarray(begin, begin + batchSize)
        const weight = batch.reduce((all, prompt) => all + examples.weights[prompt]!, 0)
        for (const { gradients } of learned) gradients.fill(0)
        for (const prompt of batch) {
          const own = examples.weights[prompt]!
          sum += own * learn(prompt, own / weight)
          yield
        }
        total += weight
        for (const { adam, gradients } of learned) adam.step(gradients)
      }
      return sum / total
    },
    *loss(prompts: Int32Array): Generator<void, number> {
      let sum = 0
      let total = 0
      for (const prompt of prompts) {
        sum += examples.weights[prompt]! * lossOf(prompt, softmaxOf(head, innerOf(prompt)))
        total += examples.weights[prompt]!
        yield
      }
      return sum / total
    },
  }
}

/** The values of a hidden layer that is not trained. */
function* innerFeatures(features: Float32Array): Generator<void, Float64Array> {
  const inner = new Float64Array(features.length)
  for (let index = 0; index < features.length; index++) {
    inner[index] = Math.tanh(hiddenScale * features[index]!)
    if (index % featuresPerStep === 0) yield
  }
  return inner
}

function shuffled(prompts: Int32Array, random: Random): Int32Array {
  const order = Int32Array.from(prompts)
  for (let place = order.length - 1; place > 0; place--) {
    const other = random.nextInt(place + 1)
    const moved = order[place]!
    order[place] = order[other]!
    order[other] = moved
  }
  return order
}
