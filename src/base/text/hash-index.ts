/** A fixed map from token hashes to small non-negative integers: open addressing, two typed arrays. */
export type HashIndex = {
  readonly size: number
  /** The value stored for a hash, or −1. */
  find(hash: number): number
}

/** @param hashes non-zero and distinct; the value of `hashes[i]` is `values[i]`, or `i` without `values`. */
export function createHashIndex(hashes: ArrayLike<number>, values?: ArrayLike<number>): HashIndex {
  let capacity = 16
  while (capacity < hashes.length * 3) capacity *= 2
  const mask = capacity - 1
  const keys = new Int32Array(capacity)
  const stored = new Int32Array(capacity)
  for (let index = 0; index < hashes.length; index++) {
    let slot = hashes[index]! & mask
    while (keys[slot] !== 0) slot = (slot + 1) & mask
    keys[slot] = hashes[index]!
    stored[slot] = values === undefined ? index : values[index]!
  }
  return {
    size: hashes.length,
    find(hash) {
      let slot = hash & mask
      for (;;) {
        const key = keys[slot]!
        if (key === hash) return stored[slot]!
        if (key === 0) return -1
        slot = (slot + 1) & mask
      }
    },
  }
}
