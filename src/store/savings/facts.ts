import { Buffer } from 'node:buffer'

/** Requests of one group, by their `seq`: as many as their facts are kept together. */
export const groupRows = 16_384

/**
 * What savings of requests are computed from, a column each, whatever the prices and baselines are. A name is its place in `names`;
 * 0 stands for none.
 */
export type Facts = {
  /** In the order of `seq`. */
  rows: number
  readonly names: (string | null)[]
  /** Of the row, less the first of the group. */
  readonly place: Uint16Array
  readonly time: Float64Array
  /** NaN: not known. */
  readonly usd: Float64Array
  /** Of the strong model of a pair, as the router said; NaN: it said none. */
  readonly winRate: Float64Array
  /** −1: its upstream reported no tokens. */
  readonly input: Int32Array
  readonly cached: Int32Array
  readonly written: Int32Array
  readonly written1h: Int32Array
  readonly output: Int32Array
  /** Tokens of the prompt of the turn before, if that was at most five minutes ago; −1: there was none. */
  readonly held: Int32Array
  /** The model of that turn. */
  readonly before: Uint16Array
  /** `sessionUnit` of its session. */
  readonly unit: Uint16Array
  readonly status: Uint16Array
  readonly policy: Uint16Array
  readonly router: Uint16Array
  readonly model: Uint16Array
  readonly key: Uint16Array
  /** The JSON of a list. */
  readonly tags: Uint16Array
  /** Bits of `factFlags`. */
  readonly flags: Uint8Array
}

/**
 * `isStrong` and `isWeak`: which of a pair was decided for. `isHeld`: against the comparison of the win rate with the policy's own
 * threshold, because a conversation keeps its model or a budget that is spent too fast has raised the threshold (`isPaced`), and not
 * because it was drawn at random.
 */
export const factFlags = {
  ...{ hasRouter: 1, hasSession: 2, hasHead: 4 },
  ...{ isStrong: 8, isWeak: 16, isHeld: 32, isPaced: 64 },
} as const

/** In the order of a file: wide ones first, so that each is aligned. */
const columns = [
  ...['time', 'usd', 'winRate'].map((name) => [name, Float64Array] as const),
  ...['input', 'cached', 'written', 'written1h', 'output', 'held'].map((name) => [name, Int32Array] as const),
  ...['before', 'unit', 'status', 'policy', 'router', 'model', 'key', 'tags', 'place'].map(
    (name) => [name, Uint16Array] as const,
  ),
  ['flags', Uint8Array] as const,
]
const rowBytes = columns.reduce((sum, [, type]) => sum + type.BYTES_PER_ELEMENT, 0)

/** Facts of up to `groupRows` requests, to be filled. */
export function createFacts(): Facts {
  const bytes = new ArrayBuffer(groupRows * rowBytes)
  return view(bytes, 0, groupRows, 0, [null])
}

function view(
  bytes: ArrayBuffer,
  start: number,
  capacity: number,
  rows: number,
  names: (string | null)[],
): Facts {
  let at = start
  const found: Record<string, unknown> = { rows, names }
  for (const [name, type] of columns) {
    found[name] = new type(bytes, at, capacity)
    at += capacity * type.BYTES_PER_ELEMENT
  }
  return found as unknown as Facts
}

/** The first bytes of a file: a format that another version does not read. */
const magic = 0x46_41_43_33

/** The bytes of a file: `magic`, rows, bytes of the names, the names as JSON, padded to eight, and the columns. */
export function formatFacts(facts: Facts): Uint8Array {
  const names = Buffer.from(JSON.stringify(facts.names))
  const start = align(12 + names.length)
  // The columns of an odd number of rows would not be aligned.
  const rows = facts.rows + (facts.rows % 2)
  const bytes = Buffer.alloc(start + rows * rowBytes)
  bytes.writeUInt32LE(magic, 0)
  bytes.writeUInt32LE(facts.rows, 4)
  bytes.writeUInt32LE(names.length, 8)
  names.copy(bytes, 12)
  let at = start
  for (const [name, type] of columns) {
    const column = facts[name as 'time'].subarray(0, facts.rows)
    Buffer.from(column.buffer, column.byteOffset, column.byteLength).copy(bytes, at)
    at += rows * type.BYTES_PER_ELEMENT
  }
  return bytes
}

/** Null for bytes that are not whole, or of another format. */
export function parseFacts(file: Uint8Array): Facts | null {
  if (file.length < 12) return null
  const header = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const [rows, nameBytes] = [header.readUInt32LE(4), header.readUInt32LE(8)]
  const capacity = rows + (rows % 2)
  const start = align(12 + nameBytes)
  if (header.readUInt32LE(0) !== magic || file.length !== start + capacity * rowBytes) return null
  const names = JSON.parse(header.toString('utf8', 12, 12 + nameBytes)) as (string | null)[]
  // A buffer of its own begins at a multiple of eight.
  const own = new ArrayBuffer(file.length)
  new Uint8Array(own).set(file)
  return view(own, start, capacity, rows, names)
}

function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8
}
