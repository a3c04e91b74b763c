import { EmbeddingError } from '../../../errors.ts'

export type ExpectedVectors = {
  /** The origin of the reply, for messages. */
  readonly from: string
  /** How many texts were sent. */
  readonly texts: number
  /** Length of each vector, if known. */
  readonly dimensions: number | undefined
}

/**
 * Reads `{"data": [{"index", "embedding": [numbers]}, …]}`, in any order. zod would be too slow: a batch has hundreds
 * of thousands of numbers.
 *
 * @throws EmbeddingError `embedding-reply-invalid` if a vector is missing, broken or of another length.
 */
export function parseVectors(json: unknown, { from, texts, dimensions }: ExpectedVectors): Float32Array[] {
  const fail = (what: string): never => {
    throw new EmbeddingError('embedding-reply-invalid', `${from} answered ${what}`, { status: 502 })
  }
  const data = isObject(json) ? json.data : undefined
  if (!Array.isArray(data))
    return fail(
      `what is not a list of embeddings: ${excerpt(json)}. Check the base URL: it ends in /v1 on most servers.`,
    )
  if (data.length !== texts)
    return fail(
      `${data.length} embeddings for ${texts} texts. The endpoint is broken, or not OpenAI-compatible.`,
    )
  const vectors = new Array<Float32Array | undefined>(texts).fill(undefined)
  for (const [position, entry] of data.entries()) {
    const { index = position, embedding } = isObject(entry) ? entry : {}
    if (typeof index !== 'number' || !(index in vectors) || vectors[index] !== undefined)
      return fail(`an embedding with the index ${excerpt(index)}, twice or out of range.`)
    if (!Array.isArray(embedding) || embedding.length === 0)
      return fail(`an embedding that is not a list of numbers: ${excerpt(embedding)}.`)
    if (dimensions !== undefined && embedding.length !== dimensions)
      return fail(
        `embeddings of ${embedding.length} numbers, not ${dimensions}. Choose the model that the router was trained on, or set dimensions.`,
      )
    const vector = new Float32Array(embedding.length)
    for (let i = 0; i < vector.length; i++) {
      const number: unknown = embedding[i]
      if (typeof number !== 'number' || !Number.isFinite(Math.fround(number)))
        return fail(`an embedding whose number ${i} is ${excerpt(number)}.`)
      vector[i] = number
    }
    vectors[index] = vector
  }
  return vectors.filter((vector) => vector !== undefined)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function excerpt(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 200)
}
