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

/** @throws RangeError if they are for another vocabulary or for other vectors. */
export function checkAskedParameters(
  { clusters, vectorWeights }: AskedParameters,
  dimensions: number,
  pieces: number,
): void {
  if (clusters.length !== pieces)
    throw new RangeError(`clusters has ${clusters.length} numbers, expected ${pieces}`)
  const wanted = dimensions * askedColumns.length
  if (vectorWeights.length !== wanted)
    throw new RangeError(`vector_weights has ${vectorWeights.length} numbers, expected ${wanted}`)
}
