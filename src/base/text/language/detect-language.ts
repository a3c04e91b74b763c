import { latinLanguages } from './latin-words.ts'
import { countScripts, type Script } from './scripts.ts'

/** The text is too short, or in a language that is not distinguished here. */
export const unknownLanguage = 'unknown'

/** Scripts of one language, as far as they are distinguished here. */
const languageOfScript: Readonly<Partial<Record<Script, string>>> = {
  greek: 'el',
  armenian: 'hy',
  hebrew: 'he',
  devanagari: 'hi',
  bengali: 'bn',
  tamil: 'ta',
  telugu: 'te',
  thai: 'th',
  georgian: 'ka',
  hangul: 'ko',
}

/** ISO 639-1 codes of the languages that `detectLanguage` returns. */
export const languageCodes: readonly string[] = [
  ...Object.keys(latinLanguages),
  ...Object.values(languageOfScript),
  ...['ru', 'uk', 'bg', 'ar', 'fa', 'ur', 'zh', 'ja'],
].sort()

/** Characters that are read, from the beginning. */
const readCharacters = 2000
/** A script other than Latin with this share of the letters is the text's: code and names are Latin everywhere. */
const otherScriptShare = 0.1

/**
 * The language of a text's beginning, by its script, then by frequent words and particular letters.
 *
 * @returns an ISO 639-1 code of `languageCodes`, or `unknown`. Time is bounded: 2,000 characters are read.
 */
export function detectLanguage(text: string): string {
  const end = Math.min(text.length, readCharacters)
  const counts = countScripts(text, 0, end)
  const count = (script: Script) => counts.get(script) ?? 0
  const letters = [...counts.values()].reduce((sum, one) => sum + one, 0)
  const eastAsian = count('han') + count('kana')
  const others = [...counts].filter(([script]) => !['latin', 'han', 'kana'].includes(script))
  const [script, most] = others.reduce((a, b) => (b[1] > a[1] ? b : a))
  if (eastAsian > Math.max(most, otherScriptShare * letters))
    return count('kana') > 0.1 * eastAsian ? 'ja' : 'zh'
  const beginning = text.slice(0, end).toLowerCase()
  if (most > otherScriptShare * letters) return languageInScript(script, beginning)
  return letters === 0 ? unknownLanguage : latinLanguage(beginning)
}

function languageInScript(script: Script, text: string): string {
  if (script === 'cyrillic') {
    if (/[іїєґ]/.test(text)) return 'uk'
    return !/[ыэё]/.test(text) && (text.match(/ъ/g)?.length ?? 0) > text.length / 200 ? 'bg' : 'ru'
  }
  if (script === 'arabic') {
    if (/[ٹڈڑےںہ]/.test(text)) return 'ur'
    return /[پچژگکی]/.test(text) ? 'fa' : 'ar'
  }
  return languageOfScript[script] ?? unknownLanguage
}

type LatinLanguage = keyof typeof latinLanguages
const latinNames = Object.keys(latinLanguages) as readonly LatinLanguage[]
const languagesOfWord = index(({ words }) => words.split(' '))
const languagesOfLetter = index(({ letters }) => [...letters])

/** Code is full of single letters. */
const singleLetterWeight = 0.2
/** Below this much evidence nothing is said: about one word that only one language has. */
const leastEvidence = 0.9

function latinLanguage(text: string): string {
  const evidence = new Float64Array(latinNames.length)
  for (const [word] of text.matchAll(/[\p{Script=Latin}']+/gu))
    tell(evidence, languagesOfWord.get(word), word.length === 1 ? singleLetterWeight : 1)
  for (const [letter] of text.matchAll(/\P{ASCII}/gu)) tell(evidence, languagesOfLetter.get(letter), 0.5)
  const best = evidence.indexOf(Math.max(...evidence))
  return evidence[best]! >= leastEvidence ? latinNames[best]! : unknownLanguage
}

/** A word or letter that many languages share is weak evidence for each. */
function tell(evidence: Float64Array, languages: readonly number[] | undefined, weight: number): void {
  for (const language of languages ?? []) evidence[language]! += weight / Math.sqrt(languages!.length)
}

function index(
  itemsOf: (language: (typeof latinLanguages)[LatinLanguage]) => readonly string[],
): ReadonlyMap<string, readonly number[]> {
  const languages = new Map<string, number[]>()
  for (const [number, name] of latinNames.entries())
    for (const item of itemsOf(latinLanguages[name]))
      languages.set(item, [...(languages.get(item) ?? []), number])
  return languages
}
