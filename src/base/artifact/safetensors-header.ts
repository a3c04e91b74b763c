/** The storage type of a tensor's numbers. */
export type TensorType = 'F32' | 'F16' | 'BF16' | 'I8' | 'U8' | 'I32' | 'I64' | 'F64'

export const bytesPerNumber: Readonly<Record<TensorType, number>> = {
  F64: 8,
  I64: 8,
  F32: 4,
  I32: 4,
  F16: 2,
  BF16: 2,
  I8: 1,
  U8: 1,
}

/** The length prefix of the header: one little-endian 64-bit number. */
export const prefixBytes = 8
/** As in the reference implementation: a longer header is an attack, not a model. */
export const maxHeaderBytes = 100_000_000

/** The position of a tensor in the data that follows the header. */
export type TensorEntry = {
  readonly name: string
  readonly dtype: TensorType
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

/** Throws the error that says what is wrong with the file. */
export type Refuse = (what: string, cause?: unknown) => never

/**
 * The header's length.
 *
 * @param prefix the first 8 bytes of the file, or fewer if the file is shorter.
 * @param fileBytes length of the whole file.
 */
export function headerLength(
  prefix: Uint8Array,
  fileBytes: number,
  refuse: Refuse,
  limit = maxHeaderBytes,
): number {
  if (prefix.length < prefixBytes) refuse(`it has ${prefix.length} bytes, less than the 8 of its prefix`)
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true)
  if (length > BigInt(limit)) refuse(`its header claims ${length} bytes, more than ${limit}`)
  if (length > BigInt(fileBytes - prefixBytes))
    refuse(`its header claims ${length} bytes, and ${fileBytes - prefixBytes} are there`)
  return Number(length)
}

/**
 * The tensors that a header describes, in the order of their data: each as long as its shape and type need, without
 * holes or overlaps, within the file.
 *
 * @param header its JSON, UTF-8.
 * @param dataBytes length of the data after the header.
 */
export function tensorEntries(header: Uint8Array, dataBytes: number, refuse: Refuse): TensorEntry[] {
  const entries = Object.entries(parseHeader(header, refuse))
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => readEntry(name, entry, refuse))
    .sort((a, b) => a.begin - b.begin || a.end - b.end)
  let covered = 0
  for (const { name, begin, end } of entries) {
    if (begin < covered) refuse(`tensor ${name} begins at ${begin}, inside the one before it`)
    if (begin > covered) refuse(`bytes ${covered} to ${begin} belong to no tensor`)
    if (end > dataBytes)
      refuse(`tensor ${name} ends at byte ${end}, but only ${dataBytes} bytes of numbers are there`)
    covered = end
  }
  if (covered !== dataBytes) refuse(`${dataBytes - covered} bytes after the last tensor belong to none`)
  return entries
}

/** Infinity if the product is not a safe integer; it then equals no span of a file. */
export function byteLength(dtype: TensorType, shape: readonly number[]): number {
  const length = shape.reduce((product, size) => product * size, bytesPerNumber[dtype])
  return Number.isSafeInteger(length) ? length : Number.POSITIVE_INFINITY
}

export function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0)
}

function parseHeader(bytes: Uint8Array, refuse: Refuse): Readonly<Record<string, unknown>> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (isObject(header)) return header
  } catch (error) {
    return refuse(`its header is not JSON (${error instanceof Error ? error.message : error})`, error)
  }
  return refuse('its header is not a JSON object')
}

function readEntry(name: string, entry: unknown, refuse: Refuse): TensorEntry {
  if (!isObject(entry)) return refuse(`tensor ${name} is described by ${shown(entry)}, not an object`)
  const { dtype, shape, data_offsets: offsets } = entry
  if (!isTensorType(dtype))
    return refuse(
      `tensor ${name} has dtype ${shown(dtype)}; known are ${Object.keys(bytesPerNumber).join(', ')}`,
    )
  if (!isCounts(shape)) return refuse(`tensor ${name} has the shape ${shown(shape)}`)
  if (!isCounts(offsets) || offsets.length !== 2)
    return refuse(`tensor ${name} has the data_offsets ${shown(offsets)}`)
  const [begin = 0, end = 0] = offsets
  const needed = byteLength(dtype, shape)
  if (end - begin !== needed)
    return refuse(
      `tensor ${name} of shape [${shape.join(', ')}] and ${dtype} needs ${needed} bytes, its data_offsets span ${end - begin}`,
    )
  return { name, dtype, shape, begin, end }
}

/** At most 80 characters, however large or deep a hostile header makes a value. */
function shown(value: unknown): string {
  try {
    const text = JSON.stringify(value) ?? String(value)
    return text.length <= 80 ? text : `${text.slice(0, 80)}…`
  } catch {
    return 'something too deep to show'
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTensorType(value: unknown): value is TensorType {
  return typeof value === 'string' && Object.hasOwn(bytesPerNumber, value)
}
