import { measuredCharacters, type TextScan } from './text-scan.ts'

/** The different tokens of one text, in order of first appearance. Reused from text to text. */
export type DistinctTokens = {
  count: number
  readonly hashes: Int32Array
  /** How often each occurs. */
  readonly occurrences: Int32Array
  /** Index of each one's first token in the scan. */
  readonly firstTokens: Int32Array
  /** For every token of the scan, which distinct token it is. */
  readonly ofToken: Int32Array
}

const slots = 2 ** Math.ceil(Math.log2(measuredCharacters * 2))

/** A function that groups the tokens of a scan, with its own buffers (about 350 kB). */
export function createDistinctTokens(): (scan: TextScan) => DistinctTokens {
  const distinct: DistinctTokens = {
    count: 0,
    hashes: new Int32Array(measuredCharacters),
    occurrences: new Int32Array(measuredCharacters),
    firstTokens: new Int32Array(measuredCharacters),
    ofToken: new Int32Array(measuredCharacters),
  }
  // A slot is in use if its generation is the current one, so nothing is cleared between texts.
  const generations = new Uint32Array(slots)
  const members = new Int32Array(slots)
  let generation = 0
  return (scan) => {
    generation++
    if (generation > 0xffff_fffe) {
      generations.fill(0)
      generation = 1
    }
    let count = 0
    for (let token = 0; token < scan.tokens; token++) {
      const hash = scan.tokenHashes[token]!
      let slot = hash & (slots - 1)
      while (generations[slot] === generation && distinct.hashes[members[slot]!] !== hash)
        slot = (slot + 1) & (slots - 1)
      if (generations[slot] !== generation) {
        generations[slot] = generation
        members[slot] = count
        distinct.hashes[count] = hash
        distinct.occurrences[count] = 0
        distinct.firstTokens[count] = token
        count++
      }
      const member = members[slot]!
      distinct.occurrences[member]!++
      distinct.ofToken[token] = member
    }
    distinct.count = count
    return distinct
  }
}
