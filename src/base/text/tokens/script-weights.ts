/**
 * Tokens of one UTF-16 unit from U+0080 on, by its script, on average. Half of an astral character, such as an emoji,
 * is a unit.
 */
export function tokensOfCharacter(code: number): number {
  return weights[blockOf[code >> blockBits]!]!
}

/** Scripts begin and end at multiples of 16. */
const blockBits = 4

/** Beginnings of ranges, with the tokens of a character in each. */
const ranges: readonly (readonly [from: number, tokens: number])[] = [
  [0x0080, 1], // Latin with accents, IPA
  [0x0250, 1],
  [0x0370, 0.57], // Greek
  [0x0400, 0.4], // Cyrillic
  [0x0530, 0.51], // Armenian
  [0x0590, 0.5], // Hebrew
  [0x0600, 0.43], // Arabic
  [0x0700, 2], // Syriac, Thaana, N'Ko
  [0x0900, 0.46], // Devanagari
  [0x0980, 0.47], // Bengali
  [0x0a00, 0.6], // Gurmukhi to Sinhala
  [0x0e00, 0.51], // Thai
  [0x0e80, 1.6], // Lao, Tibetan
  [0x1000, 0.65], // Burmese
  [0x10a0, 0.48], // Georgian
  [0x1100, 0.86], // Hangul jamo
  [0x1200, 1.9], // Ethiopic, Cherokee, Canadian syllabics
  [0x1780, 0.65], // Khmer
  [0x1800, 1.9],
  [0x1e00, 1], // Latin with two accents, Greek with accents
  [0x2000, 1.3], // punctuation, signs, arrows, mathematics
  [0x3000, 0.89],
  [0x3040, 0.76], // kana
  [0x3100, 0.89],
  [0x3400, 0.89], // Chinese characters
  [0xa000, 1.9],
  [0xac00, 0.86], // Hangul
  [0xd800, 1], // halves of astral characters
  [0xe000, 1.9],
  [0xf900, 0.89],
  [0xfb00, 0.9],
]

const weights = Float64Array.from(ranges, ([, tokens]) => tokens)
const blockOf = Uint8Array.from({ length: 0x10000 >> blockBits }, (_, block) =>
  Math.max(
    0,
    ranges.findLastIndex(([from]) => from <= block << blockBits),
  ),
)
