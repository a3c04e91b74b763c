import type { PromptReader } from '../../../routing/routers/few_label/prompt-space.ts'
import type { FewLabelExamples } from './fit.ts'

/**
 * Prompts as rows of numbers.
 *
 * @yields after each prompt.
 * @param furtherOf the vector of the prompt at a place by a further embedder. Default: there is none.
 */
export function* examplesOf(
  prompts: readonly (string | Float32Array)[],
  read: PromptReader,
  vocabularySize: number,
  furtherOf: (place: number) => Float32Array | undefined = () => undefined,
): Generator<void, FewLabelExamples> {
  const priors: number[] = []
  const named: Float64Array[] = []
  const meanings: Float64Array[] = []
  const inputs: Float64Array[] = []
  const starts = [0]
  const indices: number[] = []
  const values: number[] = []
  for (const [index, prompt] of prompts.entries()) {
    const place = read(prompt, furtherOf(index))
    priors.push(place.prior)
    named.push(place.named.slice())
    meanings.push(place.meaning.slice())
    inputs.push(place.inputs.slice())
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
    meanings: sideBySide(meanings),
    inputs: sideBySide(inputs),
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

/** Some of the examples, in the order of `rows`. */
export function selectExamples(examples: FewLabelExamples, rows: Int32Array): FewLabelExamples {
  const { count, terms } = examples
  const pick = (values: Float64Array) => {
    const size = values.length / count
    return sideBySide(Array.from(rows, (row) => values.subarray(row * size, (row + 1) * size)))
  }
  const entries = Array.from(rows).flatMap((row) =>
    Array.from(
      { length: terms.starts[row + 1]! - terms.starts[row]! },
      (_, entry) => terms.starts[row]! + entry,
    ),
  )
  const starts = new Int32Array(rows.length + 1)
  rows.forEach((row, place) => {
    starts[place + 1] = starts[place]! + terms.starts[row + 1]! - terms.starts[row]!
  })
  return {
    count: rows.length,
    priors: pick(examples.priors),
    named: pick(examples.named),
    meanings: pick(examples.meanings),
    inputs: pick(examples.inputs),
    terms: {
      columns: terms.columns,
      starts,
      indices: Int32Array.from(entries, (entry) => terms.indices[entry]!),
      values: Float64Array.from(entries, (entry) => terms.values[entry]!),
    },
    weights: pick(examples.weights),
  }
}
