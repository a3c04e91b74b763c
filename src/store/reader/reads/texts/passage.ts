import { createWordFinder } from './word-finder.ts'

/** Of a passage that is shown in a list. */
const most = 200
/** What is shown before the place that was searched for. */
const before = 24
/** Runs of white space become one space, so more is looked at than is shown. */
const mostRead = 4 * most

/** The beginning of a text, on one line. */
export function beginOf(text: string): string {
  return toLine(text, 0)
}

/**
 * A function that finds words in a text, in upper and lower case, and gives the passage that has them; null if the text has them
 * not. Its time is linear in the length of the text, and it keeps nothing of it.
 */
export function createPassageFinder(words: string): (text: string) => string | null {
  const find = createWordFinder(words.toLowerCase())
  return (text) => {
    const lower = text.toLowerCase()
    const found = find(lower)
    if (found === -1) return null
    const at = lower.length === text.length ? found : findOriginalPlace(text, found)
    return toLine(text, findStart(text, at))
  }
}

/** The first word that begins shortly before a place. */
function findStart(text: string, at: number): number {
  if (at <= before) return 0
  const space = text.slice(at - before, at).search(/\s/)
  return at - before + space + 1
}

/** Where a place of the lower-case text is in the text: `İ` becomes two units. */
function findOriginalPlace(text: string, lowerPlace: number): number {
  let place = 0
  let lower = 0
  for (const character of text) {
    if (lower >= lowerPlace) break
    lower += character.toLowerCase().length
    place += character.length
  }
  return place
}

function toLine(text: string, at: number): string {
  // No half of a pair at either end.
  const from = isWithinPair(text, at) ? at + 1 : at
  const start = from === 0 ? text.search(/\S|$/) : from
  const part = text.slice(start, start + mostRead)
  const line = part.replace(/\s+/g, ' ').trim()
  const isWhole = start + mostRead >= text.length && line.length <= most
  const shown = isWhole ? line : line.slice(0, isWithinPair(line, most) ? most - 1 : most).trimEnd()
  return `${from === 0 ? '' : '…'}${shown}${isWhole ? '' : '…'}`
}

function isWithinPair(text: string, at: number): boolean {
  return /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at))
}
