import { describe, expect, it } from 'vitest'
import { runAtOnce } from '../../../base/concurrency/run-steps.ts'
import { createRandom } from '../../../base/math/random.ts'
import type { FewLabelWeights } from '../../../routing/routers/few_label/parameters.ts'
import { scoreOf } from '../../../routing/routers/few_label/score.ts'
import {
  believedSlope,
  type FewLabelExamples,
  type FewLabelVariances,
  fitFewLabel,
  priorWeights,
} from './fit.ts'

const variances: FewLabelVariances = {
  prior: 0.01,
  named: 0.2,
  build: 0.3,
  meaning: 0.15,
  terms: 0.4,
}
const terms = 7

/** Random examples; every part is there. */
function examplesOf(count: number, seed: number): FewLabelExamples {
  const random = createRandom(seed)
  const normals = (length: number) => Float64Array.from({ length }, () => random.nextGaussian())
  const starts = Int32Array.from({ length: count + 1 }, (_, row) => 3 * row)
  return {
    count,
    priors: normals(count),
    named: normals(count * 4),
    meanings: normals(count * 3),
    inputs: normals(count * 2),
    terms: {
      columns: terms,
      starts,
      indices: Int32Array.from({ length: 3 * count }, (_, entry) => (entry * 2 + (entry % 3)) % terms),
      values: normals(3 * count),
    },
    weights: Float64Array.from({ length: count }, (_, row) => 1 + (row % 3)),
  }
}

const targetsOf = (count: number) =>
  Float64Array.from({ length: count }, (_, row) => [1, 0, -1, 0, 1][row % 5]!)

const rowsOf = (values: Float64Array, count: number, row: number) => {
  const size = values.length / count
  return values.slice(row * size, (row + 1) * size)
}

/** What the router computes for one of the examples. */
function scoreOfRow(weights: FewLabelWeights, examples: FewLabelExamples, row: number): number {
  const { starts, indices, values } = examples.terms
  const place = {
    prior: examples.priors[row]!,
    named: rowsOf(examples.named, examples.count, row),
    meaning: rowsOf(examples.meanings, examples.count, row),
    inputs: rowsOf(examples.inputs, examples.count, row),
    terms: {
      count: starts[row + 1]! - starts[row]!,
      terms: indices.slice(starts[row], starts[row + 1]),
      values: values.slice(starts[row], starts[row + 1]),
    },
  }
  return scoreOf(weights, place)
}

function without(examples: FewLabelExamples, row: number): FewLabelExamples {
  const { count } = examples
  const cut = (values: Float64Array) => {
    const size = values.length / count
    return Float64Array.from([...values.slice(0, row * size), ...values.slice((row + 1) * size)])
  }
  return {
    count: count - 1,
    priors: cut(examples.priors),
    named: cut(examples.named),
    meanings: cut(examples.meanings),
    inputs: cut(examples.inputs),
    terms: {
      columns: terms,
      starts: examples.terms.starts.slice(0, count),
      indices: Int32Array.from(cut(Float64Array.from(examples.terms.indices))),
      values: cut(examples.terms.values),
    },
    weights: cut(examples.weights),
  }
}

describe('fitFewLabel', () => {
  it('leaves to each label what its noise explains, and counts no label up on the whole', () => {
    const count = 24
    const examples = examplesOf(count, 1)
    const target = targetsOf(count)
    const [fit] = runAtOnce(fitFewLabel(examples, [target], variances))
    const alphas = Array.from(fit!.weights.build.factors, (factor) => factor / variances.build)
    for (let row = 0; row < count; row++) {
      const score = scoreOfRow(fit!.weights, examples, row)
      expect(score + alphas[row]! / examples.weights[row]!).toBeCloseTo(target[row]!, 5)
    }
    expect(alphas.reduce((sum, alpha) => sum + alpha, 0)).toBeCloseTo(0, 5)
  })

  it('gives left-out scores equal to those of fits without the example, but for the constant', () => {
    const count = 25
    // The prior's slope is in units of the targets' deviation, which changes with each label left out.
    const examples = { ...examplesOf(count, 2), priors: new Float64Array(count) }
    const target = targetsOf(count)
    const [whole] = runAtOnce(fitFewLabel(examples, [target], variances))
    for (let row = 0; row < count; row++) {
      const [fit] = runAtOnce(
        fitFewLabel(without(examples, row), [target.filter((_, other) => other !== row)], variances),
      )
      const score = scoreOfRow(fit!.weights, examples, row) - fit!.weights.constant
      expect(whole!.leftOutScores[row]! - whole!.weights.constant).toBeCloseTo(score, 5)
    }
  })

  it('fits several targets as it fits each', () => {
    const examples = examplesOf(20, 3)
    const target = targetsOf(20)
    const other = target.map((value) => (value > 0 ? 1 : 0))
    const together = runAtOnce(fitFewLabel(examples, [target, other], variances))
    expect(together).toEqual([
      ...runAtOnce(fitFewLabel(examples, [target], variances)),
      ...runAtOnce(fitFewLabel(examples, [other], variances)),
    ])
  })

  it('is the prior where no part may go anywhere', () => {
    const examples = examplesOf(20, 4)
    const unweighted = { ...examples, weights: new Float64Array(20).fill(1) }
    const target = targetsOf(20)
    const none: FewLabelVariances = {
      prior: 0,
      named: 0,
      build: 0,
      terms: 0,
      meaning: 0,
    }
    const [fit] = runAtOnce(fitFewLabel(unweighted, [target], none))
    const prior = priorWeights(unweighted, target)
    // Mean 0.2, E y² = 3/5: the deviation is √0.56.
    expect(prior.prior).toBeCloseTo(0.1 * Math.sqrt(0.56), 12)
    expect(fit!.weights.prior).toBeCloseTo(prior.prior, 12)
    expect([...fit!.weights.terms, ...fit!.weights.named, ...fit!.weights.build.rows]).toEqual(
      new Array(terms + 4).fill(0),
    )
  })

  it('refuses features that are no numbers', () => {
    const examples = examplesOf(12, 5)
    examples.meanings[3] = Number.NaN
    expect(() => runAtOnce(fitFewLabel(examples, [targetsOf(12)], variances))).toThrow(
      expect.objectContaining({ code: 'few-label-fit-failed' }),
    )
  })
})

describe('believedSlope', () => {
  const slope = (count: number, sign: number, noise: number) => {
    const random = createRandom(count)
    const priors = Float64Array.from({ length: count }, () => random.nextGaussian())
    const target = priors.map((z) => sign * z + noise * random.nextGaussian())
    return believedSlope({ ...examplesOf(count, 1), priors }, target)
  }

  it('is a tenth unless the labels say less', () => {
    expect(slope(40, 1, 1)).toBe(0.1)
    expect(slope(40, 0, 1)).toBe(0.1)
    expect(believedSlope({ ...examplesOf(20, 1), priors: new Float64Array(20) }, targetsOf(20))).toBe(0.1)
  })

  it('turns a prior router round that orders the labels the wrong way round, and no further', () => {
    expect(slope(40, -1, 0.5)).toBe(-0.1)
    // A correlation of about −0.1 with 2,000 labels: its interval ends below 0 and above −0.1.
    const little = slope(2_000, -1, 10)
    expect(little).toBeLessThan(0)
    expect(little).toBeGreaterThan(-0.1)
  })
})
