/** Counts over the measured part of a text. */
export type TextCounts = ReturnType<typeof noCounts>

/** A fresh set of counters, all zero. */
export function noCounts() {
  return {
    words: 0,
    wordLetters: 0,
    longWords: 0,
    capitalisedWords: 0,
    singleLetters: 0,
    contractedNots: 0,
    numbers: 0,
    longNumbers: 0,
    decimals: 0,
    digits: 0,
    letters: 0,
    upperLetters: 0,
    nonAscii: 0,
    punctuation: 0,
    operators: 0,
    equalsSigns: 0,
    brackets: 0,
    codeMarks: 0,
    latexCommands: 0,
    dollarSigns: 0,
    percentSigns: 0,
    commas: 0,
    colons: 0,
    quotes: 0,
    underscores: 0,
    questionMarks: 0,
    sentences: 0,
    lines: 0,
    blankLines: 0,
    indentedLines: 0,
  }
}
