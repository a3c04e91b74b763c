import { hearAbort } from '../../../base/concurrency/run-steps.ts'
import { dot } from '../../../base/math/linear/vectors.ts'
import { createTextScanner } from '../../../base/text/text-scan.ts'
import {
  type BaseEmbedder,
  namedDimensions,
  type PromptSpace,
} from '../../../routing/routers/few_label/prompt-space.ts'
import { createTermCounter } from './vocabulary.ts'

/** A smaller spread is noise of a feature that almost never occurs; dividing by it would dominate the rest. */
const smallestDeviation = 1e-3

export type SpaceHooks = {
  readonly onRead?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

const promptsPerTurn = 64

/**
 * Learns the space of the user's prompts, without their labels: means and standard deviations of the prior router's
 * score and of the named features, the centre of the dense part, and the vocabulary.
 *
 * @param priorDirection the prior router's log-odds are this · embedding.
 */
export async function trainPromptSpace(
  prompts: readonly string[],
  embedder: BaseEmbedder,
  priorDirection: Float32Array,
  hooks: SpaceHooks = {},
): Promise<PromptSpace> {
  const dimensions = namedDimensions(embedder)
  const scanText = createTextScanner()
  const terms = createTermCounter()
  const denseFrom = embedder.featureNames.length
  const denseCount = embedder.dimensions - denseFrom
  // [named | the prior's log-odds | dense]
  const priorAt = dimensions.length
  const moments = createMoments(priorAt + 1 + denseCount)
  const values = new Float64Array(priorAt + 1 + denseCount)
  for (const [index, prompt] of prompts.entries()) {
    const vector = embedder.embedNow(prompt)
    for (let feature = 0; feature < dimensions.length; feature++)
      values[feature] = vector[dimensions[feature]!]!
    values[priorAt] = dot(priorDirection, vector)
    values.set(vector.subarray(denseFrom), priorAt + 1)
    moments.add(values)
    terms.add(scanText(prompt))
    if (index % promptsPerTurn !== promptsPerTurn - 1) continue
    hooks.onRead?.(index + 1, prompts.length)
    await hearAbort(hooks.signal)
  }
  const { means, deviations } = moments.read()
  return {
    priorDirection,
    priorCentre: means[priorAt]!,
    priorDeviation: deviations[priorAt]!,
    namedCentres: Float32Array.from(means.subarray(0, priorAt)),
    namedDeviations: Float32Array.from(deviations.subarray(0, priorAt)),
    denseCentre: Float32Array.from(means.subarray(priorAt + 1)),
    vocabulary: terms.vocabulary(),
  }
}

/** Welford's running means and variances: one pass, without cancellation. */
function createMoments(size: number) {
  const means = new Float64Array(size)
  const squares = new Float64Array(size)
  let count = 0
  return {
    add(values: Float64Array) {
      count++
      for (let i = 0; i < size; i++) {
        const difference = values[i]! - means[i]!
        means[i]! += difference / count
        squares[i]! += difference * (values[i]! - means[i]!)
      }
    },
    read: () => ({
      means,
      deviations: squares.map((square) => Math.max(Math.sqrt(square / count), smallestDeviation)),
    }),
  }
}
