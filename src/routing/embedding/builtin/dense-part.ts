import { createHashIndex } from '../../../base/text/hash-index.ts'
import type { MeasuredText } from '../../../base/text/structural-features.ts'
import { measuredCharacters } from '../../../base/text/text-scan.ts'
import { characterNgrams, maxNgrams } from './character-ngrams.ts'
import type { BuiltinEmbedderParameters } from './parameters.ts'
import { createWeightedRows } from './weighted-rows.ts'

/** The counts of the word look-up of a text. */
export type WordLookup = {
  /** Different words that the vocabulary does not have, as a share of the different tokens, 0 to 1. */
  unknownShare: number
  /** Mean rarity ln(prompts / prompts with the word) over the different known tokens; 0 without any. */
  rarity: number
}

/** How many different unknown words of one text are read by their character n-grams. */
export const maxUnknownWords = 64

/**
 * A function that writes the dense part of a text's vector, of length 1 (or 0 if no token is known), into
 * `vector` from `offset` on:
 * Σ over different tokens (1 + ln occurrences) · row · scale, where an unknown word is the mean of the buckets of
 * its character n-grams.
 */
export function createDensePart(
  parameters: BuiltinEmbedderParameters,
): (text: string, measured: MeasuredText, vector: Float32Array, offset: number) => WordLookup {
  const { tokenScales, tokenRarities, bucketScales, denseDimensions } = parameters
  const index = createHashIndex(parameters.tokenHashes)
  const ngrams = new Int32Array(maxNgrams)
  const firstBucket = tokenScales.length
  const bucketMask = bucketScales.length - 1
  const sum = createWeightedRows(
    concatenate(parameters.tokenRows, parameters.bucketRows),
    denseDimensions,
    measuredCharacters + maxUnknownWords * maxNgrams,
  )
  const lookup: WordLookup = { unknownShare: 0, rarity: 0 }

  function addUnknownWord(text: string, start: number, end: number, weight: number): void {
    const count = characterNgrams(text, start, end, ngrams)
    for (let ngram = 0; ngram < count; ngram++) {
      const bucket = ngrams[ngram]! & bucketMask
      const scale = bucketScales[bucket]!
      if (scale !== 0) sum.add(firstBucket + bucket, (weight / count) * scale)
    }
  }

  return (text, { scan, distinct }, vector, offset) => {
    sum.clear()
    let unknown = 0
    let rarity = 0
    for (let member = 0; member < distinct.count; member++) {
      const occurrences = distinct.occurrences[member]!
      const weight = occurrences === 1 ? 1 : 1 + Math.log(occurrences)
      const token = index.find(distinct.hashes[member]!)
      if (token >= 0) {
        rarity += tokenRarities[token]!
        sum.add(token, weight * tokenScales[token]!)
      } else if (unknown++ < maxUnknownWords) {
        const first = distinct.firstTokens[member]!
        addUnknownWord(text, scan.tokenStarts[first]!, scan.tokenEnds[first]!, weight)
      }
    }
    const known = distinct.count - unknown
    lookup.unknownShare = distinct.count === 0 ? 0 : unknown / distinct.count
    lookup.rarity = known === 0 ? 0 : rarity / known
    sum.writeUnitSum(vector, offset)
    return lookup
  }
}

function concatenate(first: Int8Array, second: Int8Array): Int8Array {
  const both = new Int8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
