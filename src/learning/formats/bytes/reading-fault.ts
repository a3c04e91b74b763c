import { DataError } from '../../../errors.ts'

/** Why the bytes of a data file cannot be read, without the place, which only the reader of rows knows. */
export class ReadingFault extends Error {
  readonly kind: 'broken-gzip' | 'broken-zstd' | 'broken-zip' | 'compression-bomb' | 'invalid-utf16'
  readonly advice: string

  constructor(kind: ReadingFault['kind'], what: string, advice: string, options?: { cause: unknown }) {
    super(what, options)
    this.kind = kind
    this.advice = advice
  }
}

/**
 * The same chunks. A fault becomes the `DataError` that names the file and the place.
 *
 * @param place returns the reader's position: a line, or `item 3`.
 */
export async function* placeFaults(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  place: () => string | number,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } catch (error) {
    if (error instanceof DataError) throw error
    if (!(error instanceof ReadingFault)) throw unreadableFile(name, error)
    const position = place()
    const where = typeof position === 'number' ? `line ${position}` : position
    // UTF-16 is decoded in pieces of many lines.
    const near = error.kind === 'invalid-utf16' ? 'near' : 'at'
    throw new DataError(error.kind, `${name} ${error.message}, ${near} ${where}. ${error.advice}`, {
      cause: error.cause ?? error,
    })
  }
}

/** Returns the error to throw if the disk cannot read a file. Throws nothing itself. */
export function unreadableFile(file: string, cause: unknown): DataError {
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
  const reason = cause instanceof Error ? cause.message : String(cause)
  const advice = missing ? 'There is no such file; check the path.' : `${reason}.`
  return new DataError('data-file-unreadable', `${file} cannot be read. ${advice}`, { cause })
}
