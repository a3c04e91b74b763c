const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/** Represents every key whose first character already differs; no JSON string contains it unescaped. */
const anotherKey = '\0'

/** Receives the bytes of a top-level member's value, in as many parts as the chunks cut it into. */
export type MemberVisitor = {
  /** Bytes `from` (inclusive) to `to` (exclusive) of `chunk` belong to the value. */
  onPart(chunk: Buffer, from: number, to: number): void
  /** The value is complete. Called once per member of that name: duplicate keys are reported in their order. */
  onEnd(): void
}

/**
 * Finds the values of one member of the top-level object of a JSON text, byte for byte, without parsing the rest.
 * The text may come in any number of chunks; none is kept, so memory does not grow with it. Members of that name in
 * nested objects are not reported; a key written with escapes (`"mod\u0065l"`) is.
 *
 * For text that is not JSON it reports nonsense or nothing, and never throws.
 * A class, because two are made per request and closures cost more.
 */
export class MemberScanner {
  readonly #key: string
  readonly #longestKey: number
  readonly #visitor: MemberVisitor
  #depth = 0
  /** The scanner's position in `key : value ,` of the top-level object. */
  #place: 'key' | 'colon' | 'value' | 'comma' = 'comma'
  #inString = false
  #escaped = false
  #rawKey = ''
  #isOurs = false
  #inValue = false

  constructor(key: string, visitor: MemberVisitor) {
    this.#key = key
    this.#longestKey = key.length * 6 // every character as \uXXXX
    this.#visitor = visitor
  }

  push(chunk: Buffer): void {
    let valueFrom = 0
    let index = 0
    while (index < chunk.length) {
      if (this.#inString) {
        const from = index
        index = this.#endOfString(chunk, from)
        if (this.#inString) break
        if (this.#depth !== 1) continue
        if (this.#place === 'key') {
          this.#isOurs = this.#isKey()
          this.#place = 'colon'
        } else {
          if (this.#inValue) this.#finishValue(chunk, valueFrom, index)
          this.#place = 'comma'
        }
        continue
      }
      const byte = chunk[index]!
      if (this.#depth === 1) {
        if (this.#inValue) {
          // Strings and containers end at their own last byte, so this is the end of a number or a literal.
          if (isSpace(byte) || byte === comma || byte === closeBrace)
            this.#finishValue(chunk, valueFrom, index)
        } else if (this.#isOurs && this.#place === 'value' && !isSpace(byte)) {
          this.#isOurs = false
          this.#inValue = true
          valueFrom = index
        }
      }
      index++
      if (this.#advance(byte) && this.#inValue) this.#finishValue(chunk, valueFrom, index)
    }
    if (this.#inValue) this.#visitor.onPart(chunk, valueFrom, chunk.length)
  }

  /** Takes a byte outside of strings. Returns whether it closed a container that is a top-level value. */
  #advance(byte: number): boolean {
    switch (byte) {
      case quote:
        this.#inString = true
        this.#rawKey = ''
        return false
      case openBrace:
      case openBracket:
        if (this.#depth === 0) this.#place = 'key' // in an array too: without a colon nothing becomes a value
        this.#depth++
        return false
      case closeBrace:
      case closeBracket:
        this.#depth--
        if (this.#depth !== 1) return false
        this.#place = 'comma'
        return true
      case colon:
        if (this.#depth === 1 && this.#place === 'colon') this.#place = 'value'
        return false
      case comma:
        if (this.#depth === 1) this.#place = 'key'
        return false
      default:
        return false
    }
  }

  /** The index after the string's closing quote, or the chunk's length if it ends within the string. */
  #endOfString(chunk: Buffer, from: number): number {
    let start = from
    if (this.#escaped) {
      this.#escaped = false
      start++
    }
    while (start < chunk.length) {
      const at = chunk.indexOf(quote, start)
      const end = at === -1 ? chunk.length : at
      let slashes = 0
      while (end - 1 - slashes >= start && chunk[end - 1 - slashes] === backslash) slashes++
      const isOdd = slashes % 2 === 1
      if (at !== -1 && isOdd) {
        start = at + 1 // the quote is escaped
        continue
      }
      this.#collectKey(chunk, from, end)
      if (at === -1) {
        this.#escaped = isOdd
        return chunk.length
      }
      this.#inString = false
      return at + 1
    }
    this.#collectKey(chunk, from, chunk.length)
    return chunk.length
  }

  #collectKey(chunk: Buffer, from: number, to: number): void {
    if (this.#depth !== 1 || this.#place !== 'key' || to === from) return
    const isStart = this.#rawKey === ''
    if (isStart && chunk[from] !== this.#key.charCodeAt(0) && chunk[from] !== backslash)
      this.#rawKey = anotherKey
    else if (this.#rawKey.length <= this.#longestKey) {
      this.#rawKey += chunk.toString('latin1', from, Math.min(to, from + this.#longestKey + 1))
    }
  }

  #isKey(): boolean {
    const raw = this.#rawKey
    if (raw === this.#key) return true
    if (raw.length > this.#longestKey || !raw.includes('\\')) return false
    try {
      return JSON.parse(`"${raw}"`) === this.#key
    } catch {
      return false
    }
  }

  #finishValue(chunk: Buffer, from: number, to: number): void {
    if (to > from) this.#visitor.onPart(chunk, from, to)
    this.#inValue = false
    this.#visitor.onEnd()
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
