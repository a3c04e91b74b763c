import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { DataError } from '../../errors.ts'
import { openRegularFile } from './read-file.ts'

/** Identifies a data file in the artifacts that were trained on it. */
export type FileFacts = {
  /** SHA-256 of its bytes on disk, compressed or not; lower-case hexadecimal. */
  readonly sha256: string
  readonly modified: Date
}

/**
 * The facts of a file. Of a folder, the digest of the names and digests of all files in it, and the newest date.
 *
 * Throws `DataError` `data-file-unreadable`, also for what is neither a regular file nor a folder; `signal.reason` once the
 * signal aborts.
 */
export async function readFileFacts(file: string, signal?: AbortSignal): Promise<FileFacts> {
  const names = await readdir(file).catch(() => undefined)
  if (names === undefined) return readFactsOfFile(file, signal)
  return factsOfSeveral(
    names.map((name) => join(file, name)),
    signal,
  )
}

/**
 * The facts of files that are read as one: of one file its own, of several those of a folder that holds exactly them.
 *
 * Throws `DataError` `data-file-unreadable`; `signal.reason` once the signal aborts.
 */
export async function readFactsOfFiles(files: readonly string[], signal?: AbortSignal): Promise<FileFacts> {
  const [first = '', ...others] = files
  if (others.length === 0) return readFileFacts(first, signal)
  return factsOfSeveral(files, signal)
}

async function factsOfSeveral(files: readonly string[], signal: AbortSignal | undefined): Promise<FileFacts> {
  const named = files.map((file) => ({ name: basename(file), file }))
  const hash = createHash('sha256')
  let modified = new Date(0)
  for (const { name, file } of named.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const facts = await readFileFacts(file, signal)
    hash.update(`${name}\0${facts.sha256}\n`)
    if (facts.modified > modified) modified = facts.modified
  }
  return { sha256: hash.digest('hex'), modified }
}

async function readFactsOfFile(file: string, signal: AbortSignal | undefined): Promise<FileFacts> {
  try {
    const hash = createHash('sha256')
    const handle = await openRegularFile(file)
    const { mtime: modified } = await handle.stat()
    // The stream closes the handle.
    await pipeline(handle.createReadStream(), hash, signal === undefined ? {} : { signal })
    return { sha256: hash.digest('hex'), modified }
  } catch (cause) {
    signal?.throwIfAborted()
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataError('data-file-unreadable', `${file} cannot be read (${reason}). Check the path.`, {
      cause,
    })
  }
}
