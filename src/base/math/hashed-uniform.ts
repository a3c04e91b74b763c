/**
 * A number in [0, 1) that a text decides: the same for the same seed and text, on every machine, and as if drawn at random
 * for texts that differ in anything, such as ids that are counted. Not for secrets.
 *
 * Two lanes of multiply-and-rotate over the UTF-16 units, each mixed at the end (the finaliser of MurmurHash3), give 53 bits.
 */
export function hashedUniform(seed: string, text: string): number {
  let high = 0x9e3779b9
  let low = 0x85ebca6b
  const read = (part: string) => {
    for (let index = 0; index < part.length; index++) {
      const unit = part.charCodeAt(index)
      high = Math.imul(high ^ unit, 0xcc9e2d51)
      high = (high << 15) | (high >>> 17)
      low = Math.imul(low ^ unit, 0x1b873593)
      low = (low << 13) | (low >>> 19)
    }
  }
  read(seed)
  // Apart from a seed that ends as the text begins.
  high = mixBits(high ^ seed.length)
  low = mixBits(low + seed.length)
  read(text)
  high = mixBits(high ^ text.length ^ low)
  low = mixBits(low ^ high)
  return ((high >>> 5) * 67_108_864 + (low >>> 6)) / 9_007_199_254_740_992
}

function mixBits(value: number): number {
  let mixed = value ^ (value >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
