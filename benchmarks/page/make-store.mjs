// A store with requests of a month, filled as a server fills it: through the journal.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createPopulation } from '../store/population.mjs'

const from = (path) => import(new URL(`../../dist/store/${path}`, import.meta.url).href)
const rowsOfSegment = 50_000

/** @param folder of the store; it must not be there. @param until the time of the last request. */
export async function makeStore(folder, rows, until) {
  const [{ openJournal }, { formatRequestLine }, { openDatabase }, { ingestJournal }] = await Promise.all([
    from('journal/journal.js'),
    from('entries/format-request.js'),
    from('database/open-database.js'),
    from('ingest/ingest.js'),
  ])
  const [{ openTextFiles }, { rollUp }] = await Promise.all([
    from('texts/text-files.js'),
    from('totals/roll-up.js'),
  ])
  mkdirSync(folder, { recursive: true })
  const journalFolder = join(folder, 'journal')
  const db = await openDatabase(join(folder, 'store.db'))
  const texts = openTextFiles(join(folder, 'texts'))
  const record = createPopulation(rows, until)
  for (let at = 0; at < rows; ) {
    const journal = openJournal({
      ...{ folder: journalFolder, maxBytes: 1e12, maxWaitingBytes: 1e9, retryAfterMs: 1000, now: Date.now },
      ...{ onAppended() {}, warn: (_fields, message) => console.error(message) },
    })
    const end = Math.min(rows, at + rowsOfSegment)
    for (; at < end; at++) {
      const each = record(at)
      journal.append(formatRequestLine(each, each.usd ?? 0, null))
    }
    journal.close()
    await ingestJournal(db, { journalFolder, now: Date.now, texts })
    console.error(`${at} of ${rows} requests`)
  }
  await rollUp(db)
  await db.destroy()
}
