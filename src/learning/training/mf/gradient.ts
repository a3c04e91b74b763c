import { multiplyTransposed, transpose } from '../../../base/math/linear/vectors.ts'
import { logisticLoss, sigmoid } from '../../../base/math/sigmoid.ts'

/** The parameters while they are trained, row by row, in 64 bits. */
export type MfParameters = {
  /** v, not normalised: [models, dimensions] */
  readonly modelEmbeddings: Float64Array
  /** W₁: [dimensions, textDimensions] */
  readonly projection: Float64Array
  /** w₂: [dimensions] */
  readonly classifier: Float64Array
}

export type Shape = {
  readonly models: number
  readonly dimensions: number
  readonly textDimensions: number
}

/** Comparisons side by side: the prompt's embedding, the two models, who won, how much it counts. */
export type Batch = {
  /** How many of the arrays' places are filled. */
  readonly size: number
  /** [size, textDimensions] */
  readonly embeddings: Float64Array
  readonly modelA: ArrayLike<number>
  readonly modelB: ArrayLike<number>
  /** 1 if A won, 0 if B won, 0.5 for a tie. */
  readonly winA: ArrayLike<number>
  readonly weight: ArrayLike<number>
}

/**
 * Computes loss and gradients of a batch.
 *
 * Loss: (1/size) Σᵢ weightᵢ · L(σ(δ(aᵢ, eᵢ) − δ(bᵢ, eᵢ)), winAᵢ), with L the logistic loss and
 * δ(M, e) = w₂ᵀ(v̂_M ⊙ W₁e), v̂ = v/|v|.
 */
export type GradientComputer = {
  /** Overwritten by each call of `compute`; the same shapes as the parameters. */
  readonly gradients: MfParameters
  /** @returns the sum of the weighted losses, not their mean. */
  compute(batch: Batch): number
}

/** As torch's `F.normalize`. */
const smallestNorm = 1e-12

/**
 * Forward and backward pass by model instead of by comparison. With h_m = w₂ ⊙ v̂_m, the direction of model m in
 * the space of embeddings is A_m = W₁ᵀh_m, and δ(m, e) = A_m·e. With gᵢ = weightᵢ(σ − winAᵢ)/size and
 * S_m = Σ_{i: a=m} gᵢeᵢ − Σ_{i: b=m} gᵢeᵢ, the gradients are dW₁ = Σ_m h_m S_mᵀ, and with Y_m = W₁S_m:
 * dw₂ = Σ_m v̂_m ⊙ Y_m, dv̂_m = w₂ ⊙ Y_m. A batch costs three products of [models in it] × dimensions × textDimensions,
 * instead of two for every comparison: many times fewer if there are few models.
 *
 * @param parameters read at each call of `compute`, so an optimiser may change them in place.
 */
export function createGradientComputer(
  parameters: MfParameters,
  shape: Shape,
  batchSize: number,
): GradientComputer {
  const { models, dimensions, textDimensions } = shape
  const { modelEmbeddings, projection, classifier } = parameters
  const gradients: MfParameters = {
    modelEmbeddings: new Float64Array(models * dimensions),
    projection: new Float64Array(dimensions * textDimensions),
    classifier: new Float64Array(dimensions),
  }
  const most = Math.min(models, 2 * batchSize)
  const present = new Int32Array(most)
  const slotOf = new Int32Array(models)
  const norms = new Float64Array(most)
  const unit = new Float64Array(most * dimensions) // v̂: [slots, dimensions]
  const scaled = new Float64Array(most * dimensions) // h: [slots, dimensions]
  const scaledColumns = new Float64Array(most * dimensions)
  const projectionColumns = new Float64Array(textDimensions * dimensions)
  const directions = new Float64Array(most * textDimensions) // A: [slots, textDimensions]
  const pulls = new Float64Array(most * textDimensions) // S: [slots, textDimensions]
  const pullColumns = new Float64Array(most * textDimensions)
  const projectedPulls = new Float64Array(most * dimensions) // Y: [slots, dimensions]

  function compute(batch: Batch): number {
    const slots = collectModels(batch)
    normaliseModels(slots)
    transpose(projection, projectionColumns, dimensions, textDimensions)
    multiplyTransposed(scaled, projectionColumns, directions, slots, textDimensions, dimensions)
    const loss = pull(batch, slots)
    multiplyTransposed(pulls, projection, projectedPulls, slots, dimensions, textDimensions)
    transpose(scaled, scaledColumns, slots, dimensions)
    transpose(pulls, pullColumns, slots, textDimensions)
    multiplyTransposed(scaledColumns, pullColumns, gradients.projection, dimensions, textDimensions, slots)
    backThroughModels(slots)
    return loss
  }

  function collectModels({ size, modelA, modelB }: Batch): number {
    slotOf.fill(-1)
    let slots = 0
    for (let i = 0; i < size; i++) {
      for (const model of [modelA[i]!, modelB[i]!]) {
        if (slotOf[model] !== -1) continue
        present[slots] = model
        slotOf[model] = slots++
      }
    }
    return slots
  }

  function normaliseModels(slots: number): void {
    for (let slot = 0; slot < slots; slot++) {
      const row = present[slot]! * dimensions
      let squared = 0
      for (let d = 0; d < dimensions; d++) squared += modelEmbeddings[row + d]! ** 2
      const norm = Math.max(Math.sqrt(squared), smallestNorm)
      norms[slot] = norm
      for (let d = 0; d < dimensions; d++) {
        const value = modelEmbeddings[row + d]! / norm
        unit[slot * dimensions + d] = value
        scaled[slot * dimensions + d] = value * classifier[d]!
      }
    }
  }

  /** Scores each comparison and adds how it pulls the directions of its two models. */
  function pull(batch: Batch, slots: number): number {
    pulls.fill(0, 0, slots * textDimensions)
    let loss = 0
    for (let i = 0; i < batch.size; i++) {
      const a = slotOf[batch.modelA[i]!]! * textDimensions
      const b = slotOf[batch.modelB[i]!]! * textDimensions
      const e = i * textDimensions
      const { embeddings } = batch
      let logOdds = 0
      for (let t = 0; t < textDimensions; t++) {
        logOdds += (directions[a + t]! - directions[b + t]!) * embeddings[e + t]!
      }
      const weight = batch.weight[i]!
      const winA = batch.winA[i]!
      loss += weight * logisticLoss(logOdds, winA)
      const slope = (weight * (sigmoid(logOdds) - winA)) / batch.size
      for (let t = 0; t < textDimensions; t++) {
        const step = slope * embeddings[e + t]!
        pulls[a + t]! += step
        pulls[b + t]! -= step
      }
    }
    return loss
  }

  function backThroughModels(slots: number): void {
    gradients.modelEmbeddings.fill(0)
    gradients.classifier.fill(0)
    for (let slot = 0; slot < slots; slot++) {
      const from = slot * dimensions
      let radial = 0
      for (let d = 0; d < dimensions; d++) {
        const y = projectedPulls[from + d]!
        gradients.classifier[d]! += unit[from + d]! * y
        radial += unit[from + d]! * classifier[d]! * y
      }
      const to = present[slot]! * dimensions
      for (let d = 0; d < dimensions; d++) {
        const tangential = classifier[d]! * projectedPulls[from + d]! - unit[from + d]! * radial
        gradients.modelEmbeddings[to + d] = tangential / norms[slot]!
      }
    }
  }

  return { gradients, compute }
}
