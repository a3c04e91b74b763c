import { joinedLanguages, turnRoles, turnWords } from './turn-words.ts'

/** Of each role: how many words are found, whether one begins the turn, whether one ends it, and their share of it. */
export const listFeatureCount = turnRoles.length * 4

/** A function that writes `listFeatureCount` numbers from 0 to 2 about a lower-case text to `target` from `offset` on. */
export function createListReader(): (text: string, target: Float32Array, offset: number) => void {
  const spaced = collect((language) => !joinedLanguages.includes(language))
  const joined = collect((language) => joinedLanguages.includes(language))
  const longestPhrase = longest([...spaced.keys()].map((phrase) => phrase.split(' ').length))
  const longestJoined = longest([...joined.keys()].map((word) => word.length))
  const found = new Float64Array(turnRoles.length)
  const covered = new Float64Array(turnRoles.length)
  let begins = 0
  let ends = 0

  function note(roles: number, size: number, isFirst: boolean, isLast: boolean): void {
    for (let role = 0; role < turnRoles.length; role++) {
      if ((roles & (1 << role)) === 0) continue
      found[role]! += 1
      covered[role]! += size
    }
    if (isFirst) begins |= roles
    if (isLast) ends |= roles
  }

  function readSpaced(text: string): number {
    const words = text.match(wordPattern) ?? []
    for (let from = 0; from < words.length; from++) {
      let phrase = ''
      for (let size = 1; size <= longestPhrase && from + size <= words.length; size++) {
        phrase = size === 1 ? words[from]! : `${phrase} ${words[from + size - 1]!}`
        const roles = spaced.get(phrase)
        if (roles !== undefined) note(roles, size, from === 0, from + size === words.length)
      }
    }
    return words.length
  }

  function readJoined(text: string): number {
    const end = text.length - (/[\s\p{P}]*$/u.exec(text)?.[0].length ?? 0)
    for (let from = 0; from < text.length; from++) {
      for (let size = 1; size <= longestJoined && from + size <= text.length; size++) {
        const roles = joined.get(text.slice(from, from + size))
        if (roles !== undefined) note(roles, size, from === 0, from + size >= end)
      }
    }
    return text.length
  }

  return (text, target, offset) => {
    found.fill(0)
    covered.fill(0)
    begins = 0
    ends = 0
    const size = joinedScript.test(text) ? readJoined(text) : readSpaced(text)
    for (let role = 0; role < turnRoles.length; role++) {
      const at = offset + role * 4
      target[at] = Math.min(found[role]!, 3) / 1.5
      target[at + 1] = (begins >> role) & 1
      target[at + 2] = (ends >> role) & 1
      target[at + 3] = size === 0 ? 0 : Math.min(1, covered[role]! / size)
    }
  }
}

const wordPattern = /[\p{L}\p{N}\p{M}'’-]+/gu
const joinedScript = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u

/** The roles of each word, as bits in the order of `turnRoles`. */
function collect(isWanted: (language: string) => boolean): ReadonlyMap<string, number> {
  const roles = new Map<string, number>()
  for (const [language, lists] of Object.entries(turnWords)) {
    if (!isWanted(language)) continue
    for (const [index, role] of turnRoles.entries())
      for (const word of lists[role].split('|').filter(Boolean))
        roles.set(word, (roles.get(word) ?? 0) | (1 << index))
  }
  return roles
}

function longest(sizes: readonly number[]): number {
  return sizes.reduce((most, size) => Math.max(most, size), 0)
}
