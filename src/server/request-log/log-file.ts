import { Buffer } from 'node:buffer'
import { access, type FileHandle, open, rename } from 'node:fs/promises'
import { format, parse } from 'node:path'

/** A file that lines are appended to. The writer never waits. */
export type LogFile = {
  /** Takes a line that ends with a line feed. Dropped, and counted, if too much waits to be written already. */
  append(line: string): void
  /** Lines that will never be written. */
  readonly droppedLines: number
  /** Writes the waiting lines, then closes the file. Lines that cannot be written by then are dropped. */
  close(): Promise<void>
}

export type LogFileOptions = {
  readonly path: string
  /** A file of this size is renamed and a new one begun. */
  readonly maxBytes: number
  /** So is a file that was begun this long ago, at its next line. */
  readonly maxAgeMs: number
  /** Characters that may wait to be written. */
  readonly maxPendingLength: number
  /** Between a failure to write and the next try. */
  readonly retryAfterMs: number
  readonly now: () => number
  readonly warn: (fields: object, message: string) => void
}

/** Lines are collected for so long, then written together. */
const flushAfterMs = 100
/** Written at once at most, in characters. */
const maxBatchLength = 1 << 20

type OpenFile = {
  readonly handle: FileHandle
  bytes: number
  readonly begunAt: number
  /** False for a pipe or a device, which are not renamed. */
  readonly rotates: boolean
}

/**
 * Opens a file for appending; a new one is readable by its owner only. An error of the file system while it is open is
 * a warning: waiting lines are kept, up to the limit, and tried again.
 *
 * Throws the error of the file system if it cannot be opened now.
 */
export async function openLogFile(options: LogFileOptions): Promise<LogFile> {
  const { path, maxBytes, maxAgeMs, maxPendingLength, retryAfterMs, now, warn } = options
  let file: OpenFile | null = await openFile(path, now)
  let pending: string[] = []
  let pendingLength = 0
  /** The part of a batch that is not yet written; it may be the whole batch. */
  let unwritten: Buffer = Buffer.alloc(0)
  let unwrittenLines = 0
  let timer: NodeJS.Timeout | null = null
  let writing: Promise<boolean> | null = null
  let droppedLines = 0
  let isFailing = false
  let isDropping = false
  let isClosed = false
  let rotateNotBefore = 0

  function append(line: string): void {
    if (isClosed || pendingLength + line.length > maxPendingLength) {
      droppedLines++
      if (isDropping) return
      isDropping = true
      warn({ path }, 'the request log cannot be written as fast as requests end; lines are dropped')
      return
    }
    pending.push(line)
    pendingLength += line.length
    schedule(flushAfterMs)
  }

  function schedule(afterMs: number): void {
    if (timer !== null || writing !== null || isClosed) return
    timer = setTimeout(() => {
      timer = null
      void write()
    }, afterMs)
    timer.unref()
  }

  /** Resolves to whether everything that waited is written. */
  function write(): Promise<boolean> {
    writing ??= writePending().finally(() => {
      writing = null
      if (pending.length > 0 || unwritten.length > 0) schedule(isFailing ? retryAfterMs : flushAfterMs)
    })
    return writing
  }

  async function writePending(): Promise<boolean> {
    try {
      for (;;) {
        if (unwritten.length === 0) takeBatch()
        if (unwritten.length === 0) return true
        await writeBatch()
      }
    } catch (error) {
      if (!isFailing) {
        isFailing = true
        warn({ path, problem: describe(error) }, 'the request log cannot be written; it is tried again')
      }
      return false
    }
  }

  function takeBatch(): void {
    let lines = 0
    let length = 0
    while (lines < pending.length && length < maxBatchLength) length += pending[lines++]!.length
    unwritten = Buffer.from(pending.slice(0, lines).join(''))
    unwrittenLines = lines
    pending = pending.slice(lines)
    pendingLength -= length
  }

  async function writeBatch(): Promise<void> {
    if (file !== null && isDue(file)) await rotate(file)
    file ??= await openFile(path, now)
    while (unwritten.length > 0) {
      const { bytesWritten } = await file.handle.write(unwritten)
      file.bytes += bytesWritten
      unwritten = unwritten.subarray(bytesWritten)
    }
    unwrittenLines = 0
    if (isFailing) warn({ path, droppedLines }, 'the request log is written again')
    isFailing = false
    isDropping = false
  }

  function isDue({ rotates, bytes, begunAt }: OpenFile): boolean {
    if (!rotates || bytes === 0 || now() < rotateNotBefore) return false
    return bytes >= maxBytes || now() - begunAt >= maxAgeMs
  }

  async function rotate({ handle }: OpenFile): Promise<void> {
    file = null
    await handle.close()
    try {
      await rename(path, await findFreeName(path, now()))
    } catch (error) {
      rotateNotBefore = now() + 60_000
      warn({ path, problem: describe(error) }, 'the request log cannot be renamed; it grows beyond its limit')
    }
  }

  return {
    append,
    get droppedLines() {
      return droppedLines
    },
    async close() {
      if (isClosed) return
      if (timer !== null) clearTimeout(timer)
      timer = null
      await writing
      const isWritten = await write()
      isClosed = true
      if (timer !== null) clearTimeout(timer)
      if (!isWritten) {
        droppedLines += unwrittenLines + pending.length
        warn({ path, droppedLines }, 'the request log is closed; lines that could not be written are lost')
      }
      await file?.handle.close()
    },
  }
}

async function openFile(path: string, now: () => number): Promise<OpenFile> {
  const handle = await open(path, 'a', 0o600)
  const facts = await handle.stat()
  if (!facts.isFile()) return { handle, bytes: 0, begunAt: now(), rotates: false }
  const file = {
    handle,
    bytes: facts.size,
    // Some file systems do not record the creation time of a file.
    begunAt: facts.size === 0 ? now() : facts.birthtimeMs || facts.mtimeMs,
    rotates: true,
  }
  if (facts.size > 0 && !(await endsWithLineFeed(path, facts.size))) {
    await handle.write('\n') // an earlier process ended in the middle of a line
    file.bytes++
  }
  return file
}

async function endsWithLineFeed(path: string, size: number): Promise<boolean> {
  const handle = await open(path, 'r')
  try {
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
    return buffer[0] === 0x0a
  } finally {
    await handle.close()
  }
}

/** `requests.jsonl` → `requests-2026-11-28T10-00-00.jsonl`, in UTC. */
async function findFreeName(path: string, now: number): Promise<string> {
  const { dir, name, ext } = parse(path)
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')
  for (let copy = 1; ; copy++) {
    const free = format({ dir, name: `${name}-${time}${copy === 1 ? '' : `-${copy}`}`, ext })
    const isTaken = await access(free).then(
      () => true,
      () => false,
    )
    if (!isTaken) return free
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
