import { EmbeddingError, RouterError } from '../../../errors.ts'
import type { KernelCall } from '../wasm-host.ts'
import { compileModule, createKernel, sharedMemory } from '../wasm-host.ts'
import { maximumPages, similarityKernelBytes } from './kernel.ts'
import { createKernelWorker } from './kernel-worker.ts'
import type { RowPrecision, Rows } from './rows.ts'
import { maximumDimensions, paddedDimensions, quantizeQuery, quantizeRows } from './rows.ts'

/** Cosine similarities of a query with every row, by exhaustive search. */
export type SimilarityIndex = {
  readonly count: number
  readonly dimensions: number
  readonly precision: RowPrecision
  /** A scan may run in the calling thread because it takes well under a millisecond. */
  readonly small: boolean
  /**
   * Scans in the calling thread. `read` gets views into memory that the next scan overwrites.
   * @param leaveOut rows to ignore, for the comparison of a row with the others.
   */
  scanNow<T>(query: ArrayLike<number>, read: (scan: Scan) => T, leaveOut?: readonly number[]): T
  /** Scans in another thread. `KernelWorker.run` describes queueing, `signal` and errors. */
  scan<T>(query: ArrayLike<number>, read: (scan: Scan) => T, signal?: AbortSignal): Promise<T>
  close(): Promise<void>
}

export type Scan = {
  /** Cosine of the query with each row, in [−1, 1]. */
  readonly similarities: Float32Array
  /** The weights of the tallied items by cell; empty without a `tally`. */
  readonly cellWeights: Float64Array
}

/**
 * Sums up weights of items (battles) that belong to rows (their prompts): item i adds
 * γ^(1 + s / max s) · factors[i] to `cellWeights[cells[i]]`, s being the similarity of row `rowOf[i]`.
 */
export type Tally = {
  readonly gamma: number
  readonly rowOf: Int32Array
  readonly cells: Int32Array
  readonly factors: Float32Array
  readonly cellCount: number
}

export type SimilarityIndexOptions = {
  readonly tally?: Tally
  /** Scans of at most this many bytes are `small`. Default 4 MiB, about a quarter of a millisecond. */
  readonly smallBytes?: number
  /** Scans that may wait for the thread. Default 256. */
  readonly maximumWaiting?: number
}

/** Gives unit rows of floats the precision they are searched in. */
export function rowsWithPrecision(values: Float32Array, dimensions: number, precision: RowPrecision): Rows {
  return precision === 'float32'
    ? { precision, dimensions, values }
    : quantizeRows(values, dimensions, precision)
}

/**
 * @param rows at least one, of unit length (see `normalizeRows`) or zero.
 * Throws `RouterError` for dimensions or sizes that 32-bit addresses cannot reach.
 */
export function createSimilarityIndex(rows: Rows, options: SimilarityIndexOptions = {}): SimilarityIndex {
  const { dimensions, precision } = rows
  const { tally, smallBytes = 4 * 2 ** 20, maximumWaiting = 256 } = options
  const count = rows.values.length / dimensions
  const padded = paddedDimensions(dimensions)
  const plan = planMemory(rows, tally)
  if (dimensions > maximumDimensions || plan.bytes > maximumPages * 65536)
    throw new RouterError(
      'similarity-index-too-large',
      `${count} embeddings of ${dimensions} dimensions in ${precision} need ${Math.ceil(plan.bytes / 2 ** 20)} MiB; the limits are 4096 MiB and ${maximumDimensions} dimensions. Use precision int8, fewer rows, or an embedder with fewer dimensions.`,
    )
  const module = compileModule(similarityKernelBytes())
  const memory = sharedMemory(Math.ceil(plan.bytes / 65536))
  const buffer = memory.buffer
  fillMemory(buffer, plan, rows, tally)
  const kernel = createKernel(module, memory)
  const worker = createKernelWorker(module, memory, maximumWaiting)

  const unitQuery = (query: ArrayLike<number>): Float32Array => normalizedQuery(query, dimensions)
  const similarityCalls = (query: Float32Array, slot: Slot): KernelCall[] => {
    if (precision === 'float32') {
      new Float32Array(buffer, slot.query, dimensions).set(query)
      return [['similaritiesF32', plan.rows, slot.query, slot.similarities, count, padded]]
    }
    const scale = quantizeQuery(query, new Int16Array(buffer, slot.query, dimensions), precision)
    const name = precision === 'int16' ? 'similaritiesI16' : 'similaritiesI8'
    return [[name, plan.rows, plan.scales, slot.query, slot.similarities, count, padded, scale]]
  }
  const tallyCalls = (slot: Slot): KernelCall[] => {
    if (tally === undefined) return []
    new Float64Array(buffer, slot.cellWeights, tally.cellCount).fill(0)
    return [
      ['greatest', slot.similarities, slot.greatest, plan.paddedCount],
      ['weights', slot.similarities, slot.greatest, slot.weights, plan.paddedCount, Math.log2(tally.gamma)],
      ['tally', slot.weights, plan.rowOf, plan.factors, plan.cells, slot.cellWeights, tally.rowOf.length],
    ]
  }
  const scanOf = (slot: Slot): Scan => ({
    similarities: new Float32Array(buffer, slot.similarities, count),
    cellWeights: new Float64Array(buffer, slot.cellWeights, tally?.cellCount ?? 0),
  })

  return {
    count,
    dimensions,
    precision,
    small: plan.rowBytes <= smallBytes,
    scanNow(query, read, leaveOut = []) {
      const slot = plan.callerSlot
      kernel(similarityCalls(unitQuery(query), slot))
      const similarities = new Float32Array(buffer, slot.similarities, count)
      for (const row of leaveOut) similarities[row] = nothing
      kernel(tallyCalls(slot))
      return read(scanOf(slot))
    },
    async scan(query, read, signal) {
      const unit = unitQuery(query)
      const slot = plan.threadSlot
      return worker.run(
        () => [...similarityCalls(unit, slot), ...tallyCalls(slot)],
        () => read(scanOf(slot)),
        signal,
      )
    },
    close: () => worker.close(),
  }
}

/** Below every cosine, and its weight is too small to count. */
const nothing = -1e30

function normalizedQuery(query: ArrayLike<number>, dimensions: number): Float32Array {
  if (query.length !== dimensions)
    throw new EmbeddingError(
      'embedding-dimensions',
      `The embedding has ${query.length} dimensions; this router was trained on ${dimensions}. Use the embedder that its artifact names.`,
      { param: 'embedding', status: 400 },
    )
  let largest = 0
  for (let i = 0; i < dimensions; i++) {
    if (!Number.isFinite(query[i]))
      throw new EmbeddingError(
        'embedding-not-finite',
        `Number ${i} of the embedding is ${query[i]}; finite numbers are needed. Check the embedder.`,
        { param: 'embedding', status: 400 },
      )
    largest = Math.max(largest, Math.abs(query[i]!))
  }
  if (largest === 0) return new Float32Array(dimensions)
  // Divided by the largest first: squares of huge or tiny numbers would leave the range of doubles.
  let squares = 0
  for (let i = 0; i < dimensions; i++) squares += (query[i]! / largest) ** 2
  const length = Math.sqrt(squares)
  return Float32Array.from(query, (value) => value / largest / length)
}

/** Offsets of a thread's query and results, in bytes. */
type Slot = {
  readonly query: number
  readonly similarities: number
  readonly weights: number
  readonly greatest: number
  readonly cellWeights: number
}

type MemoryPlan = ReturnType<typeof planMemory>

function planMemory(rows: Rows, tally: Tally | undefined) {
  let bytes = 0
  const reserve = (size: number): number => {
    const address = bytes
    bytes += Math.ceil(size / 64) * 64
    return address
  }
  const count = rows.values.length / rows.dimensions
  const padded = paddedDimensions(rows.dimensions)
  const paddedCount = Math.ceil(count / 4) * 4
  const items = tally?.rowOf.length ?? 0
  const rowBytes = count * padded * rows.values.BYTES_PER_ELEMENT
  const slot = (): Slot => ({
    query: reserve(padded * 4),
    similarities: reserve(paddedCount * 4),
    weights: reserve(tally === undefined ? 0 : paddedCount * 4),
    greatest: reserve(4),
    cellWeights: reserve((tally?.cellCount ?? 0) * 8),
  })
  const plan = {
    rowBytes,
    paddedCount,
    rows: reserve(rowBytes),
    scales: reserve(rows.precision === 'float32' ? 0 : count * 4),
    rowOf: reserve(items * 4),
    factors: reserve(items * 4),
    cells: reserve(items * 4),
    callerSlot: slot(),
    threadSlot: slot(),
  }
  return { ...plan, bytes }
}

function fillMemory(buffer: SharedArrayBuffer, plan: MemoryPlan, rows: Rows, tally: Tally | undefined): void {
  const { dimensions, values } = rows
  const padded = paddedDimensions(dimensions)
  const count = values.length / dimensions
  const target =
    rows.precision === 'float32'
      ? new Float32Array(buffer, plan.rows, count * padded)
      : rows.precision === 'int16'
        ? new Int16Array(buffer, plan.rows, count * padded)
        : new Int8Array(buffer, plan.rows, count * padded)
  for (let row = 0; row < count; row++)
    target.set(values.subarray(row * dimensions, (row + 1) * dimensions), row * padded)
  if (rows.precision !== 'float32') new Float32Array(buffer, plan.scales, count).set(rows.scales)
  for (const { similarities } of [plan.callerSlot, plan.threadSlot])
    new Float32Array(buffer, similarities, plan.paddedCount).fill(nothing)
  if (tally === undefined) return
  new Int32Array(buffer, plan.rowOf, tally.rowOf.length).set(tally.rowOf)
  new Float32Array(buffer, plan.factors, tally.factors.length).set(tally.factors)
  new Int32Array(buffer, plan.cells, tally.cells.length).set(tally.cells.map((cell) => cell * 8))
}
