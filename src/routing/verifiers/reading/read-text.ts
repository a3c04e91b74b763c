import { hashEnd, hashOfWord, hashSeed, hashStep, numberHashes } from '../../../base/text/token-hash.ts'

/** Of a longer text only the first and the last halves of this many UTF-16 code units are read; its length is exact. */
export const readCharacters = 12_000

/** A word in lower case, a number (`1,200.5` is one), a LaTeX command, or any other character that is no white space. */
export type Token = {
  readonly kind: 'word' | 'number' | 'symbol'
  /** Lower-cased, as written otherwise. */
  readonly text: string
  /** Of a number its value, else NaN. */
  readonly value: number
  /** Where it begins in the text that is read. */
  readonly start: number
}

/** A text as the features of an answer need it. */
export type ReadText = {
  /** UTF-16 code units of the whole text. */
  readonly length: number
  /** What is read of it. */
  readonly text: string
  readonly tokens: readonly Token[]
  /** The values of its numbers, in order. */
  readonly numbers: readonly number[]
}

const half = readCharacters / 2
const tokenPattern =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|\\?[\p{L}\p{M}]+|\d+(?:,\d{3}(?!\d))*(?:\.\d+)?|\S/gu

/** Takes time proportional to the text, and reads at most `readCharacters` of it. */
export function readText(whole: string): ReadText {
  const text =
    whole.length <= readCharacters ? whole : `${whole.slice(0, half)}\n${whole.slice(whole.length - half)}`
  const tokens: Token[] = []
  const numbers: number[] = []
  for (const { 0: written, index } of text.matchAll(tokenPattern)) {
    const first = written.charCodeAt(0)
    if (first >= 48 && first <= 57) {
      const value = Number(written.replaceAll(',', ''))
      numbers.push(value)
      tokens.push({ kind: 'number', text: written, value, start: index })
    } else {
      const kind = /\p{L}/u.test(written) && first !== 0x5c ? 'word' : 'symbol'
      tokens.push({ kind, text: written.toLowerCase(), value: Number.NaN, start: index })
    }
  }
  return { length: whole.length, text, tokens, numbers }
}

/** Equal tokens have equal hashes; a number is known by how many digits it has. */
export function hashOfToken({ kind, text }: Token): number {
  if (kind !== 'number') return hashOfWord(text)
  const digits = text.replace(/\D/g, '').length
  return numberHashes[Math.min(digits, numberHashes.length - 1)]!
}

/** The hash of a sequence of tokens. */
export function hashOfSequence(hashes: readonly number[]): number {
  return hashEnd(hashes.reduce(hashStep, hashSeed))
}
