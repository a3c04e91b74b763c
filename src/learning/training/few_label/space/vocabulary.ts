import type { TextScan } from '../../../../base/text/text-scan.ts'
import { type TermVisitor, type Vocabulary, visitTerms } from '../../../../routing/routers/few_label/terms.ts'

/** Counts the texts in which each term occurs. */
export type TermCounter<Text> = {
  add(text: Text): void
  vocabulary(): Vocabulary
}

/** A term that occurs in one text has no information about others; a term in most texts hardly distinguishes them. */
const fewestTexts = 2
const largestShare = 0.6
/** The commonest are kept: 12 bytes each in the artifact. */
const mostTerms = 131_072

const mostDistinguished = 2 ** 20

/**
 * A number by which terms are sorted, because numbers are sorted ten times as fast as objects: the commonest first, equally
 * common ones by hash, so that the order of the texts does not matter. Terms of more than a million texts count as equally
 * common.
 */
function keyOf(hash: number, count: number): number {
  return (mostDistinguished - Math.min(count, mostDistinguished)) * 2 ** 32 + (hash + 2 ** 31)
}

function hashOf(key: number): number {
  return (key % 2 ** 32) - 2 ** 31
}

/** Counts words and pairs of neighbouring words. */
export function createTermCounter(): TermCounter<TextScan> {
  return createCounterOf(visitTerms)
}

/** Counts terms by hash: an open table that doubles as it fills. */
export function createCounterOf<Text>(visitTermsOf: TermVisitor<Text>): TermCounter<Text> {
  let capacity = 1 << 16
  let hashes = new Int32Array(capacity)
  let counts = new Int32Array(capacity)
  let lastTexts = new Int32Array(capacity)
  let used = 0
  let texts = 0

  function slotOf(hash: number): number {
    let slot = hash & (capacity - 1)
    while (hashes[slot] !== 0 && hashes[slot] !== hash) slot = (slot + 1) & (capacity - 1)
    return slot
  }

  function grow(): void {
    const old = { hashes, counts, lastTexts }
    capacity *= 2
    hashes = new Int32Array(capacity)
    counts = new Int32Array(capacity)
    lastTexts = new Int32Array(capacity)
    for (let from = 0; from < old.hashes.length; from++) {
      if (old.hashes[from] === 0) continue
      const slot = slotOf(old.hashes[from]!)
      hashes[slot] = old.hashes[from]!
      counts[slot] = old.counts[from]!
      lastTexts[slot] = old.lastTexts[from]!
    }
  }

  return {
    add(text) {
      texts++
      visitTermsOf(text, (hash) => {
        const slot = slotOf(hash)
        if (lastTexts[slot] === texts) return
        lastTexts[slot] = texts
        counts[slot]!++
        if (hashes[slot] !== 0) return
        hashes[slot] = hash
        if (++used * 2 > capacity) grow()
      })
    },
    vocabulary() {
      const keys = new Float64Array(used)
      let found = 0
      for (let slot = 0; slot < capacity; slot++) {
        const count = counts[slot]!
        if (count >= fewestTexts && count <= largestShare * texts) keys[found++] = keyOf(hashes[slot]!, count)
      }
      const kept = Int32Array.from(keys.subarray(0, found).sort().subarray(0, mostTerms), hashOf)
      return {
        hashes: kept,
        rarities: Float32Array.from(kept, (hash) => Math.log((1 + texts) / (1 + counts[slotOf(hash)]!)) + 1),
      }
    },
  }
}
