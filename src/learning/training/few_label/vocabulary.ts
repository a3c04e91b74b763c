import type { TextScan } from '../../../base/text/text-scan.ts'
import { type Vocabulary, visitTerms } from '../../../routing/routers/few_label/terms.ts'

/** Counts the texts in which each term occurs. */
export type TermCounter = {
  add(scan: TextScan): void
  vocabulary(): Vocabulary
}

/** A term that occurs in one text has no information about others; a term in most texts hardly distinguishes them. */
const fewestTexts = 2
const largestShare = 0.6
/** The commonest are kept: 12 bytes each in the artifact. */
const mostTerms = 131_072

/** Words and pairs of neighbouring words, by hash: an open table that doubles as it fills. */
export function createTermCounter(): TermCounter {
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
    add(scan) {
      texts++
      visitTerms(scan, (hash) => {
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
      const kept: { readonly hash: number; readonly count: number }[] = []
      for (let slot = 0; slot < capacity; slot++) {
        const count = counts[slot]!
        if (count >= fewestTexts && count <= largestShare * texts) kept.push({ hash: hashes[slot]!, count })
      }
      // Equal terms are ordered by hash, so the order of the texts does not matter.
      kept.sort((one, other) => other.count - one.count || one.hash - other.hash)
      kept.length = Math.min(kept.length, mostTerms)
      return {
        hashes: Int32Array.from(kept, ({ hash }) => hash),
        rarities: Float32Array.from(kept, ({ count }) => Math.log((1 + texts) / (1 + count)) + 1),
      }
    },
  }
}
