import { gramBuckets } from './grams.ts'

/** The columns of the tables of weights: two linear functions of a text, each a log-odds. */
export const askedColumns = ['needs the strong model', 'is an examination question'] as const

/** What training found, as stored in `asked.safetensors`. Two columns, see `askedColumns`. */
export type AskedParameters = {
  /** [pieces] the cluster of each word piece. */
  readonly clusters: Uint8Array
  /** [gramBuckets, 2] the weight of each gram, in units of `gramScales`. */
  readonly gramWeights: Int8Array
  /** [2] */
  readonly gramScales: Float32Array
  /** [2, dimensions of the piece vectors] */
  readonly vectorWeights: Float32Array
  /** [2] */
  readonly biases: Float32Array
}

/** @throws RangeError if the shapes disagree. */
export function checkAskedParameters(parameters: AskedParameters, dimensions: number, pieces: number): void {
  const { clusters, gramWeights, gramScales, vectorWeights, biases } = parameters
  const columns = askedColumns.length
  const expected: readonly (readonly [string, number, number])[] = [
    ['clusters', clusters.length, pieces],
    ['gram_weights', gramWeights.length, gramBuckets * columns],
    ['gram_scales', gramScales.length, columns],
    ['vector_weights', vectorWeights.length, dimensions * columns],
    ['biases', biases.length, columns],
  ]
  for (const [name, found, wanted] of expected) {
    if (found !== wanted) throw new RangeError(`${name} has ${found} numbers, expected ${wanted}`)
  }
}
