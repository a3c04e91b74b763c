import { describe, expect, it } from 'vitest'
import { EmbeddingError, RouterError } from '../../../errors.ts'
import { createRandom } from '../random.ts'
import { normalizeRows, quantizeRows, type RowPrecision } from './rows.ts'
import {
  createSimilarityIndex,
  rowsWithPrecision,
  type SimilarityIndexOptions,
  type Tally,
} from './similarity-index.ts'

const random = createRandom(7)
const gaussians = (count: number) => Float32Array.from({ length: count }, () => random.nextGaussian())
const unitRows = (count: number, dimensions: number) =>
  normalizeRows(gaussians(count * dimensions), dimensions)

function plainSimilarities(values: Float32Array, query: ArrayLike<number>): number[] {
  const dimensions = query.length
  const length = Math.hypot(...Array.from(query))
  return Array.from({ length: values.length / dimensions }, (_, row) => {
    let sum = 0
    for (let i = 0; i < dimensions; i++) sum += values[row * dimensions + i]! * query[i]!
    return sum / length
  })
}

function createIndex(
  values: Float32Array,
  dimensions: number,
  precision: RowPrecision,
  options: SimilarityIndexOptions = {},
) {
  return createSimilarityIndex(rowsWithPrecision(values, dimensions, precision), options)
}

const similaritiesOf = (index: ReturnType<typeof createIndex>, query: ArrayLike<number>) =>
  index.scanNow(query, ({ similarities }) => Array.from(similarities))

function largestDifference(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))
}

const sameNumbers = (a: Float32Array, b: Float32Array) =>
  a.length > 0 && a.every((value, i) => value === b[i])

describe('similarities by SIMD', () => {
  for (const dimensions of [1, 3, 16, 31, 32, 33, 257, 1536])
    it(`equal a plain loop in ${dimensions} dimensions: to 1e-5 in float32, and int16 to its rounding`, () => {
      const values = unitRows(37, dimensions)
      const query = gaussians(dimensions)
      const plain = plainSimilarities(values, query)
      const differenceIn = (precision: RowPrecision) =>
        largestDifference(similaritiesOf(createIndex(values, dimensions, precision), query), plain)
      expect(differenceIn('float32')).toBeLessThan(1e-5)
      // Half a step of at most 1 / 32,767 in each element of two unit vectors.
      expect(differenceIn('int16')).toBeLessThan(
        dimensions > 100 ? 1e-5 : Math.sqrt(dimensions) / 32_767 + 1e-6,
      )
    })

  it('in int8 stay within the rounding bound, and within 0.002 at 1,536 dimensions', () => {
    for (const dimensions of [8, 100, 1536]) {
      const values = unitRows(200, dimensions)
      const query = normalizeRows(gaussians(dimensions), dimensions)
      const { scales } = quantizeRows(values, dimensions, 'int8')
      const absolute = query.reduce((sum, value) => sum + Math.abs(value), 0)
      // Half a step in each element of the row, and of the query (4,095 steps).
      const queryStep = Math.max(...query.map(Math.abs)) / 4095
      const plain = plainSimilarities(values, query)
      const rounded = similaritiesOf(createIndex(values, dimensions, 'int8'), query)
      for (const [row, similarity] of rounded.entries()) {
        const rowLength = Math.sqrt(dimensions) * 1.01
        const bound = (scales[row]! / 2) * absolute + (queryStep / 2) * rowLength + 1e-6
        expect(Math.abs(similarity - plain[row]!)).toBeLessThan(bound)
      }
      if (dimensions === 1536) expect(largestDifference(rounded, plain)).toBeLessThan(0.002)
    }
  })

  it('hold in bytes where every element is the largest (the sums are at their limit)', () => {
    const dimensions = 16384
    const values = normalizeRows(new Float32Array(2 * dimensions).fill(1), dimensions)
    for (const precision of ['int8', 'int16', 'float32'] as const) {
      const [similarity] = similaritiesOf(
        createIndex(values, dimensions, precision),
        new Array(dimensions).fill(-1),
      )
      expect(similarity).toBeCloseTo(-1, 4)
    }
  })

  it('are 0 for a row of zeros and for a query of zeros', () => {
    for (const precision of ['float32', 'int16', 'int8'] as const) {
      const index = createIndex(Float32Array.of(0, 0, 1, 0), 2, precision)
      expect(similaritiesOf(index, [1, 0])[0]).toBe(0)
      expect(similaritiesOf(index, [0, 0])).toEqual([0, 0])
    }
  })

  it('do not depend on the length of the query, however large or small', () => {
    const index = createIndex(unitRows(5, 4), 4, 'float32')
    const query = [1, -2, 3, 0.5]
    for (const scale of [1e-200, 1e-30, 1e30, 1e200])
      expect(
        largestDifference(
          similaritiesOf(
            index,
            query.map((x) => x * scale),
          ),
          similaritiesOf(index, query),
        ),
      ).toBeLessThan(1e-6)
  })

  it('refuse a query of another length or with numbers that are not finite', () => {
    const index = createIndex(unitRows(3, 4), 4, 'float32')
    expect(() => similaritiesOf(index, [1, 2, 3])).toThrow(EmbeddingError)
    expect(() => similaritiesOf(index, [1, 2, 3, Number.NaN])).toThrow(EmbeddingError)
  })

  it('refuse more than 32-bit addresses reach', () => {
    expect(() => createIndex(new Float32Array(20_000), 20_000, 'float32')).toThrow(/int8|fewer dimensions/)
  })
})

describe('the tally of weights', () => {
  const dimensions = 6
  const values = unitRows(50, dimensions)
  const tally: Tally = {
    gamma: 10,
    rowOf: Int32Array.from({ length: 300 }, () => random.nextInt(50)),
    cells: Int32Array.from({ length: 300 }, () => random.nextInt(7)),
    factors: Float32Array.from({ length: 300 }, () => 0.5 + random.next()),
    cellCount: 7,
  }
  const plainTally = (query: ArrayLike<number>, gamma: number, allowed = (_row: number) => true) => {
    const similarities = plainSimilarities(values, query)
    const greatest = Math.max(...similarities.filter((_, row) => allowed(row)))
    const sums = new Array<number>(7).fill(0)
    for (const [i, row] of tally.rowOf.entries())
      if (allowed(row))
        sums[tally.cells[i]!]! +=
          tally.factors[i]! * gamma ** (1 + similarities[row]! / (greatest > 0 ? greatest : 1))
    return sums
  }
  const cellWeights = (query: ArrayLike<number>, gamma: number, leaveOut?: readonly number[]) =>
    createIndex(values, dimensions, 'float32', { tally: { ...tally, gamma } }).scanNow(
      query,
      (scan) => Array.from(scan.cellWeights),
      leaveOut,
    )

  for (const gamma of [1, 2, 10, 1000])
    it(`is γ^(1 + s / max s) per battle, summed by cell, at γ = ${gamma}`, () => {
      const query = gaussians(dimensions)
      for (const [cell, sum] of plainTally(query, gamma).entries())
        expect(cellWeights(query, gamma)[cell]! / sum).toBeCloseTo(1, 4)
    })

  it('does not count a row that is left out', () => {
    const query = values.subarray(12 * dimensions, 13 * dimensions)
    for (const [cell, sum] of plainTally(query, 10, (row) => row !== 12).entries())
      expect(cellWeights(query, 10, [12])[cell]! / sum).toBeCloseTo(1, 4)
  })

  it('divides by nothing where no similarity is positive', () => {
    const index = createIndex(Float32Array.of(-1, 0, -0.6, -0.8), 2, 'float32', {
      tally: {
        gamma: 10,
        rowOf: Int32Array.of(0, 1),
        cells: Int32Array.of(0, 1),
        factors: Float32Array.of(1, 1),
        cellCount: 2,
      },
    })
    const [opposite, slanted] = index.scanNow([1, 0], (scan) => Array.from(scan.cellWeights))
    expect(opposite).toBeCloseTo(1, 5)
    expect(slanted).toBeCloseTo(10 ** 0.4, 5)
  })
})

describe('the scanning thread', () => {
  const dimensions = 64
  const values = unitRows(20_000, dimensions)
  const copy = ({ similarities }: { similarities: Float32Array }) => similarities.slice()
  const open = (options: SimilarityIndexOptions = {}) => createIndex(values, dimensions, 'float32', options)
  const threadsAlive = () =>
    process.getActiveResourcesInfo().filter((resource) => resource === 'MessagePort').length

  it('gives what the calling thread gives, to the bit, for many queries at once', async () => {
    const index = open()
    const queries = Array.from({ length: 20 }, () => gaussians(dimensions))
    const together = await Promise.all(queries.map((query) => index.scan(query, copy)))
    for (const [i, query] of queries.entries())
      expect(sameNumbers(together[i]!, index.scanNow(query, copy))).toBe(true)
    await index.close()
  })

  it('gives up a running and a waiting scan with the reason, and goes on with the others', async () => {
    const index = open()
    const reason = new Error('the client went away')
    const [runs, waits] = [new AbortController(), new AbortController()]
    const running = index.scan(gaussians(dimensions), copy, runs.signal)
    const waiting = index.scan(gaussians(dimensions), copy, waits.signal)
    const query = gaussians(dimensions)
    const last = index.scan(query, copy)
    const abandoned = [expect(running).rejects.toBe(reason), expect(waiting).rejects.toBe(reason)]
    runs.abort(reason)
    waits.abort(reason)
    await Promise.all(abandoned)
    expect(sameNumbers(await last, index.scanNow(query, copy))).toBe(true)
    await expect(index.scan(query, copy, AbortSignal.abort(reason))).rejects.toBe(reason)
    await index.close()
  })

  it('refuses a scan when too many wait', async () => {
    const index = open({ maximumWaiting: 2 })
    const scans = Array.from({ length: 4 }, () => index.scan(gaussians(dimensions), copy))
    const outcomes = await Promise.allSettled(scans)
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected'])
    await expect(scans[3]).rejects.toMatchObject({ code: 'router-overloaded', status: 503 })
    await index.close()
  })

  it('gives the place of a waiting scan that was given up to another', async () => {
    const index = open({ maximumWaiting: 1 })
    const abort = new AbortController()
    const running = index.scan(gaussians(dimensions), copy)
    const givenUp = expect(index.scan(gaussians(dimensions), copy, abort.signal)).rejects.toThrow()
    abort.abort()
    await givenUp
    await Promise.all([running, index.scan(gaussians(dimensions), copy)])
    await index.close()
  })

  it('hands on what the reader throws', async () => {
    const index = open()
    const reading = index.scan(gaussians(dimensions), () => {
      throw new RouterError('x-test', 'unreadable')
    })
    await expect(reading).rejects.toThrow('unreadable')
    await index.close()
  })

  it('does not hold the process while idle, nor after it was closed', async () => {
    const before = threadsAlive()
    const index = open()
    const scan = index.scan(gaussians(dimensions), copy)
    expect(threadsAlive()).toBe(before + 1)
    await scan
    expect(threadsAlive()).toBe(before)
    const abort = new AbortController()
    const abandoned = expect(index.scan(gaussians(dimensions), copy, abort.signal)).rejects.toThrow()
    abort.abort()
    await abandoned
    expect(threadsAlive()).toBe(before)
    await index.close()
    expect(threadsAlive()).toBe(before)
  })

  it('rejects what still waits when it is closed, and everything after', async () => {
    const before = threadsAlive()
    const index = open()
    const scans = Promise.allSettled([1, 2, 3].map(() => index.scan(gaussians(dimensions), copy)))
    await index.close()
    expect(threadsAlive()).toBe(before)
    for (const outcome of await scans) expect(outcome).toMatchObject({ reason: { code: 'router-closed' } })
    await expect(index.scan(gaussians(dimensions), copy)).rejects.toMatchObject({ code: 'router-closed' })
    await index.close()
  })
})
