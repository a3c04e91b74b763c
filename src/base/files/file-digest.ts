import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { DataError } from '../../errors.ts'
import { openRegularFile } from './read-file.ts'

/** Identifies a data file in the artifacts that were trained on it. */
export type FileFacts = {
  /** SHA-256 of its bytes on disk, compressed or not; lower-case hexadecimal. */
  readonly sha256: string
  readonly modified: Date
}

/** Throws `DataError` `data-file-unreadable`, also for what is not a regular file. */
export async function readFileFacts(file: string): Promise<FileFacts> {
  try {
    const hash = createHash('sha256')
    const handle = await openRegularFile(file)
    const { mtime: modified } = await handle.stat()
    // The stream closes the handle.
    await pipeline(handle.createReadStream(), hash)
    return { sha256: hash.digest('hex'), modified }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataError('data-file-unreadable', `${file} cannot be read (${reason}). Check the path.`, {
      cause,
    })
  }
}
