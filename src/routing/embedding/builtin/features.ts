import { Buffer } from 'node:buffer'
import { builtinEmbedderId } from './parameters.ts'

/** Version of the layout, version of the vector space, and the scale as a 32-bit float. */
const headerBytes = 6
const layoutVersion = 1
const spaceVersion = Number(builtinEmbedderId.slice(builtinEmbedderId.indexOf('@') + 1))
const largest = 127

/**
 * A vector of the built-in embedder as text, to be kept with a request: base64 of a header and one byte a number.
 *
 * The byte of x is round(127 x / m), m being the largest |x|; each number is off by at most m/254.
 */
export function encodeFeatures(vector: Float32Array): string {
  const { length } = vector
  let most = 0
  for (let at = 0; at < length; at++) {
    const size = Math.abs(vector[at]!)
    if (size > most) most = size
  }
  const bytes = Buffer.allocUnsafe(headerBytes + length)
  bytes[0] = layoutVersion
  bytes[1] = spaceVersion
  const scale = Math.fround(most / largest)
  bytes.writeFloatLE(scale, 2)
  const factor = scale > 0 ? 1 / scale : 0
  // Math.round is slower, and a byte takes the low 8 bits of a negative number.
  for (let at = 0; at < length; at++) bytes[headerBytes + at] = ((vector[at]! * factor + 128.5) | 0) - 128
  return bytes.toString('base64')
}

/** The vector that `encodeFeatures` was given, but for rounding. Null if the text is damaged, or of a vector space of another release. */
export function decodeFeatures(text: string): Float32Array | null {
  const bytes = Buffer.from(text, 'base64')
  const length = bytes.length - headerBytes
  if (length < 1 || bytes[0] !== layoutVersion || bytes[1] !== spaceVersion) return null
  const scale = bytes.readFloatLE(2)
  if (!(scale >= 0 && scale < Number.POSITIVE_INFINITY)) return null
  const vector = new Float32Array(length)
  for (let at = 0; at < length; at++) vector[at] = scale * bytes.readInt8(headerBytes + at)
  return vector
}
