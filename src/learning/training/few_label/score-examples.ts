import type { FewLabelWeights } from '../../../routing/routers/few_label/parameters.ts'
import { scoreOf } from '../../../routing/routers/few_label/score.ts'
import type { FewLabelExamples } from './fit.ts'

/** A function that scores the example at a row, as the router scores its prompt. */
export function createScorer(examples: FewLabelExamples): (weights: FewLabelWeights, row: number) => number {
  const { count, priors, named, meanings, inputs, terms } = examples
  const rowOf = (values: Float64Array, row: number) => {
    const size = values.length / count
    return values.subarray(row * size, (row + 1) * size)
  }
  return (weights, row) => {
    const [begin, end] = [terms.starts[row]!, terms.starts[row + 1]!]
    return scoreOf(weights, {
      prior: priors[row]!,
      named: rowOf(named, row),
      meaning: rowOf(meanings, row),
      inputs: rowOf(inputs, row),
      terms: {
        count: end - begin,
        terms: terms.indices.subarray(begin, end),
        values: terms.values.subarray(begin, end),
      },
    })
  }
}
