/**
 * Compares texts by the character trigrams of their letters and digits, in lower case: |A ∩ B| / |A ∪ B| (Jaccard).
 * 1 for texts that differ in case, spaces and punctuation only; texts of fewer than three characters compare whole.
 */
export function textSimilarity(one: string, other: string): number {
  const [a, b] = [plainText(one), plainText(other)]
  if (a === b) return 1
  const [first, second] = [trigrams(a), trigrams(b)]
  let shared = 0
  for (const gram of first) if (second.has(gram)) shared++
  const all = first.size + second.size - shared
  return all === 0 ? 0 : shared / all
}

/** Letters and digits in lower case, one space between words. */
export function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

function trigrams(text: string): Set<string> {
  const characters = [...text]
  const grams = new Set<string>()
  for (let at = 0; at + 3 <= characters.length; at++) grams.add(characters.slice(at, at + 3).join(''))
  return grams
}
