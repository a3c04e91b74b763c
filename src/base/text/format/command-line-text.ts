/**
 * A command as a person can paste it into a POSIX shell: `routellm route 'Hi there' --router ./my-router`.
 *
 * Words of plain characters stay as they are, and all others are quoted. A word with a line break or a control character is
 * quoted too, and stays one word.
 */
export function toCommandLineText(words: readonly string[]): string {
  return words.map(quoteWord).join(' ')
}

function quoteWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", `'\\''`)}'`
}
