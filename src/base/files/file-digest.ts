import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { DataError } from '../../errors.ts'

/** What identifies a data file in the artifacts that were trained on it. */
export type FileFacts = {
  /** SHA-256 of its bytes as they are on disk, compressed or not; lower-case hexadecimal. */
  readonly sha256: string
  readonly modified: Date
}

/** Throws `DataError` `data-file-unreadable`. */
export async function readFileFacts(file: string): Promise<FileFacts> {
  try {
    const hash = createHash('sha256')
    await pipeline(createReadStream(file), hash)
    return { sha256: hash.digest('hex'), modified: (await stat(file)).mtime }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataError('data-file-unreadable', `${file} cannot be read (${reason}). Check the path.`, {
      cause,
    })
  }
}
