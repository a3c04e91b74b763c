import { characterClass, classOf } from '../../../base/text/characters.ts'

/** As phrases are compared: composed, in lower case, runs of white space as one space. */
export function normalizedWords(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim()
}

/**
 * Whether `words` contains `phrase` as whole words: no word continues at either end of it. Scripts without spaces
 * have no word ends. Both arguments are normalized.
 */
export function hasPhrase(words: string, phrase: string): boolean {
  for (let at = words.indexOf(phrase); at >= 0; at = words.indexOf(phrase, at + 1))
    if (!isWithinWord(words, at) && !isWithinWord(words, at + phrase.length)) return true
  return false
}

function isWithinWord(words: string, at: number): boolean {
  return (
    at > 0 && at < words.length && isWordUnit(words.charCodeAt(at - 1)) && isWordUnit(words.charCodeAt(at))
  )
}

const underscore = 0x5f
const wordClasses: readonly number[] = [
  characterClass.lower,
  characterClass.upper,
  characterClass.digit,
  characterClass.caseless,
]

function isWordUnit(code: number): boolean {
  return code === underscore || wordClasses.includes(classOf(code))
}
