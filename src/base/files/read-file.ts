import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** Node reads no more into one buffer. */
const largestBuffer = 2 ** 31 - 1

/**
 * The content of a regular file of at most `maxBytes` (default: 2 GiB − 1). A pipe or a device, which may never end, is
 * refused without reading.
 *
 * @throws Error with a message that does not name the file, or the error of the file system (`ENOENT`).
 */
export async function readRegularFile(file: string, maxBytes = largestBuffer): Promise<Buffer> {
  const handle = await openRegularFile(file)
  try {
    const { size } = await handle.stat()
    if (size > maxBytes) throw new Error(`it has ${size} bytes; at most ${maxBytes} are read`)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

/** Opens a file for reading. Throws for a folder, a pipe or a device, without waiting for the other end of a pipe. */
export async function openRegularFile(file: string): Promise<FileHandle> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  throw new Error('it is not a regular file')
}
