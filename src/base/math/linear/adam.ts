export type AdamOptions = {
  readonly learningRate: number
  /** Added to the gradient as `weightDecay · parameter` (L2, as `torch.optim.Adam` does; not AdamW). */
  readonly weightDecay: number
}

/** Updates one array of parameters; remembers the moments of its gradients. */
export type Adam = {
  /** One step down `gradients`, which are as long as the parameters. Both arrays are the caller's. */
  step(gradients: Float64Array): void
}

const firstMomentDecay = 0.9
const secondMomentDecay = 0.999
const epsilon = 1e-8

/**
 * Adam (Kingma and Ba, arXiv 1412.6980, Algorithm 1) with β₁ = 0.9, β₂ = 0.999, ε = 1e-8:
 * m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − η·m̂/(√v̂ + ε), with m̂, v̂ corrected for their start at 0.
 *
 * @param parameters changed in place by every step.
 */
export function createAdam(parameters: Float64Array, options: AdamOptions): Adam {
  const { learningRate, weightDecay } = options
  const first = new Float64Array(parameters.length)
  const second = new Float64Array(parameters.length)
  let firstPower = 1
  let secondPower = 1

  return {
    step(gradients) {
      firstPower *= firstMomentDecay
      secondPower *= secondMomentDecay
      const rate = learningRate / (1 - firstPower)
      const inverseSecondCorrection = 1 / Math.sqrt(1 - secondPower)
      for (let i = 0; i < parameters.length; i++) {
        const gradient = gradients[i]! + weightDecay * parameters[i]!
        const m = firstMomentDecay * first[i]! + (1 - firstMomentDecay) * gradient
        const v = secondMomentDecay * second[i]! + (1 - secondMomentDecay) * gradient * gradient
        first[i] = m
        second[i] = v
        parameters[i] = parameters[i]! - (rate * m) / (Math.sqrt(v) * inverseSecondCorrection + epsilon)
      }
    },
  }
}
