import type { FileHandle } from 'node:fs/promises'

/** A line of a file that is appended to, and where it stands. */
export type AppendedLine = {
  /** Invalid UTF-8 comes as replacement characters: a torn line need not end between two characters. */
  readonly text: string
  /** Offset of its first byte. */
  readonly start: number
  /** Its length without the line end. */
  readonly bytes: number
  /** False for a last line without a line end, which may be torn. */
  readonly isWhole: boolean
}

const chunkBytes = 1 << 16
const newline = 0x0a

/** The lines of an open file from its start, blank ones left out. Reads by position and moves nothing. */
export async function* readAppendedLines(handle: FileHandle): AsyncGenerator<AppendedLine> {
  const chunk = Buffer.alloc(chunkBytes)
  let pending: Buffer[] = []
  let start = 0
  let read = 0
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, chunkBytes, read)
    if (bytesRead === 0) break
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0 && end < bytesRead; end = chunk.indexOf(newline, from)) {
      pending.push(Buffer.from(chunk.subarray(from, end)))
      const line = Buffer.concat(pending)
      if (line.length > 0) yield { text: line.toString('utf8'), start, bytes: line.length, isWhole: true }
      pending = []
      from = end + 1
      start = read + from
    }
    pending.push(Buffer.from(chunk.subarray(from, bytesRead)))
    read += bytesRead
  }
  const rest = Buffer.concat(pending)
  if (rest.length > 0) yield { text: rest.toString('utf8'), start, bytes: rest.length, isWhole: false }
}
