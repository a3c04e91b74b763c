import { createOverlapReader, overlapFeatureCount } from './answer-overlap.ts'
import { createListReader, listFeatureCount } from './list-features.ts'
import { shapeFeatureCount, writeTurnShape } from './turn-shape.ts'
import { turnRoles } from './turn-words.ts'

/**
 * Numbers of a turn and of the answer before it, each from 0 to 2: those of the lists, those named here, those of the roles,
 * then how the turn is written and what it shares with the answer.
 */
const namedFeatures = [
  'is a number or a letter, as a choice',
  'is a calculation',
  'words',
  'one word',
  'at most three words',
  'at most six words',
  'asks',
  'one word, asks',
  'at most three words, ask',
  'answer asks',
  'answer asks, one word',
  'answer asks, at most three words',
  'answer asks, at most six words',
  'answer asks, turn does not',
  'answer asks, turn too',
  'answer asks, at most three words that do not ask',
  'answer asks, at most six words that do not ask',
  'answer offers options',
  'answer offers options, at most three words',
] as const

/** Of each role: whether it is found in a turn that asks, in one of at most eight words, begins one, and begins one with a definite word. */
const crossFeatureCount = turnRoles.length * 4

const listedFeatureCount = listFeatureCount + namedFeatures.length + crossFeatureCount

export const turnFeatureCount = listedFeatureCount + shapeFeatureCount + overlapFeatureCount

/** Only the end of an answer is read: what it asks stands there. UTF-16 units. */
export const readOfAnswer = 300

/**
 * A function that writes `turnFeatureCount` numbers about a turn to `target` from `offset` on.
 *
 * @param turn without outer white space.
 * @param answer the assistant's text before the turn, '' if there is none. Its last characters are read.
 */
export function createTurnReader(): (
  turn: string,
  answer: string,
  target: Float32Array,
  offset: number,
) => void {
  const readLists = createListReader()
  const readOverlap = createOverlapReader()
  return (turn, answer, target, offset) => {
    const lower = turn.toLowerCase()
    readLists(lower, target, offset)
    const words = countWords(turn)
    const [one, three, six] = [bit(words <= 1), bit(words <= 3), bit(words <= 6)]
    const asks = bit(questionMark.test(turn))
    const end = answer.slice(-readOfAnswer)
    const asked = bit(answerAsks(end))
    const offers = bit(options.test(end))
    const silent = 1 - asks
    target.set(
      [
        ...[bit(choice.test(turn)), bit(calculation.test(turn))],
        ...[Math.min(3, Math.log1p(words)) / 3, one, three, six, asks, one * asks, three * asks],
        ...[asked, asked * one, asked * three, asked * six],
        ...[asked * silent, asked * asks, asked * three * silent, asked * six * silent],
        ...[offers, offers * three],
      ],
      offset + listFeatureCount,
    )
    const eight = bit(words <= 8)
    const definite = Math.min(1, target[offset + (turnRoles.length - 1) * 4]!)
    let at = offset + listFeatureCount + namedFeatures.length
    for (let role = 0; role < turnRoles.length; role++) {
      const found = Math.min(1, target[offset + role * 4]!)
      const begins = target[offset + role * 4 + 1]!
      target[at++] = found * asks
      target[at++] = found * eight
      target[at++] = begins * eight
      target[at++] = begins * definite
    }
    writeTurnShape(turn, words, asks === 1, asked === 1, target, at)
    readOverlap(lower, end.toLowerCase(), asks === 1, target, at + shapeFeatureCount)
  }
}

/** Whether an answer ends with a question. */
export function answerAsks(answer: string): boolean {
  return asksAtEnd.test(answer)
}

const questionMark = /[?？؟]/
/** A question, and after it no more than a short remark. */
const asksAtEnd = /[?？؟][^?？؟]{0,80}$/
const options = /(?:^|\s)(?:\d|[a-cA-C])[.)]/
const choice = /^[(（]?(?:\p{Nd}{1,2}|\p{L})[)）.．:]?$/u
const calculation = /^(?=.*\p{Nd}\s*[-+*/^×÷·=<>%!])[\p{Nd}\s()[\].,+*/^×÷·=<>%!?xy-]+$/u

/** Characters of scripts without spaces count half. */
const wordOrCharacter =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}\p{M}'’]+/gu
const unspaced = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u

function countWords(turn: string): number {
  let words = 0
  for (const found of turn.match(wordOrCharacter) ?? []) words += unspaced.test(found) ? 0.5 : 1
  return words
}

function bit(is: boolean): number {
  return is ? 1 : 0
}
