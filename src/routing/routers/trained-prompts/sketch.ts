/** Minima of a sketch that are compared together: two texts that share a band are candidates. */
const bandBytes = 3
const bands = 21

/** Bytes of a sketch. */
export const sketchBytes = bands * bandBytes

/** Characters of a gram. */
const gramLength = 4
/** Grams of a text that its sketch is made of, at most: those with the least hashes. */
const mostGrams = 512
/** A longer text is represented by its beginning and its end, together of this length. */
const mostCharacters = 16_384

const factors = Uint32Array.from({ length: sketchBytes }, (_, index) => mixed(index + 1) | 1)
const offsets = Uint32Array.from({ length: sketchBytes }, (_, index) => mixed(index + 1_000))

/**
 * One byte for each of `sketchBytes` hash functions: that of the text's gram with the least value (MinHash, Broder 1997).
 * The share of equal bytes of two sketches estimates the Jaccard similarity of the sets of grams.
 *
 * @param text as `normalizedText` gives it.
 */
export function sketchOf(text: string): Uint8Array {
  const grams = gramHashes(text)
  const sketch = new Uint8Array(sketchBytes)
  for (let index = 0; index < sketchBytes; index++) {
    const factor = factors[index]!
    const offset = offsets[index]!
    let least = 0xffffffff
    for (const gram of grams) {
      const value = (Math.imul(gram ^ offset, factor) ^ (gram >>> 15)) >>> 0
      if (value < least) least = value
    }
    sketch[index] = mixed(least) & 0xff
  }
  return sketch
}

/** The similarity of two texts, from 0 to 1, estimated by their sketches. */
export function sketchSimilarity(one: Uint8Array, other: Uint8Array): number {
  let equal = 0
  for (let index = 0; index < sketchBytes; index++) if (one[index] === other[index]) equal++
  // Different minima have equal bytes in 1 of 256 cases.
  return Math.max(0, (equal / sketchBytes - 1 / 256) / (1 - 1 / 256))
}

/** The bands of a sketch as numbers that differ from band to band. */
export function bandsOf(sketch: Uint8Array): number[] {
  return Array.from({ length: bands }, (_, band) => {
    const at = band * bandBytes
    return band * 2 ** 24 + sketch[at]! * 2 ** 16 + sketch[at + 1]! * 2 ** 8 + sketch[at + 2]!
  })
}

function gramHashes(text: string): Uint32Array {
  const half = mostCharacters / 2
  const read = text.length <= mostCharacters ? text : text.slice(0, half) + text.slice(-half)
  const count = Math.max(1, read.length - gramLength + 1)
  const hashes = new Uint32Array(count)
  for (let at = 0; at < count; at++) {
    let hash = 0
    for (let place = at; place < Math.min(read.length, at + gramLength); place++)
      hash = Math.imul(hash, 0x01000193) + read.charCodeAt(place) + 1
    hashes[at] = mixed(hash)
  }
  return count <= mostGrams ? hashes : new Uint32Array(new Set(hashes.sort())).subarray(0, mostGrams)
}

/** A hash of a 32-bit number (the last step of MurmurHash3). */
function mixed(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
