import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { logisticLoss } from '../../../base/math/sigmoid.ts'
import { type Batch, createGradientComputer, type MfParameters, type Shape } from './gradient.ts'

const shape: Shape = { models: 5, dimensions: 3, textDimensions: 4 }

function randomParameters(seed: number): MfParameters {
  const random = createRandom(seed)
  const draw = (length: number) => Float64Array.from({ length }, () => random.nextGaussian())
  return { modelEmbeddings: draw(15), projection: draw(12), classifier: draw(3) }
}

function randomBatch(size: number, seed: number): Batch {
  const random = createRandom(seed)
  const modelA = Array.from({ length: size }, () => random.nextInt(4))
  return {
    size,
    embeddings: Float64Array.from({ length: size * 4 }, () => random.nextGaussian()),
    modelA,
    // Model 4 is in no comparison.
    modelB: modelA.map((model) => (model + 1 + random.nextInt(3)) % 4),
    winA: Array.from({ length: size }, () => [0, 0.5, 1][random.nextInt(3)]!),
    weight: Array.from({ length: size }, () => 0.5 + random.next()),
  }
}

/** The mean loss, computed comparison by comparison straight from the formula. */
function meanLoss(parameters: MfParameters, batch: Batch): number {
  const unit = (model: number) => {
    const vector = parameters.modelEmbeddings.subarray(model * 3, model * 3 + 3)
    return vector.map((value) => value / Math.hypot(...vector))
  }
  let sum = 0
  for (let i = 0; i < batch.size; i++) {
    const [a, b] = [unit(batch.modelA[i]!), unit(batch.modelB[i]!)]
    let logOdds = 0
    for (let d = 0; d < 3; d++) {
      let projected = 0
      for (let t = 0; t < 4; t++)
        projected += parameters.projection[d * 4 + t]! * batch.embeddings[i * 4 + t]!
      logOdds += parameters.classifier[d]! * (a[d]! - b[d]!) * projected
    }
    sum += batch.weight[i]! * logisticLoss(logOdds, batch.winA[i]!)
  }
  return sum / batch.size
}

describe('createGradientComputer', () => {
  it.each([1, 2, 7, 16])('has the loss of the formula, for %i comparisons', (size) => {
    const parameters = randomParameters(size)
    const batch = randomBatch(size, 100 + size)
    const { compute } = createGradientComputer(parameters, shape, 16)
    expect(compute(batch) / size).toBeCloseTo(meanLoss(parameters, batch), 12)
  })

  it.each([1, 7, 16])('has the gradient of finite differences, for %i comparisons', (size) => {
    const parameters = randomParameters(size)
    const batch = randomBatch(size, 200 + size)
    const { compute, gradients } = createGradientComputer(parameters, shape, 16)
    compute(batch)
    for (const key of ['modelEmbeddings', 'projection', 'classifier'] as const) {
      for (let i = 0; i < parameters[key].length; i++) {
        const value = parameters[key][i]!
        const step = 1e-5
        parameters[key][i] = value + step
        const above = meanLoss(parameters, batch)
        parameters[key][i] = value - step
        const below = meanLoss(parameters, batch)
        parameters[key][i] = value
        expect(gradients[key][i], `${key}[${i}]`).toBeCloseTo((above - below) / (2 * step), 8)
      }
    }
  })

  it('starts each batch afresh, and leaves a model alone that is not in it', () => {
    const parameters = randomParameters(1)
    const { compute, gradients } = createGradientComputer(parameters, shape, 16)
    const batch = randomBatch(5, 1)
    const loss = compute(batch)
    const first = [gradients.projection.slice(), gradients.classifier.slice()]
    compute(randomBatch(16, 2))
    expect(compute(batch)).toBe(loss)
    expect([gradients.projection, gradients.classifier]).toEqual(first)
    expect([...gradients.modelEmbeddings.subarray(12)]).toEqual([0, 0, 0])
  })
})
