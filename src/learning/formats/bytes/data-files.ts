import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DataError } from '../../../errors.ts'
import { decompress, isGzip, isZstd } from './decompress.ts'
import { openBytes } from './open-bytes.ts'
import { unreadableFile } from './reading-fault.ts'
import { toUtf8 } from './utf8.ts'
import { isZip, readZipEntries } from './zip.ts'

/** A file of rows: on the disk, or inside an archive. */
export type DataFile = {
  /** Names it in errors: `logs/a.jsonl`, or `logs.zip/a.jsonl`. */
  readonly name: string
  /** Where it lies on the disk as it is; undefined inside an archive. */
  readonly path: string | undefined
  /** Whether its bytes on the disk are compressed. */
  readonly isPacked: boolean
  /**
   * Its content: unpacked, and text as UTF-8. The reader turns faults into errors with `placeFaults`. Ends with an error
   * when the signal aborts, also while it waits for a pipe.
   */
  chunks(signal?: AbortSignal): AsyncGenerator<Uint8Array>
}

/** Names of data, each also with the suffix of a compression. Others in a folder or an archive are passed over. */
const dataNames =
  /\.(?:jsonl|ndjson|json|csv|tsv|parquet|log|txt)(?:\.(?:gz|zst|zstd))?$|\.(?:gz|zst|zstd|zip)$/i
const maxDepth = 16

/**
 * The files that a path names: the file itself, the files of a folder and the folders in it in alphabetical order, or
 * those of a ZIP archive.
 *
 * Throws `DataError`: `data-file-unreadable`; also for a folder or an archive without data; `not-data` for an
 * Excel workbook, a tar archive and other known kinds of file that hold no rows that are read; and as
 * `readZipEntries`.
 */
export async function* findDataFiles(path: string): AsyncGenerator<DataFile> {
  const facts = await stat(path).catch((error: unknown) => {
    throw unreadableFile(path, error)
  })
  if (!facts.isDirectory()) return yield* filesOf(path, facts.isFile())
  const found: string[] = []
  await collectFiles(path, found, 0)
  if (found.length === 0) throw noDataFiles(path, 'folder')
  for (const file of found) yield* filesOf(file, true)
}

async function collectFiles(folder: string, found: string[], depth: number): Promise<void> {
  if (depth > maxDepth)
    throw new DataError('data-file-unreadable', `${folder} is a folder more than ${maxDepth} deep.`)
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadableFile(folder, error)
  })
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    if (/^[._]/.test(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await collectFiles(path, found, depth + 1)
    else if (entry.isFile() && dataNames.test(entry.name)) found.push(path)
  }
}

/** A file on the disk, as it is named. A folder, an archive and other kinds of files are not looked into. */
export function toDataFile(file: string | DataFile): DataFile {
  return typeof file === 'string'
    ? { name: file, path: file, isPacked: false, chunks: (signal) => contentOf(file, true, signal) }
    : file
}

/** @param isRegular whether the file can be read at any place. A pipe is read once, from its beginning. */
async function* filesOf(path: string, isRegular: boolean): AsyncGenerator<DataFile> {
  const head = isRegular ? await readFirstBytes(path) : new Uint8Array(0)
  if (isZip(head)) {
    const entries = await readZipEntries(path)
    const workbook = entries.find(({ name }) => name === 'xl/workbook.xml' || name === 'content.xml')
    if (workbook !== undefined) throw notData(path, 'a spreadsheet', 'Save the sheet as CSV UTF-8')
    const data = entries.filter(({ name }) => dataNames.test(name))
    if (data.length === 0) throw noDataFiles(path, 'archive')
    for (const { name, chunks } of data)
      yield {
        name: `${path}/${name}`,
        path: undefined,
        isPacked: true,
        chunks: () => toUtf8(decompress(chunks())),
      }
    return
  }
  refuseOtherKinds(path, head)
  const isPacked = isGzip(head) || isZstd(head)
  yield { name: path, path, isPacked, chunks: (signal) => contentOf(path, isPacked, signal) }
}

/** The first bytes are enough for the marks below, the last of which is that of tar. */
const firstBytes = 265

async function readFirstBytes(path: string): Promise<Uint8Array> {
  const handle = await open(path).catch((error: unknown) => {
    throw unreadableFile(path, error)
  })
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(firstBytes), 0, firstBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

async function* contentOf(
  path: string,
  isPacked: boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const content = toUtf8(decompress(await openBytes(path, signal)))
  if (!isPacked) return yield* content
  let isFirst = true
  for await (const chunk of content) {
    if (isFirst) refuseOtherKinds(path, chunk)
    isFirst = false
    yield chunk
  }
}

const otherKinds: readonly (readonly [mark: string, at: number, kind: string, remedy: string])[] = [
  ['BZh', 0, 'packed with bzip2', 'Unpack it with bunzip2'],
  ['\xfd7zXZ', 0, 'packed with xz', 'Unpack it with unxz'],
  ['7z\xbc\xaf\x27\x1c', 0, 'a 7z archive', 'Unpack it and name the folder'],
  ['Rar!', 0, 'a RAR archive', 'Unpack it and name the folder'],
  ['ustar', 257, 'a tar archive', 'Unpack it and name the folder'],
  ['\xd0\xcf\x11\xe0', 0, 'an old Excel workbook', 'Save the sheet as CSV UTF-8'],
  ['SQLite format 3', 0, 'an SQLite database', 'Export the table as CSV'],
  ['ARROW1', 0, 'an Arrow file', 'Write it as Parquet'],
  ['%PDF', 0, 'a PDF', 'Give the data as CSV or JSON Lines'],
]

function refuseOtherKinds(path: string, head: Uint8Array): void {
  const first = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, firstBytes)).toString(
    'latin1',
  )
  const other = otherKinds.find(([mark, at]) => first.startsWith(mark, at))
  if (other !== undefined) throw notData(path, other[2], other[3])
}

function notData(path: string, kind: string, remedy: string): DataError {
  return new DataError('not-data', `${path} is ${kind}, which is not read. ${remedy}.`)
}

function noDataFiles(path: string, kind: 'folder' | 'archive'): DataError {
  return new DataError(
    'data-file-unreadable',
    `The ${kind} ${path} has no data file: no name in it ends in .jsonl, .json, .csv, .tsv, .parquet, .log or .txt, packed or not.`,
  )
}
