import { constants, createReadStream, open as openWithCallback } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'

const open = promisify(openWithCallback)

/**
 * The bytes of a file or of a pipe. When the signal aborts, the stream is destroyed with an error.
 *
 * A pipe is read as a socket is, because a read of a file waits in a thread, which nothing can stop, for a writer that may
 * never come.
 */
export async function openBytes(path: string, signal: AbortSignal | undefined): Promise<Readable> {
  const given = signal === undefined ? {} : { signal }
  if (!(await stat(path)).isFIFO()) return createReadStream(path, given)
  const fd = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return new Socket({ fd, readable: true, writable: false, ...given })
}
