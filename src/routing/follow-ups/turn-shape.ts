/** Numbers of how a turn is written, and of that together with whether the answer asked, each from 0 to about 1. */
const shapeFeatures = [
  'begins with a capital',
  'begins with a small letter',
  'has a digit',
  'ends with a full stop',
  'has a quotation mark',
  'has a colon',
  'has a comma',
  'has characters of code',
  'asks before its end',
  'has Latin letters',
  'characters',
  'more than 40 characters',
  'more than 70 characters',
  'more than 110 characters',
  'answer asks, at most two words',
  'answer asks, at most 12 characters that do not ask',
  'answer asks, at most 30 characters that do not ask',
  'answer does not ask, at most two words that do not ask',
  'answer asks, has a digit',
  'answer asks, at most three words that do not ask and begin with a capital',
] as const

export const shapeFeatureCount = shapeFeatures.length

/**
 * Writes `shapeFeatureCount` numbers to `target` from `offset` on.
 *
 * @param turn without outer white space, as written.
 * @param words its number of words. @param asks whether it has a question mark. @param answerAsks whether the answer ends with a question.
 */
export function writeTurnShape(
  turn: string,
  words: number,
  asks: boolean,
  answerAsks: boolean,
  target: Float32Array,
  offset: number,
): void {
  const { length } = turn
  const capital = beginsWithCapital.test(turn)
  const digit = hasDigit.test(turn)
  const states = answerAsks && !asks
  let at = offset
  const write = (is: boolean) => {
    target[at++] = is ? 1 : 0
  }
  write(capital)
  write(beginsWithSmall.test(turn))
  write(digit)
  write(endsWithStop.test(turn))
  write(hasQuotation.test(turn))
  write(hasColon.test(turn))
  write(hasComma.test(turn))
  write(hasCode.test(turn))
  write(asks && !asksAtEnd.test(turn))
  write(hasLatin.test(turn))
  target[at++] = Math.log1p(length) / 5
  write(length > 40)
  write(length > 70)
  write(length > 110)
  write(answerAsks && words <= 2)
  write(states && length <= 12)
  write(states && length <= 30)
  write(!answerAsks && words <= 2 && !asks)
  write(answerAsks && digit)
  write(states && capital && words <= 3)
}

const beginsWithCapital = /^\p{Lu}/u
const beginsWithSmall = /^\p{Ll}/u
const hasDigit = /\p{Nd}/u
const endsWithStop = /[.。।]$/
const hasQuotation = /["'“”«»„「『]/
const hasColon = /[:：]/
const hasComma = /[,，、،]/
const hasCode = /[_(){}=<>/]/
const asksAtEnd = /[?？؟]$/
const hasLatin = /[A-Za-z]/
