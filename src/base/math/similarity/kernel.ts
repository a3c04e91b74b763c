import type { ValueType, WasmFunction } from './wasm-encoder.ts'
import {
  type Code,
  control,
  encodeModule,
  f32,
  f32x4,
  f64,
  i32,
  i32x4,
  local,
  v128,
  valueType,
} from './wasm-encoder.ts'

/**
 * The loops over all labelled prompts, as WebAssembly with 128-bit SIMD: four to six times as fast as the same
 * loops in JavaScript. Addresses are in bytes; every vector is padded with zeros to a multiple of `laneBlock`
 * elements and starts at a multiple of 64 bytes.
 *
 * - `similaritiesF32(rows, query, out, count, dimensions)`: out[i] = rows[i] · query
 * - `similaritiesI8(rows, scales, query, out, count, dimensions, queryScale)`: the same of signed bytes and a
 *   query of 16-bit integers, times scales[i] · queryScale
 * - `greatest(values, out, count)`: the largest of `count` (a multiple of 4) floats; NaN if one of them is
 * - `weights(values, greatest, out, count, log2Gamma)`: out[i] = γ^(1 + values[i] / greatest), or
 *   γ^(1 + values[i]) where the greatest is not positive (a negative one would turn the order around)
 * - `tally(weights, rowOf, factors, cells, sums, count)`: sums[cells[i]] += weights[rowOf[i]] · factors[i], in
 *   double precision; `cells` are byte offsets
 */
export function similarityKernelBytes(): Uint8Array<ArrayBuffer> {
  return encodeModule(
    [similaritiesF32(), similaritiesI16(), similaritiesI8(), greatest(), weights(), tally()],
    maximumPages,
  )
}

/** 4 GiB: as much as 32-bit addresses reach. */
export const maximumPages = 65536
export const laneBlock = 32

const { i32: int, f32: float, v128: vector } = valueType
const get = local.get
const plus = (address: Code, bytes: Code): Code => i32.add(address, bytes)
const advance = (index: number, bytes: number): Code =>
  local.set(index, i32.add(get(index), i32.const(bytes)))

function define(
  name: string,
  parameters: ValueType[],
  locals: ValueType[],
  body: readonly Code[],
): WasmFunction {
  return { name, parameters, locals, body: body.flat() }
}

function similaritiesF32(): WasmFunction {
  const [rows, query, out, count, dimensions] = [0, 1, 2, 3, 4]
  const [end, at, stop, sum0] = [5, 6, 7, 8]
  const unroll = [0, 1, 2, 3]
  const sums = unroll.map((lane) => sum0 + lane)
  const product = (lane: number) =>
    f32x4.multiply(v128.load(get(rows), lane * 16), v128.load(get(at), lane * 16))
  return define(
    'similaritiesF32',
    [int, int, int, int, int],
    [int, int, int, vector, vector, vector, vector],
    [
      local.set(end, plus(get(out), i32.shiftLeft(get(count), i32.const(2)))),
      local.set(stop, plus(get(query), i32.shiftLeft(get(dimensions), i32.const(2)))),
      control.doWhile(
        [
          local.set(at, get(query)),
          ...sums.map((sum) => local.set(sum, f32x4.splat(f32.const(0)))),
          control.doWhile(
            [
              ...unroll.map((lane) => local.set(sum0 + lane, f32x4.add(get(sum0 + lane), product(lane)))),
              advance(rows, 64),
              advance(at, 64),
            ].flat(),
            i32.lessUnsigned(get(at), get(stop)),
          ),
          f32.store(get(out), addLanes(sum0)),
          advance(out, 4),
        ].flat(),
        i32.lessUnsigned(get(out), get(end)),
      ),
    ],
  )
}

/** The sum of four accumulators of four lanes: sixteen numbers. */
function addLanes(sum0: number): Code {
  const four = f32x4.add(f32x4.add(get(sum0), get(sum0 + 1)), f32x4.add(get(sum0 + 2), get(sum0 + 3)))
  const lanes = [0, 1, 2, 3].map((lane) => f32x4.extractLane(get(sum0), lane))
  // Parked in the first accumulator so that its lanes can be read one by one.
  return [...local.set(sum0, four), ...f32.add(f32.add(lanes[0]!, lanes[1]!), f32.add(lanes[2]!, lanes[3]!))]
}

/**
 * Rows of signed 16-bit integers: eight products an instruction, added up as floats because 32-bit integers could
 * overflow. Half the memory traffic of floats, which is what bounds the speed.
 */
function similaritiesI16(): WasmFunction {
  const products = (row: number, at: number, sum0: number) =>
    integerBlock.map((part) => {
      const dot = i32x4.dotOf16(v128.load(get(row), part * 16), v128.load(get(at), part * 16))
      return local.set(sum0 + part, f32x4.add(get(sum0 + part), f32x4.convertInt(dot)))
    })
  return integerSimilarities('similaritiesI16', 2, products, addLanes)
}

/** Rows of signed bytes, widened to 16 bits on loading; the query is kept to 13 bits so that 32-bit sums hold. */
function similaritiesI8(): WasmFunction {
  const products = (row: number, at: number, sum0: number) =>
    integerBlock.map((part) => {
      const dot = i32x4.dotOf16(v128.load8x8Signed(get(row), part * 8), v128.load(get(at), part * 16))
      return local.set(sum0 + part, i32x4.add(get(sum0 + part), dot))
    })
  // As floats before the lanes are added up: each lane may be as large as a 32-bit integer can be.
  const total = (sum0: number): Code => {
    const four = integerBlock.map((part) => get(sum0 + part)).reduce((a, b) => i32x4.add(a, b))
    const lanes = [0, 1, 2, 3].map((lane) => f32x4.extractLane(get(sum0), lane))
    return [...local.set(sum0, f32x4.convertInt(four)), ...lanes.reduce((a, b) => f32.add(a, b))]
  }
  return integerSimilarities('similaritiesI8', 1, products, total)
}

const integerBlock = [0, 1, 2, 3]

function integerSimilarities(
  name: string,
  rowElementBytes: number,
  products: (row: number, at: number, sum0: number) => Code[],
  total: (sum0: number) => Code,
): WasmFunction {
  const [rows, scales, query, out, count, dimensions, queryScale] = [0, 1, 2, 3, 4, 5, 6]
  const [end, at, stop, sum0] = [7, 8, 9, 10]
  return define(
    name,
    [int, int, int, int, int, int, float],
    [int, int, int, vector, vector, vector, vector],
    [
      local.set(end, plus(get(out), i32.shiftLeft(get(count), i32.const(2)))),
      local.set(stop, plus(get(query), i32.shiftLeft(get(dimensions), i32.const(1)))),
      control.doWhile(
        [
          local.set(at, get(query)),
          ...integerBlock.map((part) => local.set(sum0 + part, f32x4.splat(f32.const(0)))),
          control.doWhile(
            [
              ...products(rows, at, sum0),
              advance(rows, laneBlock * rowElementBytes),
              advance(at, laneBlock * 2),
            ].flat(),
            i32.lessUnsigned(get(at), get(stop)),
          ),
          f32.store(
            get(out),
            f32.multiply(f32.multiply(total(sum0), f32.load(get(scales))), get(queryScale)),
          ),
          advance(scales, 4),
          advance(out, 4),
        ].flat(),
        i32.lessUnsigned(get(out), get(end)),
      ),
    ],
  )
}

function greatest(): WasmFunction {
  const [values, out, count, end, best] = [0, 1, 2, 3, 4]
  const laneOf = (lane: number) => f32x4.splat(f32x4.extractLane(get(best), lane))
  return define(
    'greatest',
    [int, int, int],
    [int, vector],
    [
      local.set(end, plus(get(values), i32.shiftLeft(get(count), i32.const(2)))),
      local.set(best, v128.load(get(values))),
      control.doWhile(
        [local.set(best, f32x4.max(get(best), v128.load(get(values)))), advance(values, 16)].flat(),
        i32.lessUnsigned(get(values), get(end)),
      ),
      f32.store(
        get(out),
        f32x4.extractLane(f32x4.max(f32x4.max(laneOf(0), laneOf(1)), f32x4.max(laneOf(2), laneOf(3))), 0),
      ),
    ],
  )
}

function weights(): WasmFunction {
  const [values, largest, out, count, log2Gamma] = [0, 1, 2, 3, 4]
  const [end, slope, exponent, whole] = [5, 6, 7, 8]
  const four = (value: number) => f32x4.splat(f32.const(value))
  return define(
    'weights',
    [int, int, int, int, float],
    [int, float, vector, vector],
    [
      local.set(end, plus(get(values), i32.shiftLeft(get(count), i32.const(2)))),
      local.set(
        slope,
        f32.divide(
          get(log2Gamma),
          control.select(
            f32.load(get(largest)),
            f32.const(1),
            f32.greater(f32.load(get(largest)), f32.const(1e-6)),
          ),
        ),
      ),
      control.doWhile(
        [
          local.set(
            exponent,
            f32x4.add(
              f32x4.multiply(v128.load(get(values)), f32x4.splat(get(slope))),
              f32x4.splat(get(log2Gamma)),
            ),
          ),
          // Below 2⁻¹²⁶ a weight says nothing, and its bits could not be put together as done here.
          local.set(exponent, f32x4.min(f32x4.max(get(exponent), four(-126)), four(126))),
          local.set(whole, f32x4.nearest(get(exponent))),
          local.set(exponent, f32x4.subtract(get(exponent), get(whole))),
          v128.store(get(out), f32x4.multiply(powerOfTwo(get(whole)), exp2Polynomial(get(exponent)))),
          advance(values, 16),
          advance(out, 16),
        ].flat(),
        i32.lessUnsigned(get(values), get(end)),
      ),
    ],
  )
}

/** 2ⁿ for whole n in [−126, 127]: n + 127 put where a float has its exponent. */
function powerOfTwo(whole: Code): Code {
  const bias = i32x4.splat(i32.const(127))
  return i32x4.shiftLeft(i32x4.add(i32x4.truncateFloat(whole), bias), i32.const(23))
}

/** 2ˣ for x in [−½, ½] by its Taylor series to x⁶: the remainder is below 1.3e-7. */
function exp2Polynomial(x: Code): Code {
  const coefficients = [1, 1, 2, 6, 24, 120, 720].map((factorial, power) => Math.LN2 ** power / factorial)
  return coefficients
    .map((coefficient) => f32x4.splat(f32.const(coefficient)))
    .reduceRight((sum, coefficient) => f32x4.add(f32x4.multiply(sum, x), coefficient))
}

function tally(): WasmFunction {
  const [weightsAt, rowOf, factors, cells, sums, count] = [0, 1, 2, 3, 4, 5]
  const [end, cell] = [6, 7]
  const fourTimes = (index: Code) => i32.shiftLeft(index, i32.const(2))
  const weight = f32.load(plus(get(weightsAt), fourTimes(i32.load(get(rowOf)))))
  const product = f64.multiply(f64.fromFloat(weight), f64.fromFloat(f32.load(get(factors))))
  return define(
    'tally',
    [int, int, int, int, int, int],
    [int, int],
    [
      local.set(end, plus(get(rowOf), fourTimes(get(count)))),
      control.when(
        i32.lessUnsigned(get(rowOf), get(end)),
        control.doWhile(
          [
            local.set(cell, plus(get(sums), i32.load(get(cells)))),
            f64.store(get(cell), f64.add(f64.load(get(cell)), product)),
            advance(rowOf, 4),
            advance(factors, 4),
            advance(cells, 4),
          ].flat(),
          i32.lessUnsigned(get(rowOf), get(end)),
        ),
      ),
    ],
  )
}
