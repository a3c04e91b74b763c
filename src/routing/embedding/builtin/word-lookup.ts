import { createHashIndex } from '../../../base/text/hash-index.ts'
import type { MeasuredText } from '../../../base/text/structural-features.ts'
import type { BuiltinEmbedderParameters } from './parameters.ts'

/** The counts of the word look-up of a text. */
export type WordLookup = {
  /** Different words that the vocabulary does not have, as a share of the different tokens, 0 to 1. */
  unknownShare: number
  /** Mean rarity ln(prompts / prompts with the word) over the different known tokens; 0 without any. */
  rarity: number
}

/** A function that looks up the tokens of a text. The result is valid until the next call. */
export function createWordLookup({
  tokenHashes,
  tokenRarities,
}: Pick<BuiltinEmbedderParameters, 'tokenHashes' | 'tokenRarities'>): (measured: MeasuredText) => WordLookup {
  const index = createHashIndex(tokenHashes)
  const lookup: WordLookup = { unknownShare: 0, rarity: 0 }
  return ({ distinct }) => {
    let known = 0
    let rarity = 0
    for (let member = 0; member < distinct.count; member++) {
      const token = index.find(distinct.hashes[member]!)
      if (token < 0) continue
      known++
      rarity += tokenRarities[token]!
    }
    lookup.unknownShare = distinct.count === 0 ? 0 : 1 - known / distinct.count
    lookup.rarity = known === 0 ? 0 : rarity / known
    return lookup
  }
}
