import type { FileHandle } from 'node:fs/promises'
import type { AsyncBuffer, FileMetaData } from 'hyparquet'
import { openRegularFile } from '../../../base/files/read-file.ts'
import { DataError } from '../../../errors.ts'
import { unreadableFile } from '../bytes/reading-fault.ts'
import type { ParquetLibrary } from './library.ts'
import type { ParquetLimits } from './limits.ts'
import { walkThriftStruct } from './thrift-walk.ts'

/** An open Parquet file and the content of its footer. */
export type ParquetFile = {
  readonly buffer: AsyncBuffer
  readonly metadata: FileMetaData
  close(): Promise<void>
}

const magic = 'PAR1'

/**
 * Opens a file and reads its footer, after every length in it has been checked. Slices of the file are bounded by
 * the limits.
 *
 * Throws `DataError`: `data-file-unreadable`, `broken-parquet`, `parquet-unsupported`, `parquet-too-large`.
 */
export async function openParquetFile(
  file: string,
  library: ParquetLibrary,
  limits: ParquetLimits,
): Promise<ParquetFile> {
  let handle: FileHandle | undefined
  try {
    handle = await openRegularFile(file)
    const { size } = await handle.stat()
    const buffer = boundedBuffer(handle, size, Math.max(limits.groupBytes, limits.footerBytes + 8))
    const metadata = await readFooter(file, buffer, library, limits)
    const opened = handle
    return { buffer, metadata, close: () => opened.close() }
  } catch (error) {
    await handle?.close()
    throw error instanceof DataError ? error : unreadableFile(file, error)
  }
}

function boundedBuffer(handle: FileHandle, byteLength: number, maxBytes: number): AsyncBuffer {
  return {
    byteLength,
    async slice(begin, end = byteLength) {
      const length = end - begin
      if (!(begin >= 0 && end <= byteLength && length >= 0 && length <= maxBytes))
        throw new RangeError(`it points to the bytes ${begin} to ${end} of ${byteLength}`)
      const bytes = new Uint8Array(length)
      for (let done = 0; done < length; ) {
        const { bytesRead } = await handle.read(bytes, done, length - done, begin + done)
        if (bytesRead === 0) throw new RangeError('it became shorter while it was read')
        done += bytesRead
      }
      return bytes.buffer
    },
  }
}

async function readFooter(
  file: string,
  buffer: AsyncBuffer,
  library: ParquetLibrary,
  limits: ParquetLimits,
): Promise<FileMetaData> {
  const size = buffer.byteLength
  if (size < 12) throw broken(file, `has ${size} bytes, too few for one`)
  const head = Buffer.from(await buffer.slice(0, 4)).toString('latin1')
  const tail = Buffer.from(await buffer.slice(size - 8, size))
  const end = tail.toString('latin1', 4)
  if (head === 'PARE' || end === 'PARE')
    throw new DataError('parquet-unsupported', `${file} is encrypted. Write it without encryption.`)
  if (head !== magic) throw broken(file, `begins with ${JSON.stringify(head)}, not with ${magic}`)
  if (end !== magic) throw broken(file, `does not end with ${magic}: it is cut off`)
  const footerBytes = tail.readUInt32LE(0)
  if (footerBytes > size - 12) throw broken(file, `has a footer of ${footerBytes} bytes in a file of ${size}`)
  if (footerBytes > limits.footerBytes)
    throw new DataError(
      'parquet-too-large',
      `${file} has a footer of ${footerBytes} bytes; at most ${limits.footerBytes} are read. Write it with fewer row groups.`,
    )
  const footer = await buffer.slice(size - 8 - footerBytes, size)
  try {
    walkThriftStruct(new Uint8Array(footer, 0, footerBytes), 0)
    const metadata = library.parquetMetadata(footer, { geoparquet: false })
    if (metadata.schema.length > limits.columns + 1)
      throw new RangeError(`it has ${metadata.schema.length} columns, more than ${limits.columns}`)
    return metadata
  } catch (cause) {
    throw broken(
      file,
      `has a broken footer: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    )
  }
}

/** @param what follows the file's name in the message: `has a broken footer`. */
export function broken(file: string, what: string, cause?: unknown): DataError {
  return new DataError(
    'broken-parquet',
    `${file} cannot be read as Parquet: it ${what}. Copy, download or write it again.`,
    { cause },
  )
}
