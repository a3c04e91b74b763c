const beyondAscii = /[^\0-\x7f]/
// Marks, and the two letters whose compatibility decomposition is a mark.
const longRun = /([\p{M}\uff9e\uff9f]{30})(?=[\p{M}\uff9e\uff9f])/gu
const joiner = '\u034f'

/**
 * The text in Unicode normalisation form NFKC. After each 30 combining marks in a row it inserts U+034F first, as the
 * Stream-Safe Text Format does (Unicode Standard Annex #15, section 13): sorting a run of marks takes quadratic time.
 */
export function normalizeText(text: string): string {
  if (!beyondAscii.test(text)) return text
  return text.replace(longRun, `$1${joiner}`).normalize('NFKC')
}
