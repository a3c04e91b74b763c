import type { Compressors, FileMetaData, RowGroup, SchemaTree } from 'hyparquet'
import { DataError, RouteLLMError } from '../../../errors.ts'
import { rowOfColumns, type TableCells } from '../columns.ts'
import type { Row } from '../row.ts'
import { type OnBadRow, readOrReport } from '../text-lines.ts'
import { checkColumnChunk, UnsupportedParquet } from './column-chunk.ts'
import { type Decompress, loadDecompressors } from './compressors.ts'
import { loadParquetLibrary, type ParquetLibrary } from './library.ts'
import { defaultParquetLimits, type ParquetLimits } from './limits.ts'
import { broken, openParquetFile, type ParquetFile } from './parquet-file.ts'

export type ParquetRowsOptions = TableCells & {
  readonly limits?: ParquetLimits
  readonly onBadRow?: OnBadRow
}

/**
 * The rows of a Parquet file, one row group at a time, so the largest row group bounds memory. Row groups beyond
 * `limits` are refused before anything of their size is allocated. Integers become numbers, dates ISO texts;
 * `rowOfColumns` documents the rest. Rows are counted from 1.
 *
 * Throws `DataError`, naming file and rows: `data-file-unreadable`, `broken-parquet`, `parquet-unsupported`,
 * `parquet-too-large`, `invalid-row`; `MissingPackageError` if `hyparquet` is not installed.
 */
export async function* readParquetRows(
  file: string,
  { limits = defaultParquetLimits, onBadRow, ...cells }: ParquetRowsOptions = {},
): AsyncGenerator<{ readonly row: number; readonly value: Row }> {
  const library = await loadParquetLibrary()
  const opened = await openParquetFile(file, library, limits)
  try {
    let row = 1
    for (const group of opened.metadata.row_groups) {
      for (const columns of await readGroup(file, opened, group, row, library, limits)) {
        const current = row++
        const read = readOrReport(
          () => rowOfColumns(plainEntries(columns), `${file} row ${current}`, cells),
          onBadRow,
        )
        if (read !== undefined) yield { row: current, value: read.value }
      }
    }
  } finally {
    await opened.close()
  }
}

async function readGroup(
  file: string,
  opened: ParquetFile,
  group: RowGroup,
  firstRow: number,
  library: ParquetLibrary,
  limits: ParquetLimits,
): Promise<Record<string, unknown>[]> {
  const place = `in the row group from row ${firstRow}`
  const { buffer, metadata } = opened
  try {
    const decompressors = await loadDecompressors(codecsOf(group), library)
    await checkGroup(opened, group, library.parquetSchema(metadata), decompressors, limits)
    return await decodeGroup(buffer, { ...metadata, row_groups: [group] }, decompressors, library)
  } catch (cause) {
    if (cause instanceof RouteLLMError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    if (cause instanceof UnsupportedParquet)
      throw new DataError(
        'parquet-unsupported',
        `${file} cannot be read, ${place}: ${reason}. Write it with dictionary or plain encoding and Snappy, gzip or Zstandard.`,
        { cause },
      )
    if (cause instanceof TooLarge)
      throw new DataError(
        'parquet-too-large',
        `${file} ${place} ${reason}. Write it with smaller row groups (10,000 rows, say).`,
        { cause },
      )
    throw broken(file, `is broken ${place}: ${reason}`, cause)
  }
}

class TooLarge extends Error {}

const maxNesting = 64

/** Every length and count of a row group, before the library allocates by them. */
async function checkGroup(
  { buffer }: ParquetFile,
  group: RowGroup,
  schema: SchemaTree,
  decompressors: Readonly<Record<string, Decompress>>,
  limits: ParquetLimits,
): Promise<void> {
  const rows = Number(group.num_rows)
  if (!(rows >= 0)) throw new RangeError(`it has ${rows} rows`)
  if (rows > limits.values) throw new TooLarge(`has ${rows} rows; at most ${limits.values} are read at once`)
  let groupBytes = 0
  let uncompressedBytes = 0
  for (const { meta_data: column, file_path: otherFile } of group.columns) {
    if (otherFile !== undefined) throw new UnsupportedParquet('its columns are in other files')
    if (column === undefined) throw new UnsupportedParquet('its columns are encrypted')
    if (column.path_in_schema.length > maxNesting)
      throw new UnsupportedParquet(`its columns are nested more than ${maxNesting} deep`)
    const name = column.path_in_schema.join('.')
    const begin = Number(column.dictionary_page_offset || column.data_page_offset)
    const size = Number(column.total_compressed_size)
    const values = Number(column.num_values)
    if (!(size >= 0 && begin >= 4 && begin + size <= buffer.byteLength))
      throw new RangeError(
        `the column ${name} claims the bytes ${begin} to ${begin + size} of ${buffer.byteLength}`,
      )
    groupBytes += size
    if (groupBytes > limits.groupBytes) throw new TooLarge(`has more than ${limits.groupBytes} bytes`)
    if (values > limits.values)
      throw new TooLarge(
        `has ${values} values in the column ${name}; at most ${limits.values} are read at once`,
      )
    const decompress = decompressors[column.codec]
    if (decompress === undefined && column.codec !== 'UNCOMPRESSED')
      throw new UnsupportedParquet(`its compression ${column.codec ?? '(unknown)'} is not read here`)
    try {
      const checked = checkColumnChunk({
        bytes: new Uint8Array(await buffer.slice(begin, begin + size)),
        ...levelsOf(schema, column.path_in_schema),
        isBoolean: column.type === 'BOOLEAN',
        decompress,
        maxValues: Math.max(values, rows),
        maxUncompressedBytes: limits.groupUncompressedBytes - uncompressedBytes,
      })
      uncompressedBytes += checked.uncompressedBytes
      if (checked.values < rows) throw new RangeError(`it has ${checked.values} values for ${rows} rows`)
    } catch (cause) {
      if (cause instanceof UnsupportedParquet) throw cause
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new RangeError(`the column ${name}: ${reason}`, { cause })
    }
  }
}

/** The number of a column's ancestors that may repeat, and that may be absent. */
function levelsOf(schema: SchemaTree, path: readonly string[]) {
  let node = schema
  let maxRepetition = 0
  let maxDefinition = 0
  for (const name of path) {
    const child = node.children.find(({ element }) => element.name === name)
    if (child === undefined) throw new RangeError('it is not in the schema')
    node = child
    if (node.element.repetition_type === 'REPEATED') maxRepetition++
    if (node.element.repetition_type !== 'REQUIRED') maxDefinition++
  }
  return { maxRepetition, maxDefinition }
}

function codecsOf(group: RowGroup): ReadonlySet<string> {
  return new Set(group.columns.flatMap(({ meta_data: column }) => column?.codec ?? []))
}

function decodeGroup(
  file: ParquetFile['buffer'],
  metadata: FileMetaData,
  compressors: Compressors,
  library: ParquetLibrary,
): Promise<Record<string, unknown>[]> {
  const text = new TextDecoder('utf-8', { fatal: true })
  return library.parquetReadObjects({
    file,
    metadata,
    compressors,
    geoparquet: false,
    parsers: { stringFromBytes: (bytes) => bytes && text.decode(bytes) },
  })
}

function plainEntries(columns: Record<string, unknown>): (readonly [string, unknown])[] {
  return Object.entries(columns).map(([column, value]) => [column, plainValue(value)] as const)
}

/** The value as JSON would hold it. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (Array.isArray(value)) return value.map(plainValue)
  if (value instanceof Uint8Array) return Array.from(value)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainValue(inner)]))
}
