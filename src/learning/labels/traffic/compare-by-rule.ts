import { createNumericChecker } from '../checkers/numeric.ts'

/**
 * Whether a rule finds that two answers say the same, so that no judge need be asked: a tie. Null if no rule can tell. That two
 * answers differ is never found by a rule: it does not say which of them is better.
 *
 * - the same text, without regard to case and white space;
 * - the same JSON, whatever the order of its members;
 * - the same number or the same letter, if an answer is nothing else, or states it as its last word and is short
 *   (`\boxed{42}`, `#### 42`, `Answer: B`).
 */
export function compareByRule(one: string, other: string): 'tie' | null {
  if (normalise(one) === normalise(other)) return 'tie'
  if (isSameJson(one, other)) return 'tie'
  const [first, second] = [findResult(one), findResult(other)]
  if (first === null || second === null) return null
  return first.toLowerCase() === second.toLowerCase() || isSameNumber(first, second) ? 'tie' : null
}

/** Of a longer answer the words around the result can be better or worse. */
const longestStated = 1500
const result = String.raw`[-+−]?[$€£]?\d[\d.,]*\s?%?|\(?[A-J]\)?`
const bareResult = new RegExp(String.raw`^[\s*_"'\x60]*(${result})[\s*_"'\x60.]*$`, 'i')
const statedResult = new RegExp(
  String.raw`(?:\\boxed\{\s?|####\s?|\banswer(?:\sis)?:?\s?)\**(${result})[\s*}$.]*$`,
  'i',
)

/** The number or letter that is the answer; null if there is more to it. */
function findResult(answer: string): string | null {
  const text = answer.trim()
  if (text.length > longestStated) return null
  const found = bareResult.exec(text) ?? statedResult.exec(text)
  return found?.[1]?.replaceAll(/[()]/g, '') ?? null
}

const checkNumber = createNumericChecker()

function isSameNumber(one: string, other: string): boolean {
  if (!/\d/.test(one) || !/\d/.test(other)) return false
  try {
    return checkNumber(one, other).score === 1
  } catch {
    return false // a number that can be read in two ways
  }
}

function normalise(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim()
}

function isSameJson(one: string, other: string): boolean {
  const [first, second] = [parseStructure(one), parseStructure(other)]
  return first !== undefined && second !== undefined && canonical(first) === canonical(second)
}

/** An object or a list; undefined for anything else, of which a text says more than its value. */
function parseStructure(text: string): unknown {
  const fenced = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/i.exec(text)
  const json = (fenced?.[1] ?? text).trim()
  if (!json.startsWith('{') && !json.startsWith('[')) return undefined
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  )
}
