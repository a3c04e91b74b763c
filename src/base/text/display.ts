/** Control characters, which a terminal obeys, and those that turn the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g

/** Text of a log for a person: on one line, without characters that do anything, cut to so many characters. */
export function shownText(text: string, most = 40): string {
  const line = text
    .slice(0, 8 * most)
    .replace(unprintable, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const characters = [...line]
  return characters.length > most || text.length > 8 * most
    ? `${characters.slice(0, most - 1).join('')}…`
    : line
}
