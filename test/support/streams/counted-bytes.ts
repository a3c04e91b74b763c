import { Buffer } from 'node:buffer'

/** A buffer that counts how often its bytes are touched: read by index, searched, copied or decoded. */
export type CountedBytes = { readonly bytes: Buffer; readonly touched: () => number }

/**
 * Wraps `source` for code that reads a buffer by index and by its methods. The count does not depend on the machine, so
 * a test can compare the work on inputs of two sizes.
 */
export function countBytes(source: Buffer): CountedBytes {
  let touched = 0
  const wrap = (target: Buffer): Buffer => {
    const spanned = new Map<PropertyKey, (...args: never[]) => unknown>()
    const define = (name: PropertyKey, call: (...args: never[]) => unknown) => spanned.set(name, call)
    const search = (name: 'indexOf' | 'lastIndexOf' | 'includes') =>
      define(name, (value: number | Uint8Array, from?: number) => {
        const found = name === 'lastIndexOf' ? target.lastIndexOf(value, from) : target.indexOf(value, from)
        touched +=
          name === 'lastIndexOf'
            ? (from ?? target.length) - Math.max(0, found)
            : (found === -1 ? target.length : found + 1) - (from ?? 0)
        return name === 'includes' ? found !== -1 : found
      })
    for (const name of ['indexOf', 'lastIndexOf', 'includes'] as const) search(name)
    define('subarray', (from?: number, to?: number) => wrap(target.subarray(from, to)))
    define('copy', (to: Buffer, ...places: number[]) => {
      const copied = target.copy(to, ...places)
      touched += copied
      return copied
    })
    define('toString', (encoding?: BufferEncoding, from = 0, to = target.length) => {
      touched += to - from
      return target.toString(encoding, from, to)
    })
    define('equals', (other: Uint8Array) => {
      touched += Math.min(target.length, other.length)
      return target.equals(other)
    })
    return new Proxy(target, {
      get(_target, name) {
        if (name === 'length') return target.length
        if (typeof name === 'string' && /^\d+$/.test(name)) {
          touched++
          return target[Number(name)]
        }
        const method = spanned.get(name)
        if (method !== undefined) return method
        throw new Error(`the counted buffer has no ${String(name)}`)
      },
    })
  }
  return { bytes: wrap(source), touched: () => touched }
}

/** Adds to a count all that buffers copy while `run` runs, also of buffers that the code itself makes. */
export function countCopiedBytes(run: () => void): number {
  const { copy } = Buffer.prototype
  const { concat, from } = Buffer
  let copied = 0
  Buffer.prototype.copy = function (this: Buffer, ...args: Parameters<typeof copy>) {
    const bytes = copy.apply(this, args)
    copied += bytes
    return bytes
  }
  Buffer.concat = (list, length) => {
    const joined = concat(list, length)
    copied += joined.length
    return joined
  }
  Buffer.from = ((...args: Parameters<typeof from>) => {
    const made = from(...args)
    copied += made.length
    return made
  }) as typeof from
  try {
    run()
  } finally {
    Buffer.prototype.copy = copy
    Buffer.concat = concat
    Buffer.from = from
  }
  return copied
}
