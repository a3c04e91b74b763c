import { runAtOnce } from '../../../base/concurrency/run-steps.ts'
import { labelCount } from './win-rate.ts'

/** Vectors of prompts' first tokens, [prompts, size]. */
export type HeadFeatures = { readonly features: Float32Array; readonly size: number }

/** logits = output · tanh(hidden · x + hiddenBias) + outputBias */
export type HeadWeights = {
  /** [size, size] */
  readonly hidden: Float64Array
  readonly hiddenBias: Float64Array
  /** [3, size] */
  readonly output: Float64Array
  readonly outputBias: Float64Array
}

/** The probabilities of the three labels, [prompts, 3], for vectors of a frozen encoder. */
export function headProbabilities(head: HeadWeights, examples: HeadFeatures): Float64Array {
  return runAtOnce(headProbabilitiesInSteps(head, examples))
}

/** As `headProbabilities`, in steps of one prompt. */
export function* headProbabilitiesInSteps(
  head: HeadWeights,
  examples: HeadFeatures,
): Generator<void, Float64Array> {
  const prompts = examples.features.length / examples.size
  const probabilities = new Float64Array(prompts * labelCount)
  const inner = new Float64Array(examples.size)
  for (let prompt = 0; prompt < prompts; prompt++) {
    probabilities.set(softmaxOf(head, hiddenOf(head, examples, prompt, inner)), prompt * labelCount)
    yield
  }
  return probabilities
}

/** tanh(hidden · x + hiddenBias) of one prompt, into `into`. */
export function hiddenOf(
  { hidden, hiddenBias }: HeadWeights,
  { features, size }: HeadFeatures,
  prompt: number,
  into: Float64Array,
): Float64Array {
  for (let row = 0; row < size; row++) {
    let sum = hiddenBias[row]!
    for (let column = 0; column < size; column++)
      sum += hidden[row * size + column]! * features[prompt * size + column]!
    into[row] = Math.tanh(sum)
  }
  return into
}

/** softmax(output · values + outputBias) */
export function softmaxOf({ output, outputBias }: HeadWeights, values: Float64Array): Float64Array {
  const size = output.length / labelCount
  const logits = Float64Array.from(outputBias, (bias, label) => {
    let sum = bias
    for (let column = 0; column < size; column++) sum += output[label * size + column]! * values[column]!
    return sum
  })
  const largest = Math.max(...logits)
  const parts = logits.map((logit) => Math.exp(logit - largest))
  const total = parts.reduce((sum, part) => sum + part, 0)
  return parts.map((part) => part / total)
}

export function copyOfHead({ hidden, hiddenBias, output, outputBias }: HeadWeights): HeadWeights {
  return {
    hidden: Float64Array.from(hidden),
    hiddenBias: Float64Array.from(hiddenBias),
    output: Float64Array.from(output),
    outputBias: Float64Array.from(outputBias),
  }
}
