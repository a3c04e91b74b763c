import type { PromptPlace } from '../../../routing/routers/few_label/prompt-space.ts'
import type { FewLabelExamples } from './fit.ts'

/**
 * Prompts as rows of numbers.
 *
 * @yields after each prompt.
 * @param others their vectors by a further embedder, in one array; undefined if there is none.
 */
export function* examplesOf(
  prompts: readonly string[],
  read: (text: string) => PromptPlace,
  vocabularySize: number,
  others?: Float32Array,
): Generator<void, FewLabelExamples> {
  const priors: number[] = []
  const named: Float64Array[] = []
  const dense: Float64Array[] = []
  const starts = [0]
  const indices: number[] = []
  const values: number[] = []
  for (const prompt of prompts) {
    const place = read(prompt)
    priors.push(place.prior)
    named.push(place.named.slice())
    dense.push(place.dense.slice())
    const { count, terms } = place.terms
    for (let entry = 0; entry < count; entry++) {
      indices.push(terms[entry]!)
      values.push(place.terms.values[entry]!)
    }
    starts.push(indices.length)
    yield
  }
  return {
    count: prompts.length,
    priors: Float64Array.from(priors),
    named: sideBySide(named),
    dense: sideBySide(dense),
    other: Float64Array.from(others ?? []),
    terms: {
      columns: vocabularySize,
      starts: Int32Array.from(starts),
      indices: Int32Array.from(indices),
      values: Float64Array.from(values),
    },
    weights: new Float64Array(prompts.length).fill(1),
  }
}

function sideBySide(vectors: readonly ArrayLike<number>[]): Float64Array {
  const size = vectors[0]?.length ?? 0
  const together = new Float64Array(vectors.length * size)
  for (const [index, vector] of vectors.entries()) together.set(vector, index * size)
  return together
}
