import { Buffer } from 'node:buffer'
import type { ReasoningPlaces } from '../protocols/protocol.ts'

const quote = '"'
/** A longer state is not remembered. */
const longestState = 1 << 20
/** Spaces between a name, its colon and its value. */
const mostSpaces = 8

/** The members whose string values are wanted. */
export type WatchedMembers = Pick<ReasoningPlaces, 'memberPattern' | 'longestMember'>

/**
 * Finds the values of members of a reply's JSON by their names, wherever they stand: the states that a model writes for
 * itself. The bytes may be cut anywhere, and none is changed. A name in a text of the reply is not found, because its
 * quotes are escaped there.
 *
 * The bytes are searched as a string of one character each: one search for all names, where `Buffer.indexOf` takes one
 * for each and costs several times as much to call on the small pieces of a stream.
 *
 * @param onState gets each value, once.
 */
export function createStateWatch(
  { memberPattern, longestMember }: WatchedMembers,
  onState: (value: string) => void,
): (chunk: Buffer) => void {
  const longestKey = longestMember + mostSpaces
  /** The end of the text before, in which a name may begin. */
  let tail = ''
  /** The value's text so far; null between values. */
  let value: string[] | null = null
  let length = 0

  /** @returns the index after the value; the length of the text if it goes on. */
  function readValue(text: string, from: number): number {
    let at = from
    for (;;) {
      const end = text.indexOf(quote, at)
      if (end === -1) break
      if (!isEscaped(text, end, from)) {
        keep(text.slice(from, end))
        finish()
        return end + 1
      }
      at = end + 1
    }
    keep(text.slice(from))
    return text.length
  }

  function keep(part: string): void {
    length += part.length
    if (length <= longestState) value?.push(part)
  }

  function finish(): void {
    const bytes = length <= longestState ? (value ?? []).join('') : ''
    value = null
    length = 0
    const text = Buffer.from(bytes, 'latin1').toString('utf8')
    const plain = text.includes('\\') ? withoutEscapes(text) : text
    if (plain !== '') onState(plain)
  }

  return (chunk) => {
    const added = chunk.toString('latin1')
    let from = 0
    let text = added
    if (value !== null) {
      from = readValue(added, 0)
      if (value !== null) return
    } else text = tail + added
    for (;;) {
      memberPattern.lastIndex = from
      if (!memberPattern.test(text)) break
      const after = memberPattern.lastIndex
      const valueAt = findValue(text, after)
      if (valueAt === -1) {
        from = after
        continue
      }
      if (valueAt >= text.length) break // the value has not come
      value = []
      from = readValue(text, valueAt + 1)
      if (value !== null) {
        tail = ''
        return
      }
    }
    tail = text.slice(Math.max(from, text.length - longestKey))
  }
}

/** Where the value of the name that ends at `after` begins; −1 if it is no string, the length if that is not known. */
function findValue(text: string, after: number): number {
  let hasColon = false
  const last = Math.min(text.length, after + mostSpaces)
  for (let index = after; index < last; index++) {
    const character = text[index]
    if (character === ':' && !hasColon) hasColon = true
    else if (character === quote && hasColon) return index
    else if (character !== ' ') return -1
  }
  return last === text.length ? last : -1
}

function isEscaped(text: string, at: number, from: number): boolean {
  let slashes = 0
  while (at - 1 - slashes >= from && text[at - 1 - slashes] === '\\') slashes++
  return slashes % 2 === 1
}

function withoutEscapes(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`))
  } catch {
    return ''
  }
}
