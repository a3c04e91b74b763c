import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { InvalidRequestError } from '../../errors.ts'

/** A text file that appears under its name only when it is whole. Gzip where the name ends in `.gz`. */
export type OutputFile = {
  write(text: string): Promise<void>
  /** Puts the file in its place. */
  commit(): Promise<void>
  /** Leaves nothing behind, and what was there before as it was. */
  discard(): Promise<void>
}

/**
 * @param param the option that the file was named by, for messages.
 * @throws InvalidRequestError `output-unwritable` where the folder is missing or the name is a folder's.
 */
export async function openOutputFile(file: string, param = '--output'): Promise<OutputFile> {
  await checkPlace(file, param)
  const partial = join(dirname(file), `.${basename(file)}.${process.pid}.partial`)
  const disk = createWriteStream(partial, { flags: 'w' })
  const gzip = file.endsWith('.gz') ? createGzip() : null
  gzip?.pipe(disk)
  const entry = gzip ?? disk
  // A full disk is reported by the next write or by commit.
  let failure: Error | undefined
  const onError = (error: Error) => {
    failure ??= error
    // What waits to write into the compressor would otherwise wait for a disk that is gone.
    gzip?.destroy(error)
  }
  disk.on('error', onError)
  gzip?.on('error', onError)

  const close = async () => {
    entry.end()
    await finished(disk)
  }
  return {
    async write(text) {
      if (failure !== undefined) throw failure
      if (!entry.write(text)) await once(entry, 'drain')
    },
    async commit() {
      await close()
      await rename(partial, file)
    },
    async discard() {
      disk.destroy()
      gzip?.destroy()
      // One that is still being opened would appear after it was removed.
      await finished(disk).catch(() => undefined)
      await rm(partial, { force: true })
    },
  }
}

async function checkPlace(file: string, param: string): Promise<void> {
  const folder = await stat(dirname(file)).catch(() => undefined)
  if (folder?.isDirectory() !== true)
    throw unwritable(file, `there is no folder ${dirname(file)}; make it first`, param)
  const present = await stat(file).catch(() => undefined)
  if (present?.isDirectory() === true) throw unwritable(file, 'it is a folder; name a file', param)
}

function unwritable(file: string, reason: string, param: string): InvalidRequestError {
  return new InvalidRequestError('output-unwritable', `${file} cannot be written: ${reason}`, { param })
}
