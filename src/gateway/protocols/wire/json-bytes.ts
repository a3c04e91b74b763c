import { Buffer } from 'node:buffer'

const quote = 0x22
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d
const unicodeEscape = Buffer.from('\\u')

/** Whether the text may spell a character as `\uXXXX`. Most texts have no backslash at all, which is found out fastest. */
export function mayHaveUnicodeEscape(json: Buffer): boolean {
  const at = json.indexOf(backslash)
  return at !== -1 && json.indexOf(unicodeEscape, at) !== -1
}

/** The index of the first byte at or after `from` that is no white space of JSON. */
export function skipSpace(json: Buffer, from: number): number {
  let at = from
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at++
  return at
}

/** @param from within a string, not within an escape. @returns the index after its closing quote; −1 if it has none. */
export function findStringEnd(json: Buffer, from: number): number {
  for (let end = json.indexOf(quote, from); end !== -1; end = json.indexOf(quote, end + 1)) {
    let slashes = 0
    while (end - 1 - slashes >= from && json[end - 1 - slashes] === backslash) slashes++
    if (slashes % 2 === 0) return end + 1
  }
  return -1
}

/**
 * Whether an object or array that begins at `from` is the value of a member of the outermost object: then exactly one
 * container more closes after it, as the last byte but white space.
 *
 * @param json whole JSON text of one object.
 * @returns the index after the value; −1 if it is nested deeper, is no container, or the text is cut.
 */
export function findTopLevelContainerEnd(json: Buffer, from: number): number {
  let depth = 0
  let end = -1
  for (let at = from; at < json.length; ) {
    const byte = json[at]!
    if (byte === quote) {
      at = findStringEnd(json, at + 1)
      if (at === -1) return -1
      continue
    }
    at++
    if (byte === openBrace || byte === openBracket) depth++
    else if (byte === closeBrace || byte === closeBracket) {
      depth--
      if (depth === 0 && end === -1) end = at
      if (depth === -1) return skipSpace(json, at) === json.length ? end : -1
    }
    if (depth === 0 && end === -1) return -1
  }
  return -1
}
