/** Control characters, characters without a width, and those that change the direction of the text after them. */
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is shown by their codes
  /([\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb])/

/** The parts of a text: at odd places a character that nobody would see. */
export function splitInvisible(text: string): readonly string[] {
  return text.split(invisible)
}

/** `U+202E` */
export function formatCodePoint(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
}

/** Foreign text where only text can be: an option, a tooltip. At most `most` characters of it. */
export function escapeInvisible(text: string, most = 60): string {
  const shown = text.length > most ? `${text.slice(0, most - 1)}…` : text
  return splitInvisible(shown)
    .map((part, index) => (index % 2 === 0 ? part : formatCodePoint(part)))
    .join('')
}
