import type { FileHandle } from 'node:fs/promises'

/** A line of a file that is appended to, and its position. */
export type AppendedLine = {
  /** Invalid UTF-8 becomes replacement characters, because a torn line may end inside a character. */
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

/** The lines of an open file from its start, without blank ones. Reads by position and does not move the file's own. */
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
