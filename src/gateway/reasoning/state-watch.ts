import { Buffer } from 'node:buffer'

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const space = 0x20
const nothing: Buffer = Buffer.alloc(0)
/** A longer state is not remembered. */
const longestState = 1 << 20
/** Spaces between a name, its colon and its value. */
const mostSpaces = 8

/**
 * Finds the values of members of a reply's JSON by their names, wherever they stand: the states that a model writes for
 * itself. The bytes may be cut anywhere, and none is changed. A name in a text of the reply is not found, because its
 * quotes are escaped there.
 *
 * @param keys names of members whose string values are wanted, with their quotes.
 * @param onState gets each value, once.
 */
export function createStateWatch(
  keys: readonly Buffer[],
  onState: (value: string) => void,
): (chunk: Buffer) => void {
  const longestKey = keys.reduce((most, key) => Math.max(most, key.length), 0) + mostSpaces
  /** The end of the bytes before, in which a name may begin. */
  let tail = nothing
  /** The value's bytes so far; null between values. */
  let value: Buffer[] | null = null
  let length = 0

  /** @returns the index after the value; the length of the bytes if it goes on. */
  function readValue(bytes: Buffer, from: number): number {
    let at = from
    for (;;) {
      const end = bytes.indexOf(quote, at)
      if (end === -1) break
      if (!isEscaped(bytes, end, from)) {
        keep(bytes.subarray(from, end))
        finish()
        return end + 1
      }
      at = end + 1
    }
    keep(bytes.subarray(from))
    return bytes.length
  }

  function keep(part: Buffer): void {
    length += part.length
    if (length <= longestState) value?.push(Buffer.from(part)) // the chunk's memory is the upstream's
  }

  function finish(): void {
    const text = length <= longestState ? Buffer.concat(value ?? []).toString('utf8') : ''
    value = null
    length = 0
    const plain = text.includes('\\') ? withoutEscapes(text) : text
    if (plain !== '') onState(plain)
  }

  return (chunk) => {
    let from = 0
    let bytes = chunk
    if (value !== null) {
      from = readValue(chunk, 0)
      if (value !== null) return
    } else if (tail.length > 0) bytes = Buffer.concat([tail, chunk])
    for (;;) {
      const found = findNext(bytes, from, keys)
      if (found === null) break
      if (found.valueAt === -1) {
        from = found.after
        continue
      }
      if (found.valueAt >= bytes.length) break // the value has not come
      value = []
      from = readValue(bytes, found.valueAt + 1)
      if (value !== null) {
        tail = nothing
        return
      }
    }
    tail = Buffer.from(bytes.subarray(Math.max(from, bytes.length - longestKey)))
  }
}

/** The next of the names: where its value begins, −1 if it is no string, the length if that is not known. */
function findNext(
  bytes: Buffer,
  from: number,
  keys: readonly Buffer[],
): { readonly after: number; readonly valueAt: number } | null {
  let at = -1
  let after = 0
  for (const key of keys) {
    const found = bytes.indexOf(key, from)
    if (found !== -1 && (at === -1 || found < at)) [at, after] = [found, found + key.length]
  }
  if (at === -1) return null
  let index = after
  let hasColon = false
  const last = after + mostSpaces
  while (index < bytes.length && index < last) {
    const byte = bytes[index]
    if (byte === colon && !hasColon) hasColon = true
    else if (byte === quote && hasColon) return { after, valueAt: index }
    else if (byte !== space) return { after, valueAt: -1 }
    index++
  }
  return { after, valueAt: index === bytes.length ? index : -1 }
}

function isEscaped(bytes: Buffer, at: number, from: number): boolean {
  let slashes = 0
  while (at - 1 - slashes >= from && bytes[at - 1 - slashes] === backslash) slashes++
  return slashes % 2 === 1
}

function withoutEscapes(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`))
  } catch {
    return ''
  }
}
