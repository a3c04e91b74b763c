/**
 * ASCII text as a machine of 13 states and 5 classes of characters, because a table costs a third of what branches do:
 * `transition = state | classOfAscii[code]` adds `addedTokens[transition]` hundredths of a token and leads to
 * `nextState[transition]`.
 */

/** In hundredths of a token, as all weights here. A run of punctuation is for instance `","` between members of JSON. */
const perWord = 72
const perFurtherLetter = 60
const perFurtherCapital = 45
const perDigitGroup = 115
const perPunctuationRun = 135
const commonWordLength = 6
const digitsOfGroup = 3

const classes = 8
const [space, lowerCase, upperCase, digit, punctuation] = [0, 1, 2, 3, 4]

/** Before a word, a group of digits and a run of punctuation. */
export const noWord = 0
/** After the `n`th letter of a word, of at most `commonWordLength`. */
const letter = (n: number) => n * classes
const capital = letter(commonWordLength + 1)
const capitals = capital + classes
/** After the `n`th digit of a group. */
const digits = (n: number) => capitals + n * classes
const punctuationRun = digits(digitsOfGroup + 1)

export const classOfAscii = Uint8Array.from({ length: 0x80 }, (_, code) => {
  if (code <= 0x20 || code === 0x7f) return space
  if (code >= 0x61 && code <= 0x7a) return lowerCase
  if (code >= 0x41 && code <= 0x5a) return upperCase
  return code >= 0x30 && code <= 0x39 ? digit : punctuation
})

export const nextState = new Uint8Array(punctuationRun + classes)
export const addedTokens = new Int32Array(nextState.length)

for (let state = 0; state < nextState.length; state += classes) {
  set(state, space, noWord, 0)
  set(state, lowerCase, letter(1), perWord)
  set(state, upperCase, capital, perWord)
  set(state, digit, digits(1), perDigitGroup)
  set(state, punctuation, punctuationRun, perPunctuationRun)
}
for (let n = 1; n < commonWordLength; n++) set(letter(n), lowerCase, letter(n + 1), 0)
set(letter(commonWordLength), lowerCase, letter(commonWordLength), perFurtherLetter)
set(capital, lowerCase, letter(2), 0)
for (const state of [capital, capitals]) set(state, upperCase, capitals, perFurtherCapital)
for (let n = 1; n < digitsOfGroup; n++) set(digits(n), digit, digits(n + 1), 0)
set(punctuationRun, punctuation, punctuationRun, 0)

function set(state: number, character: number, next: number, added: number): void {
  nextState[state + character] = next
  addedTokens[state + character] = added
}

/** Tokens of one run of punctuation. */
export const tokensOfPunctuationRun = perPunctuationRun / 100
