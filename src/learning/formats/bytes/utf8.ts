import { readHead } from './head.ts'
import { ReadingFault } from './reading-fault.ts'

/**
 * The text of a stream in UTF-8 without a byte order mark. UTF-16 is recognised by its mark, which Excel and PowerShell
 * write, or by a zero in every other byte of the beginning. Anything else is passed on as it is.
 */
export async function* toUtf8(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { head, chunks } = await readHead(source, judgedBytes)
  const encoding = findUtf16(head.subarray(0, judgedBytes))
  if (encoding === undefined) return yield* withoutMark(head, chunks)
  const decoder = new TextDecoder(encoding, { fatal: true })
  for await (const chunk of chunks) {
    const text = decode(() => decoder.decode(chunk, { stream: true }))
    if (text !== '') yield Buffer.from(text, 'utf8')
  }
  const rest = decode(() => decoder.decode())
  if (rest !== '') yield Buffer.from(rest, 'utf8')
}

/** Data begins with ASCII: a bracket, the name of a column. */
const judgedBytes = 16

async function* withoutMark(head: Uint8Array, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let mark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  for await (const chunk of chunks) {
    const rest = chunk.subarray(mark)
    mark -= chunk.length - rest.length
    if (rest.length > 0) yield rest
  }
}

/** Without a mark at least this many pairs of bytes must show the zeros. */
const fewestPairs = 4

function findUtf16(head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const pairs = Math.floor(head.length / 2)
  if (pairs < fewestPairs) return undefined
  const isText = (first: number) =>
    Array.from({ length: pairs }, (_, pair) => pair * 2).every(
      (at) => head[at + first] !== 0 && head[at + 1 - first] === 0,
    )
  if (isText(0)) return 'utf-16le'
  return isText(1) ? 'utf-16be' : undefined
}

function decode(read: () => string): string {
  try {
    return read()
  } catch (cause) {
    throw new ReadingFault('invalid-utf16', 'is not valid UTF-16', 'Save the file as UTF-8.', { cause })
  }
}
