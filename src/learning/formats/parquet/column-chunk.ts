import type { Decompress } from './compressors.ts'
import { bitWidth, checkRuns } from './runs.ts'
import { walkThriftStruct } from './thrift-walk.ts'

export type ColumnChunk = {
  readonly bytes: Uint8Array
  /** Of the column's place in the schema: how many of its ancestors may repeat, and may be absent. */
  readonly maxRepetition: number
  readonly maxDefinition: number
  readonly isBoolean: boolean
  /** Undefined if its pages are not compressed. */
  readonly decompress: Decompress | undefined
  /** The largest number of values. */
  readonly maxValues: number
  /** The largest total size of its pages in bytes, decompressed. */
  readonly maxUncompressedBytes: number
}

export type CheckedChunk = { readonly values: number; readonly uncompressedBytes: number }

const pageKinds = ['data', 'index', 'dictionary', 'data-v2'] as const
const runLengthEncoding = 3
/** By Parquet's numbers. Others can expand a few bytes without bound, or are not in use. */
const readableEncodings: Readonly<Record<number, 'plain' | 'runs' | 'other'>> = {
  0: 'plain',
  2: 'runs', // PLAIN_DICTIONARY
  [runLengthEncoding]: 'runs',
  5: 'other', // DELTA_BINARY_PACKED
  6: 'other', // DELTA_LENGTH_BYTE_ARRAY
  8: 'runs', // RLE_DICTIONARY
  9: 'other', // BYTE_STREAM_SPLIT
}

/** Thrown for valid files that this package cannot read. Any other error means broken bytes. */
export class UnsupportedParquet extends Error {}

/**
 * Checks every length in the pages of a column chunk before the library sees them: sizes, counts, and the runs of
 * levels and dictionary indices.
 *
 * @throws RangeError if a length is broken, `UnsupportedParquet`, and what `decompress` throws.
 */
export function checkColumnChunk(chunk: ColumnChunk): CheckedChunk {
  const { bytes } = chunk
  let at = 0
  let values = 0
  let uncompressedBytes = 0
  // The library ends if at most one byte is left.
  while (at < bytes.length - 1) {
    const page = readPageHeader(bytes, at)
    const end = page.bodyBegin + page.compressedBytes
    if (page.compressedBytes < 0 || end > bytes.length)
      throw new RangeError('a page reaches beyond its column')
    uncompressedBytes += page.uncompressedBytes
    if (uncompressedBytes > chunk.maxUncompressedBytes)
      throw new RangeError(`a page of it claims ${page.uncompressedBytes} bytes`)
    if (page.values > chunk.maxValues - values)
      throw new RangeError(`a page of it claims ${page.values} values`)
    checkBody(chunk, page, bytes.subarray(page.bodyBegin, end))
    if (page.kind !== 'dictionary') values += page.values
    at = end
  }
  return { values, uncompressedBytes }
}

type PageHeader = ReturnType<typeof readPageHeader>

function readPageHeader(bytes: Uint8Array, begin: number) {
  const numbers = new Map<string, number>()
  const bodyBegin = walkThriftStruct(bytes, begin, (path, value) => numbers.set(path, value))
  const kind = pageKinds[numbers.get('1') ?? -1]
  if (kind === undefined || kind === 'index')
    throw new RangeError(`it has a page of kind ${numbers.get('1')}`)
  // The library does not check for a missing number and may loop forever.
  const need = (path: string): number => {
    const value = numbers.get(path)
    if (value === undefined || value < 0)
      throw new RangeError(`a page header has ${value} in its field ${path}`)
    return value
  }
  const own = { data: '5', dictionary: '7', 'data-v2': '8' }[kind]
  const secondVersion = kind === 'data-v2'
  return {
    kind,
    bodyBegin,
    uncompressedBytes: need('2'),
    compressedBytes: need('3'),
    values: need(`${own}.1`),
    encoding: need(secondVersion ? '8.4' : `${own}.2`),
    nulls: secondVersion ? need('8.2') : 0,
    definitionBytes: secondVersion ? need('8.5') : 0,
    repetitionBytes: secondVersion ? need('8.6') : 0,
    isCompressed: numbers.get('8.7') !== 0,
  }
}

function checkBody(chunk: ColumnChunk, page: PageHeader, body: Uint8Array): void {
  const encoding = readableEncodings[page.encoding]
  if (encoding === undefined)
    throw new UnsupportedParquet(`its encoding (number ${page.encoding}) is not read here`)
  if (page.kind === 'data-v2') checkSecondVersion(chunk, page, body)
  else if (page.kind === 'data') checkFirstVersion(chunk, page, body)
  else decompressed(chunk, body, page.uncompressedBytes)
}

/** Levels with their length before them, and values, compressed together. */
function checkFirstVersion(chunk: ColumnChunk, page: PageHeader, body: Uint8Array): void {
  let data = decompressed(chunk, body, page.uncompressedBytes)
  for (const most of [chunk.maxRepetition, chunk.maxDefinition]) {
    if (most === 0) continue
    const end = 4 + lengthBefore(data)
    checkLevels(data.subarray(4, end), most, page.values)
    data = data.subarray(end)
  }
  if (readableEncodings[page.encoding] !== 'runs') return
  if (chunk.isBoolean) checkBooleans(data, page.values)
  else checkIndices(data, page.values)
}

/** Levels with their lengths in the header, not compressed, before the values. */
function checkSecondVersion(chunk: ColumnChunk, page: PageHeader, body: Uint8Array): void {
  const { repetitionBytes, definitionBytes, values } = page
  const { maxRepetition, maxDefinition } = chunk
  const levelBytes = repetitionBytes + definitionBytes
  if (levelBytes > body.length || levelBytes > page.uncompressedBytes || page.nulls > values)
    throw new RangeError('its levels reach beyond their page')
  if ((maxRepetition === 0 && repetitionBytes > 0) || (maxDefinition === 0 && definitionBytes > 0))
    throw new RangeError('it has levels that its schema does not have')
  if (maxRepetition > 0) checkLevels(body.subarray(0, repetitionBytes), maxRepetition, values)
  if (maxDefinition > 0) checkLevels(body.subarray(repetitionBytes, levelBytes), maxDefinition, values)
  const rest = body.subarray(levelBytes)
  const length = page.uncompressedBytes - levelBytes
  const data = length === 0 || !page.isCompressed ? rest : decompressed(chunk, rest, length)
  if (readableEncodings[page.encoding] !== 'runs') return
  if (page.encoding === runLengthEncoding) checkBooleans(data, values)
  else checkIndices(data, values)
}

function checkLevels(runs: Uint8Array, most: number, values: number): void {
  // The library would continue to read after the end of the levels.
  if (checkRuns(runs, bitWidth(most), values) > 0) throw new RangeError('a page of it has too few levels')
}

/** Runs of single bits. The library uses the number of values and ignores the length before them. */
function checkBooleans(data: Uint8Array, values: number): void {
  lengthBefore(data)
  checkRuns(data.subarray(4), 1, values)
}

/** Runs of dictionary indices, the bits per index before them. */
function checkIndices(data: Uint8Array, values: number): void {
  if (data.length > 0) checkRuns(data.subarray(1), data[0]!, values)
}

function lengthBefore(data: Uint8Array): number {
  if (data.length < 4) throw new RangeError('a page of it ends in the middle of its levels')
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0, true)
  if (length > data.length - 4) throw new RangeError(`its levels claim ${length} bytes`)
  return length
}

function decompressed({ decompress }: ColumnChunk, body: Uint8Array, length: number): Uint8Array {
  const bytes = decompress === undefined ? body : decompress(body, length)
  if (bytes.length !== length)
    throw new RangeError(`a page of it has ${bytes.length} bytes where its header says ${length}`)
  return bytes
}
