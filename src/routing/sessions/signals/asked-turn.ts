import { isObject } from '../conversation/conversation-item.ts'

/** Where a request is in its conversation, and a hash of its last message: enough to know it again, and no text. */
export type AskedTurn = {
  /** Entries of `messages` or `input`. */
  readonly entries: number
  /** Characters of the texts before the last entry. */
  readonly charactersBefore: number
  /** A hash of the last entry. */
  readonly last: number
  /** Whether the last entry is the user's. */
  readonly isUser: boolean
  /** The digest of the response that it continues; null if it names none. */
  readonly continues: string | null
}

/** @param characters of all entries. @param lengthOf counts the characters of one. */
export function readAskedTurn(
  list: readonly unknown[],
  characters: number,
  continues: string | null,
  lengthOf: (entry: unknown) => number,
): AskedTurn {
  const last = list.at(-1)
  return {
    entries: list.length,
    charactersBefore: characters - lengthOf(last),
    last: hashOf(last),
    isUser: isObject(last) && last.role === 'user',
    continues,
  }
}

/** Characters that are read at each end of a text; a change in the middle that keeps its length is not seen. */
const readAtEnds = 256
/** Texts of an entry that are read. */
const mostTexts = 16

/** FNV-1a over the lengths and the ends of an entry's texts. */
function hashOf(entry: unknown): number {
  let hash = 0x811c9dc5
  let left = mostTexts
  const add = (code: number) => {
    hash = Math.imul(hash ^ code, 0x01000193)
  }
  const addText = (text: string) => {
    const { length } = text
    add(length)
    const head = Math.min(length, readAtEnds)
    for (let index = 0; index < head; index++) add(text.charCodeAt(index))
    for (let index = Math.max(head, length - readAtEnds); index < length; index++) add(text.charCodeAt(index))
  }
  const visit = (value: unknown, depth: number) => {
    if (left <= 0 || depth > 6) return
    if (typeof value === 'string') {
      left--
      addText(value)
    } else if (typeof value === 'object' && value !== null)
      for (const key in value) visit(Reflect.get(value, key), depth + 1)
  }
  visit(entry, 0)
  return hash >>> 0
}
