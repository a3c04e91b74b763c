/**
 * Characters that nobody would see or that change what is around them: control characters, half a surrogate pair, changes of
 * direction, annotations, and what Unicode calls ignorable (joiners, soft hyphens, fillers, tags, variation selectors). Those
 * within an emoji are a part of what is seen.
 */
const invisible =
  /((?!(?<=\p{ExtPict})\ufe0f|(?<=\p{ExtPict}|\p{EMod}|\ufe0f)\u200d(?=\p{ExtPict}))(?:\p{DI}|[\p{Cs}\u2028\u2029\ufff9-\ufffb]|(?![\t\n])\p{Cc}))/u

/** The parts of a text: at odd places a character that nobody would see. */
export function splitInvisible(text: string): readonly string[] {
  return text.split(invisible)
}

/** `U+202E` */
export function formatCodePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

/** The beginning of a text: at most so many UTF-16 units, and no half of a pair at its end. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text
  const isWithinPair =
    /[\ud800-\udbff]/.test(text.charAt(most - 1)) && /[\udc00-\udfff]/.test(text.charAt(most))
  return text.slice(0, isWithinPair ? most - 1 : most)
}

/** Foreign text where only text can be: an option, a tooltip. At most `most` characters of it. */
export function escapeInvisible(text: string, most = 60): string {
  const shown = text.length > most ? `${cutText(text, most - 1)}…` : text
  return splitInvisible(shown)
    .map((part, index) => (index % 2 === 0 ? part : formatCodePoint(part)))
    .join('')
}
