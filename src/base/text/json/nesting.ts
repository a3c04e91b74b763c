import type { Buffer } from 'node:buffer'

const quote = 0x22
const colon = 0x3a
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/** Bounds of a JSON text. A parser takes about 0.15 µs and 100 bytes for each container and member. */
export type JsonLimits = {
  /** Containers within containers. */
  readonly maxDepth: number
  /** Objects, arrays and members of objects together. */
  readonly maxParts: number
}

export type JsonExcess = 'too-deep' | 'too-many-parts'

/** Below this number of brackets no limit of practice is exceeded; counting them costs less than a scan. */
const fewBrackets = 64

/**
 * Which limit a JSON text exceeds; null if none. It scans each byte at most once and allocates nothing, so a text is
 * refused before a parser spends time and memory on it. A text that is not JSON gets any answer.
 *
 * @param limits both at least 64.
 */
export function findJsonExcess(json: Buffer, limits: JsonLimits): JsonExcess | null {
  // Each member ends at a comma or a bracket and has at least 5 bytes: `"":0,`.
  if (json.length <= 5 * limits.maxParts && hasFewBrackets(json)) return null
  const nesting = new JsonNesting(limits)
  nesting.push(json)
  return nesting.excess
}

function hasFewBrackets(json: Buffer): boolean {
  let left = fewBrackets
  for (const open of [openBrace, openBracket])
    for (let at = json.indexOf(open); at !== -1; at = json.indexOf(open, at + 1)) if (--left < 0) return false
  return true
}

const noLimits: JsonLimits = { maxDepth: Number.POSITIVE_INFINITY, maxParts: Number.POSITIVE_INFINITY }

/** Follows the containers of a JSON text that comes in any pieces. It keeps no byte and stops at the first excess. */
export class JsonNesting {
  readonly #limits: JsonLimits
  #depth = 0
  #parts = 0
  #inString = false
  #isEscaped = false
  #wasOpen = false
  #excess: JsonExcess | null = null

  constructor(limits: JsonLimits = noLimits) {
    this.#limits = limits
  }

  get excess(): JsonExcess | null {
    return this.#excess
  }

  /** Whether there was a container, and every container is closed. */
  get isClosed(): boolean {
    return this.#wasOpen && this.#depth === 0 && !this.#inString
  }

  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length && this.#excess === null) {
      if (this.#inString) at = this.#skipString(chunk, at)
      else this.#take(chunk[at++]!)
    }
  }

  #take(byte: number): void {
    switch (byte) {
      case quote:
        this.#inString = true
        return
      case openBrace:
      case openBracket:
        this.#wasOpen = true
        if (++this.#depth > this.#limits.maxDepth) this.#excess = 'too-deep'
        else this.#countPart()
        return
      case closeBrace:
      case closeBracket:
        this.#depth--
        return
      case colon:
        this.#countPart()
    }
  }

  #countPart(): void {
    if (++this.#parts > this.#limits.maxParts) this.#excess = 'too-many-parts'
  }

  /** The index after the string's closing quote, or the chunk's length if it ends within the string. */
  #skipString(chunk: Buffer, from: number): number {
    let at = from
    if (this.#isEscaped) {
      this.#isEscaped = false
      at++
    }
    while (at < chunk.length) {
      const found = chunk.indexOf(quote, at)
      const end = found === -1 ? chunk.length : found
      let slashes = 0
      while (end - 1 - slashes >= at && chunk[end - 1 - slashes] === backslash) slashes++
      const isOdd = slashes % 2 === 1
      if (found === -1) {
        this.#isEscaped = isOdd
        return end
      }
      if (!isOdd) {
        this.#inString = false
        return found + 1
      }
      at = found + 1
    }
    return at
  }
}
