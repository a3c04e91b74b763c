import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createInflateRaw } from 'node:zlib'
import { DataError } from '../../../errors.ts'
import { ReadingFault } from './reading-fault.ts'
import { transform } from './transform.ts'

/** A file inside a ZIP archive. */
export type ZipEntry = {
  /** Its path inside the archive. */
  readonly name: string
  chunks(): AsyncGenerator<Uint8Array>
}

const endSignature = 0x06054b50
const end64Signature = 0x06064b50
const locatorSignature = 0x07064b50
const entrySignature = 0x02014b50
const maxDirectoryBytes = 64 * 2 ** 20
const maxEntries = 100_000

export function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5) && head[3] === head[2] + 1
}

/**
 * The files of a ZIP archive, by the directory at its end; folders and what macOS adds are left out. Only the directory
 * is held in memory, up to 64 MiB.
 *
 * Throws `DataError` `broken-zip`, and `zip-unsupported` for an entry that is encrypted or packed by another method
 * than deflate.
 */
export async function readZipEntries(file: string): Promise<ZipEntry[]> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const { start, length, entries } = await findDirectory(handle, size, file)
    if (length > maxDirectoryBytes || entries > maxEntries)
      throw brokenZip(file, `claims ${entries} entries in a directory of ${length} bytes`)
    return parseDirectory(await readBytes(handle, start, length, file), file, size)
  } finally {
    await handle.close()
  }
}

type Directory = { readonly start: number; readonly length: number; readonly entries: number }

async function findDirectory(handle: FileHandle, size: number, file: string): Promise<Directory> {
  // The end record has 22 bytes and a comment of up to 65,535.
  const tailStart = Math.max(0, size - 22 - 0xffff)
  const tail = await readBytes(handle, tailStart, size - tailStart, file)
  let at = tail.length - 22
  while (at >= 0 && tail.readUInt32LE(at) !== endSignature) at--
  if (at < 0) throw brokenZip(file, 'has no directory at its end: it is cut off')
  const plain = {
    entries: tail.readUInt16LE(at + 10),
    length: tail.readUInt32LE(at + 12),
    start: tail.readUInt32LE(at + 16),
  }
  const isZip64 = plain.entries === 0xffff || plain.start === 0xffffffff || plain.length === 0xffffffff
  if (!isZip64 || at < 20 || tail.readUInt32LE(at - 20) !== locatorSignature) return plain
  const record = await readBytes(handle, toNumber(tail.readBigUInt64LE(at - 12)), 56, file)
  if (record.readUInt32LE(0) !== end64Signature) throw brokenZip(file, 'has a broken end record')
  return {
    entries: toNumber(record.readBigUInt64LE(32)),
    length: toNumber(record.readBigUInt64LE(40)),
    start: toNumber(record.readBigUInt64LE(48)),
  }
}

function parseDirectory(directory: Buffer, file: string, size: number): ZipEntry[] {
  const entries: ZipEntry[] = []
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === entrySignature; ) {
    const nameLength = directory.readUInt16LE(at + 28)
    const extraLength = directory.readUInt16LE(at + 30)
    const commentLength = directory.readUInt16LE(at + 32)
    const extraStart = at + 46 + nameLength
    const next = extraStart + extraLength + commentLength
    if (next > directory.length) throw brokenZip(file, 'has a broken directory')
    const name = directory.toString('utf8', at + 46, extraStart)
    const { packed, offset } = parseSizes(
      directory,
      at,
      directory.subarray(extraStart, extraStart + extraLength),
    )
    const flags = directory.readUInt16LE(at + 8)
    const method = directory.readUInt16LE(at + 10)
    at = next
    if (name.endsWith('/') || /(?:^|\/)(?:__MACOSX\/|\.[^/]*$)/.test(name)) continue
    if ((flags & 1) === 1 || (method !== 0 && method !== 8))
      throw new DataError(
        'zip-unsupported',
        `${file} has the entry ${name}, which is ${(flags & 1) === 1 ? 'encrypted' : `packed by method ${method}`}. Unpack the archive and name the folder.`,
      )
    if (offset + packed > size) throw brokenZip(file, `has the entry ${name} beyond its end`)
    entries.push({ name, chunks: () => readEntry(file, { offset, packed, isStored: method === 0 }) })
  }
  return entries
}

function parseSizes(directory: Buffer, at: number, extra: Buffer): { packed: number; offset: number } {
  let packed = directory.readUInt32LE(at + 20)
  const unpacked = directory.readUInt32LE(at + 24)
  let offset = directory.readUInt32LE(at + 42)
  for (let field = 0; field + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(field + 2)
    // Zip64: the sizes and the offset that do not fit above, in this order.
    if (extra.readUInt16LE(field) === 1) {
      let value = field + 4
      const next = () => {
        const number = value + 8 <= extra.length ? toNumber(extra.readBigUInt64LE(value)) : 0
        value += 8
        return number
      }
      if (unpacked === 0xffffffff) next()
      if (packed === 0xffffffff) packed = next()
      if (offset === 0xffffffff) offset = next()
    }
    field += 4 + length
  }
  return { packed, offset }
}

async function* readEntry(
  file: string,
  { offset, packed, isStored }: { offset: number; packed: number; isStored: boolean },
): AsyncGenerator<Uint8Array> {
  if (packed === 0) return
  const handle = await open(file)
  let start: number
  try {
    // The local header repeats the name, and has an extra field of its own length.
    const local = await readBytes(handle, offset, 30, file)
    start = offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28)
  } finally {
    await handle.close()
  }
  const bytes = createReadStream(file, { start, end: start + packed - 1 })
  if (isStored) return yield* bytes
  try {
    yield* transform(bytes, createInflateRaw())
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!code.startsWith('Z_')) throw error
    throw new ReadingFault('broken-zip', `is not valid ZIP data (${code})`, 'Copy or download it again.', {
      cause: error,
    })
  }
}

async function readBytes(handle: FileHandle, start: number, length: number, file: string): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, start + done)
    if (bytesRead === 0) throw brokenZip(file, 'is shorter than its directory says')
    done += bytesRead
  }
  return bytes
}

function toNumber(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value)
}

function brokenZip(file: string, what: string): DataError {
  return new DataError('broken-zip', `${file} ${what}. Copy or download it again.`)
}
