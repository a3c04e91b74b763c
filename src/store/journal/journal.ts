import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { encodeFrame, writeFrame } from './frame.ts'
import {
  endOfSegment,
  formatSegmentName,
  listSegments,
  maxSegmentAgeMs,
  maxSegmentBytes,
} from './segments.ts'

/**
 * Files that entries are appended to, each with one write into the system's memory: a process that is killed loses none.
 * They are written to the disk once a second.
 *
 * It never throws. An entry that cannot be written now waits in memory, up to a limit, and is tried again each second.
 */
export type Journal = {
  /** @param json one line. */
  append(json: string): void
  /** Appends, and resolves once the entry is on the disk. Rejects if it cannot be written there now. */
  appendDurably(json: string): Promise<void>
  readonly state: JournalState
  /** Writes what waits, if that is possible now, and ends the segment. */
  close(): void
}

export type JournalState = {
  /** Entries that will never be written. */
  readonly dropped: number
  /** Entries that wait in memory. */
  readonly waiting: number
  /** Why entries wait; null if they are written at once. */
  readonly problem: string | null
  /** Of all entries that were written. */
  readonly appendedBytes: number
}

export type JournalOptions = {
  /** Is created if it does not exist. */
  readonly folder: string
  /** Of all segments. Beyond it entries wait, then are dropped. */
  readonly maxBytes: number
  /** Of the entries that wait in memory. */
  readonly maxWaitingBytes: number
  readonly retryAfterMs: number
  readonly now: () => number
  /** Called at most once a second, when something was appended. */
  readonly onAppended: () => void
  readonly warn: (fields: object, message: string) => void
  /** The writes; default: those of the system. */
  readonly files?: JournalFiles
}

/** What the journal does with files. */
export type JournalFiles = {
  open(path: string): number
  write(file: number, bytes: Buffer, length: number): number
}

const systemFiles: JournalFiles = {
  open: (path) => openSync(path, 'ax+', 0o600),
  write: (file, bytes, length) => writeSync(file, bytes, 0, length),
}

const syncAfterMs = 1000
const wakeAfterMs = 1000
/** Of entries that have waited, in one write. */
const maxFlushBytes = 1 << 20
/** Writes that take so long hold up all requests: the next ones wait in memory until the disk is quick again. */
const slowWriteMs = 50
/** In a row: a single write is slow too if the processor has other work, and what waits in memory is lost with the process. */
const slowWrites = 3

type OpenSegment = { readonly file: number; readonly begunAt: number; bytes: number }

/** Opens a journal. Nothing is written before the first entry. */
export function openJournal(options: JournalOptions): Journal {
  const {
    folder,
    maxBytes,
    maxWaitingBytes,
    retryAfterMs,
    now,
    onAppended,
    warn,
    files = systemFiles,
  } = options
  const writer = randomBytes(6).toString('hex')
  const scratch = Buffer.allocUnsafe(1 << 16)
  let count = 0
  let segment: OpenSegment | null = null
  let waiting: Buffer[] = []
  let waitingBytes = 0
  let dropped = 0
  let appendedBytes = 0
  let problem: string | null = null
  let slowInARow = 0
  let isClosed = false
  let isUnsynced = false
  let wakeTimer: NodeJS.Timeout | null = null
  let syncTimer: NodeJS.Timeout | null = null
  let retryTimer: NodeJS.Timeout | null = null
  /** Bytes of the segments that are not open, as they were when this one was begun. */
  let otherBytes = 0

  function append(json: string): void {
    if (isClosed) {
      dropped++
      return
    }
    const length = problem === null ? writeFrame(scratch, json) : 0
    if (length === 0) appendFrame(encodeFrame(json))
    else if (!write(scratch, length)) wait(Buffer.from(scratch.subarray(0, length)))
  }

  function appendFrame(frame: Buffer): void {
    if (problem !== null || !write(frame, frame.length)) wait(frame)
  }

  function wait(frame: Buffer): void {
    if (waitingBytes + frame.length > maxWaitingBytes) {
      if (dropped++ === 0)
        warn({ folder }, 'the store cannot be written and its memory is full; records are lost')
      return
    }
    waiting.push(frame)
    waitingBytes += frame.length
    retryTimer ??= setTimeout(retry, retryAfterMs).unref()
  }

  /** Whether all of it is written. Otherwise `problem` says why, and nothing of it is there. */
  function write(bytes: Buffer, length: number): boolean {
    try {
      const open = findSegment(length)
      const began = performance.now()
      const written = files.write(open.file, bytes, length)
      if (written < length) {
        cutBack(open)
        throw new Error(`only ${written} of ${length} bytes could be written`)
      }
      open.bytes += length
      appendedBytes += length
      slowInARow = performance.now() - began > slowWriteMs ? slowInARow + 1 : 0
      if (slowInARow >= slowWrites)
        fail(`${slowWrites} writes in a row took more than ${slowWriteMs} ms each`)
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error))
      giveUpSegment()
      return false
    }
    isUnsynced = true
    syncTimer ??= setTimeout(sync, syncAfterMs).unref()
    wakeTimer ??= setTimeout(wake, wakeAfterMs).unref()
    return true
  }

  function fail(reason: string): void {
    if (problem === null)
      warn({ folder, problem: reason }, 'the store cannot be written; its records wait in memory')
    problem = reason
    retryTimer ??= setTimeout(retry, retryAfterMs).unref()
  }

  function findSegment(length: number): OpenSegment {
    if (segment !== null && segment.bytes + length > maxSegmentBytes && segment.bytes > 0) endSegment()
    if (segment !== null && now() - segment.begunAt > maxSegmentAgeMs) endSegment()
    segment ??= beginSegment()
    if (otherBytes + segment.bytes + length > maxBytes)
      throw new Error(
        `the journal has reached its limit of ${maxBytes} bytes, because its database does not take the records`,
      )
    return segment
  }

  function beginSegment(): OpenSegment {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    otherBytes = listSegments(folder).reduce((sum, { bytes }) => sum + bytes, 0)
    const time = now()
    const file = files.open(join(folder, formatSegmentName(time, writer, ++count)))
    return { file, begunAt: time, bytes: 0 }
  }

  /** An entry after a part of another one could not be read, so a segment that keeps such a part is not used again. */
  function cutBack({ file, bytes }: OpenSegment): void {
    try {
      ftruncateSync(file, bytes)
    } catch {
      closeFile(file)
      segment = null
    }
  }

  /** One without an entry: its file may be what cannot be written. */
  function giveUpSegment(): void {
    if (segment === null || segment.bytes > 0) return
    closeFile(segment.file)
    segment = null
  }

  function endSegment(): void {
    const open = segment
    segment = null
    if (open === null) return
    const end = encodeFrame(endOfSegment)
    try {
      files.write(open.file, end, end.length)
      fdatasync(open.file, () => closeFile(open.file))
    } catch {
      closeFile(open.file)
    }
  }

  function retry(): void {
    retryTimer = null
    if (isClosed) return
    otherBytes = measureOthers()
    if (flush()) warn({ folder, dropped }, 'the store is written again')
  }

  function measureOthers(): number {
    try {
      return listSegments(folder).reduce((sum, { bytes }) => sum + bytes, 0) - (segment?.bytes ?? 0)
    } catch {
      return otherBytes
    }
  }

  /** Whether nothing waits any more. */
  function flush(): boolean {
    problem = null
    while (waiting.length > 0 && problem === null) {
      let count = 1
      let length = waiting[0]!.length
      while (count < waiting.length && length + waiting[count]!.length <= maxFlushBytes)
        length += waiting[count++]!.length
      if (!write(Buffer.concat(waiting.slice(0, count)), length)) break
      waiting = waiting.slice(count)
      waitingBytes -= length
    }
    return problem === null
  }

  /** For the last time: a slow disk is waited for as long as it takes something. */
  function flushAll(): void {
    for (let before = Number.POSITIVE_INFINITY; waiting.length > 0 && waiting.length < before; ) {
      before = waiting.length
      flush()
    }
  }

  function wake(): void {
    wakeTimer = null
    onAppended()
  }

  /** Once a second. */
  function sync(): void {
    syncTimer = null
    if (segment === null || !isUnsynced) return
    isUnsynced = false
    if (!rescueRemoved()) fdatasync(segment.file, () => {})
  }

  /** A file that someone has removed takes what is written into it along: that is written anew. */
  function rescueRemoved(): boolean {
    if (segment === null || !isRemoved(segment.file)) return false
    rescue(segment)
    return true
  }

  function rescue({ file, bytes }: OpenSegment): void {
    warn({ folder }, 'the journal of the store was removed; it is written anew')
    segment = null
    const content = Buffer.allocUnsafe(bytes)
    const length = readSync(file, content, 0, bytes, 0)
    closeFile(file)
    if (length > 0) appendFrame(content.subarray(0, length))
  }

  return {
    append,
    appendDurably(json) {
      const frame = encodeFrame(json)
      const isWritten = !isClosed && problem === null && write(frame, frame.length)
      const open = segment
      if (!isWritten || open === null) return Promise.reject(new Error(problem ?? 'the journal is closed'))
      return new Promise((resolve, reject) => {
        fdatasync(open.file, (error) => (error === null ? resolve() : reject(error)))
      })
    },
    get state() {
      return { dropped, waiting: waiting.length, problem, appendedBytes }
    },
    close() {
      if (isClosed) return
      rescueRemoved()
      flushAll()
      if (waiting.length > 0) {
        dropped += waiting.length
        warn({ folder, problem, dropped }, 'the store could not be written before the end; records are lost')
      }
      isClosed = true
      for (const timer of [wakeTimer, syncTimer, retryTimer]) if (timer !== null) clearTimeout(timer)
      const open = segment
      segment = null
      if (open === null) return
      const end = encodeFrame(endOfSegment)
      try {
        files.write(open.file, end, end.length)
        fdatasyncSync(open.file)
      } catch {
        // A segment without its end is read like one of a process that was killed.
      }
      closeFile(open.file)
    },
  }
}

function closeFile(file: number): void {
  try {
    closeSync(file)
  } catch {
    // Nothing depends on it.
  }
}

function isRemoved(file: number): boolean {
  try {
    return fstatSync(file).nlink === 0
  } catch {
    return false
  }
}
