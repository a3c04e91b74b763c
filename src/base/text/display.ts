/**
 * Makes foreign text safe to show: names, prompts, file names and messages that come from a log, a request or an
 * endpoint, and can contain anything.
 */

/** Control characters (C0, DEL, C1) and characters that change the direction of the text after them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]+/g

/** On one line, without control characters, at most `most` characters; a longer text ends with an ellipsis. */
export function toDisplayText(text: string, most = 40): string {
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

const allowedInTerminal =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour or style, as picocolors writes it; or a character to escape
  /(\u001b\[(?:[0-49]|2[2-9]|[34]\d|9[0-7]|10[0-7])m)|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]/g

/**
 * Text that a terminal shows and does not obey: each control character and each change of direction as its escape, such
 * as `\u001b`. Newlines, tabs, colours and bold stay. In JSON the escape means the same character, so the data stay
 * the same.
 *
 * @param withStyles false if this program writes no colours: those in the text are then foreign and are escaped too.
 */
export function toTerminalText(text: string, withStyles = true): string {
  return text.replace(allowedInTerminal, (character, style: string | undefined) => {
    if (style !== undefined) return withStyles ? style : style.replace('\u001b', '\\u001b')
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

const markup: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * Text for the content or an attribute of HTML, XML or SVG. Characters that XML 1.0 forbids, lone surrogates and changes
 * of direction become U+FFFD.
 */
export function escapeMarkup(text: string): string {
  return text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0, 2.2 Characters; C1 is discouraged there
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g,
      '\ufffd',
    )
    .replace(/[&<>"']/g, (character) => markup[character] ?? character)
}
