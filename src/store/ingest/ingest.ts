import { Buffer } from 'node:buffer'
import { closeSync, openSync, readSync, rmSync } from 'node:fs'
import type { Database } from '../database/open-database.ts'
import { parseEntry } from '../entries/parse-entry.ts'
import { scanFrames } from '../journal/frame.ts'
import { listSegments, maxSegmentAgeMs, type Segment } from '../journal/segments.ts'
import type { TextFiles } from '../texts/text-files.ts'
import { createBatch, type EntryBatch, insertEntries } from './insert-entries.ts'
import { toParsedRequest } from './request-row.ts'

export type Ingested = {
  readonly requests: number
  readonly feedback: number
  /** Bytes of the journal that could not be read. */
  readonly damagedBytes: number
}

export type IngestOptions = {
  readonly journalFolder: string
  readonly now: () => number
  /** Where texts go. */
  readonly texts: TextFiles
  /** Asked between batches whether to stop. */
  readonly isStopped?: () => boolean
  /** Called between batches, outside of transactions. Its promise is waited for. */
  readonly pause?: (batch: IngestedBatch) => Promise<void>
  /** Of the journal, in one transaction. Default: 1 MiB. */
  readonly batchBytes?: (left: number) => number
  /** Called after each batch. */
  readonly onBatch?: (batch: IngestedBatch) => void
}

export type IngestedBatch = {
  /** Requests and feedback that are new. */
  readonly rows: number
  readonly ms: number
  /** Bytes of the segment that are left. */
  readonly bytesLeft: number
}

const maxBatchBytes = 1 << 20
/** No process writes to a segment that is older than `maxSegmentAgeMs`. One without its end is removed so long after its last change. */
const keptUnendedMs = 24 * maxSegmentAgeMs

/**
 * Puts what is new in the journal into the database. The position in each segment is a row that is written together with
 * the entries up to it, so each entry counts once, whenever the process is killed, and whichever process reads it.
 *
 * @throws the errors of the database and of the file system. What was ingested by then stays.
 */
export async function ingestJournal(db: Database, options: IngestOptions): Promise<Ingested> {
  const total = { requests: 0, feedback: 0, damagedBytes: 0 }
  for (const segment of listSegments(options.journalFolder)) {
    if (options.isStopped?.() === true) break
    await ingestSegment(db, segment, options, total)
  }
  return total
}

type Totals = { requests: number; feedback: number; damagedBytes: number }

async function ingestSegment(
  db: Database,
  segment: Segment,
  options: IngestOptions,
  total: Totals,
): Promise<void> {
  const known = await db
    .selectFrom('journal_positions')
    .select('bytes')
    .where('segment', '=', segment.name)
    .executeTakeFirst()
  let position = known?.bytes ?? 0
  let isEnded = false
  // The last entry of an ended segment was read when it was read to its end.
  if (position < segment.bytes || position === 0) {
    const file = openSync(segment.path, 'r')
    try {
      // What is written meanwhile is for the next time.
      while (position < segment.bytes) {
        if (options.isStopped?.() === true) return
        const began = performance.now()
        const before = total.requests + total.feedback
        const left = segment.bytes - position
        const size = options.batchBytes?.(left) ?? maxBatchBytes
        const step = await ingestBatch(db, segment.name, file, size, options, total)
        position = step.position
        isEnded ||= step.isEnded
        if (step.bytes === 0) break
        const batch = {
          rows: total.requests + total.feedback - before,
          ms: performance.now() - began,
          bytesLeft: segment.bytes - position,
        }
        options.onBatch?.(batch)
        if (batch.bytesLeft > 0) await options.pause?.(batch)
      }
    } finally {
      closeSync(file)
    }
  }
  if (isEnded || endsRead(segment, position) || options.now() - segment.changedAt > keptUnendedMs)
    await removeSegment(db, segment, isEnded, position)
}

/** Whether the segment ends with its end and was read that far. */
function endsRead({ path, bytes }: Segment, position: number): boolean {
  if (position === 0 || position < bytes) return false
  const file = openSync(path, 'r')
  try {
    const tail = Buffer.alloc(Math.min(bytes, 64))
    readSync(file, tail, 0, tail.length, bytes - tail.length)
    return scanFrames(tail.subarray(tail.lastIndexOf(0x0a, -2) + 1)).entries.some(isEnd)
  } finally {
    closeSync(file)
  }
}

function isEnd(json: string): boolean {
  return json.startsWith('{"kind":"end"')
}

/** First the file: a position without a file does no harm, a file without its position would be read again. */
async function removeSegment(
  db: Database,
  { name, path, bytes }: Segment,
  isEnded: boolean,
  position: number,
): Promise<void> {
  // What follows the last whole entry of a killed process is no entry.
  if (!isEnded && position < bytes && !isTornTail(path, position)) return
  rmSync(path, { force: true })
  await db.deleteFrom('journal_positions').where('segment', '=', name).execute()
}

function isTornTail(path: string, position: number): boolean {
  const file = openSync(path, 'r')
  try {
    const rest = Buffer.alloc(maxBatchBytes)
    const length = readSync(file, rest, 0, rest.length, position)
    return scanFrames(rest.subarray(0, length)).entries.length === 0
  } finally {
    closeSync(file)
  }
}

type Step = { readonly bytes: number; readonly position: number; readonly isEnded: boolean }

async function ingestBatch(
  db: Database,
  segment: string,
  file: number,
  size: number,
  { texts }: IngestOptions,
  total: Totals,
): Promise<Step> {
  return db.transaction().execute(async (trx) => {
    // A write first: it locks out other processes before the position is read.
    const { bytes: position } = await trx
      .insertInto('journal_positions')
      .values({ segment, bytes: 0, damaged_bytes: 0 })
      .onConflict((conflict) => conflict.column('segment').doUpdateSet({ segment }))
      .returning('bytes')
      .executeTakeFirstOrThrow()
    const read = readBatch(file, position, size)
    if (read.consumed === 0) return { bytes: 0, position, isEnded: false }
    const parsed = parseEntries(read.entries)
    const inserted = await insertEntries(trx, parsed, texts.append(parsed.requests))
    total.requests += inserted.requests
    total.feedback += inserted.feedback
    total.damagedBytes += read.damagedBytes + parsed.unreadableBytes
    const next = position + read.consumed
    await trx
      .updateTable('journal_positions')
      .set((row) => ({
        bytes: next,
        damaged_bytes: row('damaged_bytes', '+', read.damagedBytes + parsed.unreadableBytes),
      }))
      .where('segment', '=', segment)
      .execute()
    return { bytes: read.consumed, position: next, isEnded: parsed.isEnded }
  })
}

/** Entries that are longer than a batch, such as texts, are read whole. */
function readBatch(file: number, position: number, least: number): ReturnType<typeof scanFrames> {
  for (let size = least; ; size *= 4) {
    const bytes = Buffer.allocUnsafe(size)
    const length = readSync(file, bytes, 0, size, position)
    const scanned = scanFrames(bytes.subarray(0, length))
    if (scanned.consumed > 0 || length < size) return scanned
  }
}

type ParsedEntries = EntryBatch & { isEnded: boolean; unreadableBytes: number }

function parseEntries(lines: readonly string[]): ParsedEntries {
  const parsed: ParsedEntries = { ...createBatch(), isEnded: false, unreadableBytes: 0 }
  for (const line of lines) {
    const entry = parseEntry(line)
    if (entry === null) parsed.unreadableBytes += Buffer.byteLength(line)
    else if (entry.kind === 'parsed-request') parsed.requests.push(entry)
    else if (entry.kind === 'request') parsed.requests.push(toParsedRequest(entry))
    else if (entry.kind === 'amend') parsed.amends.push(entry)
    else if (entry.kind === 'feedback') parsed.feedback.push(entry)
    else if (entry.kind === 'shadow') parsed.shadows.push(entry)
    else if (entry.kind === 'end') parsed.isEnded = true
  }
  return parsed
}
