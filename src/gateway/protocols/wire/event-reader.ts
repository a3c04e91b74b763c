const lineFeed = 0x0a
const carriageReturn = 0x0d
const colon = 0x3a
const space = 0x20
const nothing = Buffer.alloc(0)
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/** Whether a `content-type` is that of server-sent events. */
export function isEventStream(contentType: string): boolean {
  return contentType.startsWith('text/event-stream')
}

/** Reads server-sent events from bytes that come in any pieces. */
export type EventReader = {
  push(chunk: Buffer): void
  /** The stream ended: an event whose blank line never came is reported too. */
  end(): void
  /** Events that were longer than the limit and therefore skipped. */
  readonly skippedEvents: number
}

/**
 * Reports the data of each event, its lines joined by line feeds; comments, pings and events without data are not
 * reported. Lines end with LF, CRLF or CR; `data:` may come without the space; bytes may be cut anywhere.
 * Of an unfinished event at most `maxEventBytes` are held; a longer one is skipped up to its blank line.
 *
 * @param onEvent gets a view of the bytes that is valid only during the call.
 * Source: HTML standard, section 9.2.6, Interpreting an event stream. Deviates at the end of the stream.
 */
export function createEventReader(maxEventBytes: number, onEvent: (data: Buffer) => void): EventReader {
  let held: Buffer = Buffer.alloc(0)
  let heldLength = 0
  /** The event's data so far: a view of the chunk if it is one line within it, else the beginning of `joined`. */
  let data: Buffer | null = null
  let isOwned = false
  let joined: Buffer = nothing
  let skipping = false
  let afterCarriageReturn = false
  let firstLine = true
  let skippedEvents = 0

  function hold(chunk: Buffer, from: number, to: number): void {
    if (skipping) {
      heldLength = Math.min(1, heldLength + to - from) // whether the line is empty is all that matters
      return
    }
    const length = heldLength + to - from
    if (length + (data?.length ?? 0) > maxEventBytes) {
      skip()
      return
    }
    if (length > held.length) held = grow(held, heldLength, length)
    chunk.copy(held, heldLength, from, to)
    heldLength = length
  }

  function skip(): void {
    skipping = true
    skippedEvents++
    data = null
    held = nothing
    joined = nothing
    heldLength = 1
  }

  function finishLine(chunk: Buffer, from: number, to: number): void {
    if (heldLength === 0) {
      if (to === from) onLine(nothing, true)
      else onLine(chunk.subarray(from, to), true)
      return
    }
    hold(chunk, from, to)
    const line = held.subarray(0, heldLength)
    heldLength = 0
    if (skipping) return
    onLine(line, false)
  }

  /** @param isView whether `line` may be kept until the next line without a copy. */
  function onLine(line: Buffer, isView: boolean): void {
    let text = line
    if (firstLine) {
      firstLine = false
      if (line.subarray(0, 3).equals(byteOrderMark)) text = line.subarray(3)
    }
    if (text.length === 0) {
      finishEvent()
      return
    }
    if (skipping || !isDataLine(text)) return
    const from = text[5] === space ? 6 : 5
    const value = text.subarray(Math.min(from, text.length))
    if ((data === null ? 0 : data.length + 1) + value.length > maxEventBytes) {
      skip()
      heldLength = 0
    } else if (data === null) {
      data = value
      isOwned = false
      if (!isView) ownData()
    } else append(value)
  }

  /** Copies the data out of memory that is about to be reused: the chunk's, or that of the held line. */
  function ownData(): void {
    if (data === null || isOwned) return
    if (data.length > joined.length) joined = grow(nothing, 0, data.length)
    data.copy(joined)
    data = joined.subarray(0, data.length)
    isOwned = true
  }

  /** Appends a line. The room doubles, so an event of many lines costs no more than one of a single line. */
  function append(line: Buffer): void {
    ownData()
    const before = data!.length
    const length = before + 1 + line.length
    if (length > joined.length) joined = grow(joined, before, length)
    joined[before] = lineFeed
    line.copy(joined, before + 1)
    data = joined.subarray(0, length)
  }

  function finishEvent(): void {
    skipping = false
    if (data === null) return
    const event = data
    data = null
    onEvent(event)
  }

  /** Reads the whole lines of a chunk that ends them in any way; gives the index of the rest. */
  function readLines(chunk: Buffer): number {
    let lineStart = 0
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index]
      if (byte !== lineFeed && byte !== carriageReturn) {
        afterCarriageReturn = false
        continue
      }
      const isSecondHalf = byte === lineFeed && afterCarriageReturn
      afterCarriageReturn = byte === carriageReturn
      if (!isSecondHalf) finishLine(chunk, lineStart, index)
      lineStart = index + 1
    }
    return lineStart
  }

  /** The same for a chunk without CR, as nearly all are: finding one byte is what buffers are fastest at. */
  function readLinesOfLineFeeds(chunk: Buffer): number {
    let lineStart = 0
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, lineStart)) {
      finishLine(chunk, lineStart, end)
      lineStart = end + 1
    }
    return lineStart
  }

  return {
    push(chunk) {
      const hasCarriageReturn = afterCarriageReturn || chunk.includes(carriageReturn)
      const rest = hasCarriageReturn ? readLines(chunk) : readLinesOfLineFeeds(chunk)
      if (rest < chunk.length) hold(chunk, rest, chunk.length)
      ownData() // the chunk's memory is the upstream's
    },
    end() {
      if (heldLength > 0) finishLine(held, 0, 0)
      finishEvent()
    },
    get skippedEvents() {
      return skippedEvents
    },
  }
}

/** A buffer with room for `length` bytes and as many again, beginning with the first `kept` of `old`. */
function grow(old: Buffer, kept: number, length: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.max(256, 2 * length))
  old.copy(larger, 0, 0, kept)
  return larger
}

/** `data` or `data:…` (comparing bytes: this runs on every line of every stream). */
function isDataLine(line: Buffer): boolean {
  if (line.length > 4 && line[4] !== colon) return false
  return line[0] === 0x64 && line[1] === 0x61 && line[2] === 0x74 && line[3] === 0x61
}
