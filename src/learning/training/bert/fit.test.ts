import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { headProbabilities } from '../../../routing/routers/bert/head.ts'
import { defaultHeadSettings, fitHead, type HeadExamples } from './fit.ts'

/** Points of the plane, far off centre; who wins depends on them as `label` says: 0 strong, 1 tie, 2 weak. */
function examplesOf(label: (x: number, y: number) => number, count = 600): HeadExamples {
  const random = createRandom(5)
  const features = new Float32Array(count * 2)
  const targets = new Float32Array(count * 3)
  for (let prompt = 0; prompt < count; prompt++) {
    const [x, y] = [random.nextGaussian(), random.nextGaussian()]
    features.set([100 + 20 * x, -3 + 0.1 * y], prompt * 2)
    targets[prompt * 3 + label(x, y)] = 1
  }
  return { features, size: 2, targets, weights: new Float32Array(count).fill(1) }
}

const halves = (count: number) => ({
  training: Int32Array.from({ length: count / 2 }, (_, prompt) => prompt),
  validation: Int32Array.from({ length: count / 2 }, (_, prompt) => count / 2 + prompt),
})

describe('fitHead', () => {
  it('logistic learns what lies on a line, standardising by itself', async () => {
    const examples = examplesOf((x, y) => (x + y > 0.3 ? 0 : x + y > -0.3 ? 1 : 2))
    const fit = await fitHead(examples, halves(600), defaultHeadSettings, createRandom(1))
    expect(fit.validationLoss).toBeLessThan(0.45)
    expect(fit.epoch).toBeGreaterThan(1)
  })

  it('mlp learns what no line parts, and logistic does not', async () => {
    // Strong where x is far from 0, whichever way; the second feature is nearly the first.
    const { features, ...rest } = examplesOf((x) => (Math.abs(x) > 0.7 ? 0 : 2))
    const nearly = features.map((value, index) =>
      index % 2 === 1 ? features[index - 1]! + 50 * value : value,
    )
    const examples = { ...rest, features: nearly }
    const settings = { ...defaultHeadSettings, weightDecays: [1e-4], learningRate: 0.03, epochs: 100 }
    const line = await fitHead(examples, halves(600), settings, createRandom(1))
    const bent = await fitHead(examples, halves(600), { ...settings, kind: 'mlp' }, createRandom(1))
    expect(line.validationLoss).toBeGreaterThan(0.6)
    expect(bent.validationLoss).toBeLessThan(0.3)
  })

  it('comes to the shares of soft labels', async () => {
    const count = 200
    const targets = Float32Array.from({ length: count * 3 }, (_, index) => [0.5, 0.3, 0.2][index % 3]!)
    const features = Float32Array.from({ length: count }, (_, index) => index % 7)
    const examples = { features, size: 1, targets, weights: new Float32Array(count).fill(2) }
    const { weights } = await fitHead(
      examples,
      halves(count),
      { ...defaultHeadSettings, epochs: 300, weightDecays: [0] },
      createRandom(1),
    )
    const [strong, tie, weak] = headProbabilities(weights, examples)
    expect(strong).toBeCloseTo(0.5, 2)
    expect(tie).toBeCloseTo(0.3, 2)
    expect(weak).toBeCloseTo(0.2, 2)
  })

  it('gives the same head for the same seed, and ignores prompts without weight', async () => {
    const examples = examplesOf((x) => (x > 0 ? 0 : 2), 100)
    const run = (given: HeadExamples, seed: number) =>
      fitHead(given, halves(100), { ...defaultHeadSettings, epochs: 3 }, createRandom(seed))
    const [first, again, other] = [await run(examples, 1), await run(examples, 1), await run(examples, 2)]
    expect(again).toEqual(first)
    expect(other.weights.output).not.toEqual(first.weights.output)
  })

  it('keeps a feature that never changes out of it', async () => {
    const examples = examplesOf((x) => (x > 0 ? 0 : 2), 100)
    const flat = {
      ...examples,
      features: examples.features.map((value, index) => (index % 2 === 1 ? 7 : value)),
    }
    const { weights } = await fitHead(flat, halves(100), defaultHeadSettings, createRandom(1))
    expect(Array.from(weights.hidden.slice(1))).toEqual([0, 0, 0])
    expect(weights.output.every(Number.isFinite)).toBe(true)
  })

  it('stops when it is told to', async () => {
    const reason = new Error('enough')
    const examples = examplesOf((x) => (x > 0 ? 0 : 2), 100)
    const run = fitHead(examples, halves(100), defaultHeadSettings, createRandom(1), {
      signal: AbortSignal.abort(reason),
    })
    await expect(run).rejects.toBe(reason)
  })
})
