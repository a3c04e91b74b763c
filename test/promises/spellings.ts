/** Ways in which the same prompt comes back: from a spreadsheet, a form, another system. */
export const spellings: Readonly<Record<string, (text: string) => string>> = {
  'a trailing space': (text) => `${text} `,
  'a lower-case first letter': (text) => text.slice(0, 1).toLowerCase() + text.slice(1),
  'no question mark': (text) => text.replace(/[?.]$/, ''),
  'full width': (text) =>
    text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  'doubled spaces': (text) => text.replaceAll(' ', '  '),
  'decomposed accents': (text) => text.normalize('NFD'),
  'curly quotes': (text) => text.replaceAll("'", '’'),
  'upper case': (text) => text.toUpperCase(),
  'a zero-width space': (text) => `\u200b${text}`,
}

/** A spelling for each label by its number, so that every spelling occurs in a file of labels. */
export function respellByNumber(text: string, label: number): string {
  const each = Object.values(spellings)
  return each[label % each.length]!(text)
}
