/**
 * Checks that runs in Parquet's hybrid of run lengths and bit packing give at most `count` values. A run of a few bytes
 * may claim a billion values, and the library does not check this.
 *
 * @param width bits per value. @returns how many of `count` values the runs do not give. @throws RangeError
 */
export function checkRuns(bytes: Uint8Array, width: number, count: number): number {
  let at = 0
  let left = count
  while (left > 0 && at < bytes.length) {
    const header = runHeader(bytes, at)
    at = header.end
    if (header.packed) {
      at += header.count * width
      left -= header.count * 8
      // The last run is filled up to whole groups of eight; some writers fill up to 64 groups.
      if (left < -512) throw tooLong(count)
    } else {
      at += Math.ceil(width / 8)
      left -= header.count
      if (left < 0) throw tooLong(count)
    }
  }
  return Math.max(0, left)
}

/** `count`: values of a run, or groups of eight packed values. */
function runHeader(bytes: Uint8Array, begin: number): { count: number; packed: boolean; end: number } {
  let value = 0
  let factor = 1
  for (let at = begin; at < begin + 5 && at < bytes.length; at++) {
    value += (bytes[at]! & 0x7f) * factor
    if (bytes[at]! < 0x80) return { count: Math.floor(value / 2), packed: value % 2 === 1, end: at + 1 }
    factor *= 128
  }
  throw new RangeError('a run of values in it has no proper length')
}

function tooLong(count: number): RangeError {
  return new RangeError(`a run of values in it is longer than its page, which has ${count}`)
}

/** Bits that a number up to `most` takes. */
export function bitWidth(most: number): number {
  return 32 - Math.clz32(most)
}
