import { kernelBase64 } from './kernel-bytes.ts'

/**
 * The loops over all labelled prompts as a WebAssembly module with 128-bit SIMD: four to six times as fast as the same
 * loops in JavaScript. Source: kernel.wat. Addresses are in bytes; every vector is padded with zeros to a multiple of
 * `laneBlock` elements and starts at a multiple of 64 bytes.
 *
 * - `similaritiesF32(rows, query, out, count, dimensions)`: out[i] = rows[i] · query
 * - `similaritiesI8(rows, scales, query, out, count, dimensions, queryScale)`: the same for signed bytes and a query of
 *   16-bit integers, times scales[i] · queryScale; `similaritiesI16` for rows of 16-bit integers
 * - `greatest(values, out, count)`: the largest of `count` (a multiple of 4) floats; NaN if one of them is NaN
 * - `weights(values, greatest, out, count, log2Gamma)`: out[i] = γ^(1 + values[i] / greatest), or γ^(1 + values[i]) if
 *   `greatest` is not positive (a negative one would reverse the order)
 * - `tally(weights, rowOf, factors, cells, sums, count)`: sums[cells[i]] += weights[rowOf[i]] · factors[i], in double
 *   precision; `cells` are byte offsets
 */
export function similarityKernelBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(kernelBase64, 'base64'))
}

/** The largest memory of the module, in pages of 64 KiB: 4 GiB, as much as 32-bit addresses reach. */
export const maximumPages = 65536
/** Elements that one turn of the innermost loops reads. */
export const laneBlock = 32
