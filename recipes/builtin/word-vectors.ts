import type { Random } from '../../src/base/math/random.ts'
import { createTextMeasurer } from '../../src/base/text/structural-features.ts'
import { characterNgrams, maxNgrams } from '../../src/routing/embedding/builtin/character-ngrams.ts'
import type { BuiltinEmbedderParameters } from '../../src/routing/embedding/builtin/parameters.ts'
import type { SparseMatrix } from './linear/sparse-matrix.ts'
import { type TruncatedSvd, truncatedSvd } from './linear/truncated-svd.ts'

export type WordVectorOptions = {
  /** A multiple of 8. A small corpus fills only the first of them. */
  readonly dimensions: number
  /** Tokens in fewer prompts than this are unknown words. */
  readonly minPrompts: number
  readonly maxTokens: number
  /** Buckets of character n-grams, a power of two. */
  readonly buckets: number
  /** Singular values are raised to −this: 0 keeps the variances of latent semantic analysis, 1 makes them equal. */
  readonly whitening: number
}

export type WordVectors = Pick<
  BuiltinEmbedderParameters,
  | 'tokenHashes'
  | 'tokenRarities'
  | 'tokenScales'
  | 'tokenRows'
  | 'bucketScales'
  | 'bucketRows'
  | 'denseDimensions'
>

/**
 * Word vectors by latent semantic analysis: the right singular vectors of the prompts' TF-IDF matrix (1 + ln
 * occurrences, rarity, rows of length 1), each token's weighted by its rarity. A bucket of character n-grams is the
 * mean vector of the known words that have one of its n-grams.
 */
export function trainWordVectors(
  prompts: readonly string[],
  options: WordVectorOptions,
  random: Random,
): WordVectors {
  const vocabulary = countTokens(prompts)
  const tokens = chooseTokens(vocabulary, options)
  const rarities = Float64Array.from(tokens, ({ prompts: count }) => Math.log(prompts.length / count))
  const matrix = tfIdfMatrix(prompts, tokens, rarities)
  const { dimensions } = options
  const svd = truncatedSvd(matrix, Math.min(dimensions, tokens.length, prompts.length), random)
  const vectors = weighted(svd, rarities, options)
  const buckets = bucketVectors(tokens, vectors, dimensions, options.buckets)
  const quantisedTokens = quantise(vectors, dimensions)
  const quantisedBuckets = quantise(buckets, dimensions)
  return {
    tokenHashes: Int32Array.from(tokens, ({ hash }) => hash),
    tokenRarities: Float32Array.from(rarities),
    tokenScales: quantisedTokens.scales,
    tokenRows: quantisedTokens.rows,
    bucketScales: quantisedBuckets.scales,
    bucketRows: quantisedBuckets.rows,
    denseDimensions: dimensions,
  }
}

type Token = { readonly hash: number; readonly word: string; prompts: number }

function countTokens(prompts: readonly string[]): Map<number, Token> {
  const measure = createTextMeasurer()
  const tokens = new Map<number, Token>()
  for (const prompt of prompts) {
    const { scan, distinct } = measure(prompt)
    for (let member = 0; member < distinct.count; member++) {
      const hash = distinct.hashes[member]!
      const known = tokens.get(hash)
      if (known !== undefined) known.prompts++
      else {
        const first = distinct.firstTokens[member]!
        const word = prompt.slice(scan.tokenStarts[first]!, scan.tokenEnds[first]!)
        tokens.set(hash, { hash, word, prompts: 1 })
      }
    }
  }
  return tokens
}

/** The most frequent first; equally frequent ones by hash, so that the choice is the same each time. */
function chooseTokens(vocabulary: ReadonlyMap<number, Token>, options: WordVectorOptions): readonly Token[] {
  return [...vocabulary.values()]
    .filter((token) => token.prompts >= options.minPrompts)
    .sort((a, b) => b.prompts - a.prompts || a.hash - b.hash)
    .slice(0, options.maxTokens)
}

function tfIdfMatrix(
  prompts: readonly string[],
  tokens: readonly Token[],
  rarities: Float64Array,
): SparseMatrix {
  const measure = createTextMeasurer()
  const columnOf = new Map(tokens.map(({ hash }, column) => [hash, column]))
  const starts = new Int32Array(prompts.length + 1)
  const indices: number[] = []
  const values: number[] = []
  prompts.forEach((prompt, row) => {
    const { distinct } = measure(prompt)
    const begin = values.length
    let squared = 0
    for (let member = 0; member < distinct.count; member++) {
      const column = columnOf.get(distinct.hashes[member]!)
      if (column === undefined) continue
      const value = (1 + Math.log(distinct.occurrences[member]!)) * rarities[column]!
      indices.push(column)
      values.push(value)
      squared += value * value
    }
    const scale = squared > 0 ? 1 / Math.sqrt(squared) : 0
    for (let entry = begin; entry < values.length; entry++) values[entry]! *= scale
    starts[row + 1] = values.length
  })
  return {
    rows: prompts.length,
    columns: tokens.length,
    starts,
    indices: Int32Array.from(indices),
    values: Float32Array.from(values),
  }
}

/** [tokens, dimensions]: rarity · right singular vector · (singular value / largest)^−whitening. */
function weighted(
  { singularValues, rightVectors }: TruncatedSvd,
  rarities: Float64Array,
  { dimensions, whitening }: WordVectorOptions,
): Float64Array {
  const rank = singularValues.length
  const largest = singularValues[0]!
  const vectors = new Float64Array(rarities.length * dimensions)
  for (let column = 0; column < rank; column++) {
    if (singularValues[column]! <= 1e-9 * largest) continue
    const factor = (singularValues[column]! / largest) ** -whitening
    for (let token = 0; token < rarities.length; token++) {
      vectors[token * dimensions + column] = rarities[token]! * rightVectors[token * rank + column]! * factor
    }
  }
  return vectors
}

function bucketVectors(
  tokens: readonly Token[],
  vectors: Float64Array,
  dimensions: number,
  buckets: number,
): Float64Array {
  const sums = new Float64Array(buckets * dimensions)
  const counts = new Int32Array(buckets)
  const ngrams = new Int32Array(maxNgrams)
  tokens.forEach(({ word }, token) => {
    const count = characterNgrams(word, 0, word.length, ngrams)
    for (let ngram = 0; ngram < count; ngram++) {
      const bucket = ngrams[ngram]! & (buckets - 1)
      counts[bucket]!++
      for (let d = 0; d < dimensions; d++) sums[bucket * dimensions + d]! += vectors[token * dimensions + d]!
    }
  })
  return sums.map((value, index) => value / Math.max(counts[Math.floor(index / dimensions)]!, 1))
}

/** Rows as 8-bit integers with one scale each: the largest entry becomes ±127. */
function quantise(vectors: Float64Array, dimensions: number): { rows: Int8Array; scales: Float32Array } {
  const count = vectors.length / dimensions
  const rows = new Int8Array(vectors.length)
  const scales = new Float32Array(count)
  for (let row = 0; row < count; row++) {
    const begin = row * dimensions
    let largest = 0
    for (let d = 0; d < dimensions; d++) largest = Math.max(largest, Math.abs(vectors[begin + d]!))
    if (largest === 0) continue
    scales[row] = largest / 127
    for (let d = 0; d < dimensions; d++) rows[begin + d] = Math.round((vectors[begin + d]! / largest) * 127)
  }
  return { rows, scales }
}
