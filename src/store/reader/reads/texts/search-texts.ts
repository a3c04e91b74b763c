import type { Database } from '../../../database/open-database.ts'
import { storePaths } from '../../../paths.ts'
import { createTextReader, listTextDays } from '../../../texts/text-files.ts'
import type { FoundRequest, TextSearch, TextSearchPage } from '../../answers/texts.ts'
import { type Row, readRequestRows, toListed } from '../read-requests.ts'
import { createPassageFinder } from './passage.ts'
import { readAllTexts, readAsked } from './read-asked.ts'
import { createTimeLimit } from './time-limit.ts'

const dayMs = 86_400_000
/** Of the database at once: few enough that what is read in vain, at the end of the time, takes some milliseconds. */
const rowsOfStep = 500

/**
 * Looks for a text in what is kept of requests, the newest first, until enough are found or the time is over. There is no index of
 * texts: one of what clients ask would be about as large as the texts themselves.
 *
 * @param isOver default: 150 ms after the call. At least one request is looked at, so that the next call goes on.
 */
export async function searchTexts(
  db: Database,
  query: TextSearch,
  folder: string,
  isOver: () => boolean = createTimeLimit(),
): Promise<TextSearchPage> {
  const { text, whole, limit, ...conditions } = query
  const texts = storePaths(folder).texts
  const time = withinTextDays(conditions, listTextDays(texts))
  const findPassage = createFinder(texts, text, whole)
  const page = { requests: [] as FoundRequest[], searchedTo: null as number | null, texts: 0 }
  if (time === null) return { ...page, next: null }
  let before = conditions.before
  for (;;) {
    const rows = await readRequestRows(db, { ...conditions, ...time, before }, rowsOfStep)
    for (const row of rows) {
      const found = findPassage(row)
      if (found !== undefined) page.texts++
      if (typeof found === 'string') page.requests.push({ ...toListed(row), passage: found })
      page.searchedTo = row.time
      before = row.seq
      if (page.requests.length === limit || isOver()) return { ...page, next: before }
    }
    if (rows.length < rowsOfStep) return { ...page, next: null }
  }
}

/** The part of the time whose days have texts; null if none has. */
function withinTextDays(
  { from = 0, to = Number.MAX_SAFE_INTEGER }: Pick<TextSearch, 'from' | 'to'>,
  days: readonly number[],
): { readonly from: number; readonly to: number } | null {
  const within = days.filter((day) => (day + 1) * dayMs > from && day * dayMs < to)
  if (within.length === 0) return null
  const first = within.reduce((one, other) => Math.min(one, other))
  const last = within.reduce((one, other) => Math.max(one, other))
  return { from: Math.max(from, first * dayMs), to: Math.min(to, (last + 1) * dayMs) }
}

/** A function that gives the passage of a row that has the text; null if it has it not, undefined if no text is kept. */
function createFinder(folder: string, text: string, whole: boolean): (row: Row) => string | null | undefined {
  const readPlace = createTextReader(folder)
  const find = createPassageFinder(text)
  return ({ day, protocol, offset, bytes, line }) => {
    if (offset === null || bytes === null || line === null) return undefined
    try {
      const kept = readPlace(day, { offset, bytes, line })
      if (!whole) return find(readAsked(protocol, kept))
      for (const part of readAllTexts(protocol, kept)) {
        const passage = find(part)
        if (passage !== null) return passage
      }
      return null
    } catch {
      return undefined // the file of its day was removed
    }
  }
}
