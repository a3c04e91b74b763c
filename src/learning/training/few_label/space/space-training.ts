import { hearAbort, runUntilAborted } from '../../../../base/concurrency/run-steps.ts'
import { dot } from '../../../../base/math/linear/vectors.ts'
import { createTextScanner } from '../../../../base/text/text-scan.ts'
import {
  type BaseEmbedder,
  namedDimensions,
  type PromptSpace,
} from '../../../../routing/routers/few_label/prompt-space.ts'
import { trainMeaningSpace } from './meaning-training.ts'
import { createTermCounter } from './vocabulary.ts'

/** A smaller spread is noise of a feature that almost never occurs; dividing by it would dominate the rest. */
const smallestDeviation = 1e-3

export type SpaceHooks = {
  readonly onRead?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

const promptsPerTurn = 64
/** Prompts that the meaning's space is learned from, at most: more do not turn its axes visibly. */
const meaningPrompts = 2_000

/**
 * Learns the space of the user's prompts, without their labels: means and standard deviations of the prior router's
 * score and of the named features, the centre and the axes of the vectors, and the vocabulary.
 *
 * @param prompts texts; or vectors by the base embedder of texts that are not known, which add nothing to the vocabulary.
 * @param priorDirection the prior router's log-odds are this · embedding.
 * @param further vectors of a further embedder in place of the base embedder's, [prompts, size].
 */
export async function trainPromptSpace(
  prompts: readonly (string | Float32Array)[],
  embedder: BaseEmbedder,
  priorDirection: Float32Array,
  hooks: SpaceHooks = {},
  further?: { readonly vectors: Float32Array; readonly size: number },
): Promise<PromptSpace> {
  const dimensions = namedDimensions(embedder)
  const scanText = createTextScanner()
  const terms = createTermCounter()
  const denseFrom = embedder.featureNames.length
  const denseCount = embedder.dimensions - denseFrom
  const stride = Math.ceil(prompts.length / meaningPrompts)
  const dense = new Float32Array(Math.ceil(prompts.length / stride) * denseCount)
  // [named | the prior's log-odds]
  const priorAt = dimensions.length
  const moments = createMoments(priorAt + 1)
  const values = new Float64Array(priorAt + 1)
  for (const [index, prompt] of prompts.entries()) {
    const vector = typeof prompt === 'string' ? embedder.embedNow(prompt) : prompt
    for (let feature = 0; feature < dimensions.length; feature++)
      values[feature] = vector[dimensions[feature]!]!
    values[priorAt] = dot(priorDirection, vector)
    moments.add(values)
    if (index % stride === 0) dense.set(vector.subarray(denseFrom), (index / stride) * denseCount)
    if (typeof prompt === 'string') terms.add(scanText(prompt))
    if (index % promptsPerTurn !== promptsPerTurn - 1) continue
    hooks.onRead?.(index + 1, prompts.length)
    await hearAbort(hooks.signal)
  }
  const { means, deviations } = moments.read()
  const { vectors, size } = further ?? { vectors: dense, size: denseCount }
  return {
    priorDirection,
    priorCentre: means[priorAt]!,
    priorDeviation: deviations[priorAt]!,
    namedCentres: Float32Array.from(means.subarray(0, priorAt)),
    namedDeviations: Float32Array.from(deviations.subarray(0, priorAt)),
    meaning: await runUntilAborted(trainMeaningSpace(vectors, size), hooks.signal),
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
