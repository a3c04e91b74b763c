import { measuredCharacters } from '../../../base/text/text-scan.ts'

/**
 * Vectors of texts that come again: a router and the reader of the kind of work ask for one text in a row, and an agent
 * sends the words of its user with each of its steps.
 */
export type RepeatedTexts = {
  /** The vector of a text, if it is kept. Do not write into it. */
  find(text: string): Float32Array | undefined
  /** Notes the vector of a text that was not found; keeps a copy until the next one, and longer if the text has come before. */
  offer(text: string, vector: Float32Array): void
}

/** A power of two. Texts and vectors together take at most 1 MB. */
const slots = 64
/** Characters that are read of each part of a text: a text that differs elsewhere only is compared as a whole. */
const sampled = 8

/**
 * A memory that costs less than computing a vector. A text has one place, found by its length and some of its
 * characters. The place is another text's only after that has come twice in a row there, so texts that never repeat
 * are not kept and displace nothing. Beside the places, the last text is known. Equality is that of the whole text.
 *
 * @param dimensions of the vectors.
 */
export function createRepeatedTexts(dimensions: number): RepeatedTexts {
  /** The mark of the text that each place saw last. */
  const marks = new Int32Array(slots)
  const texts: string[] = Array.from({ length: slots }, () => '')
  const vectors: (Float32Array | undefined)[] = Array.from({ length: slots }, () => undefined)

  let last: string | undefined
  const lastVector = new Float32Array(dimensions)

  return {
    find(text) {
      if (text === last) return lastVector
      const slot = markOf(text) & (slots - 1)
      return texts[slot] === text ? vectors[slot] : undefined
    },
    offer(text, vector) {
      last = text
      lastVector.set(vector)
      if (text.length > measuredCharacters) return
      const mark = markOf(text)
      const slot = mark & (slots - 1)
      if (marks[slot] === mark) {
        texts[slot] = ownCopy(text)
        vectors[slot] = Float32Array.from(vector)
      } else marks[slot] = mark
    },
  }
}

/** A hash of the length and of the first, the last and some characters between them. */
function markOf(text: string): number {
  const { length } = text
  let mark = length + 1
  const add = (at: number) => {
    mark = Math.imul(mark ^ text.charCodeAt(at), 0x01000193)
  }
  const ends = Math.min(sampled, length)
  for (let at = 0; at < ends; at++) add(at)
  for (let at = length - ends; at < length; at++) add(at)
  const step = Math.max(1, Math.floor(length / sampled))
  for (let at = step; at < length; at += step) add(at)
  return mark ^ (mark >>> 15)
}

/** A part of a string keeps the memory of the whole, which may be a large request. */
function ownCopy(text: string): string {
  return ` ${text}`.slice(1)
}
