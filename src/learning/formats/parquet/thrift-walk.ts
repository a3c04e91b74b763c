/**
 * A number of up to 32 bits in a Thrift struct (or true, 1, or false, 0), by the ids of the fields that lead to it:
 * `5.1` is field 1 of the struct in field 5.
 */
export type OnNumber = (path: string, value: number) => void

const maxDepth = 32

/**
 * Walks one struct in Thrift's compact protocol, the format of Parquet's footers and page headers, and builds nothing.
 * A later parse of the same bytes allocates no more than they hold, because a list or text that claims to be longer
 * than the rest throws here.
 *
 * @returns the position after the struct. @throws RangeError if the bytes are not such a struct.
 */
export function walkThriftStruct(bytes: Uint8Array, begin: number, onNumber: OnNumber = () => {}): number {
  let at = begin

  function byte(): number {
    const value = bytes[at++]
    if (value === undefined) throw new RangeError('it ends in the middle of a structure')
    return value
  }

  /** At most 64 bits; exact up to 2^53, which no length or count of a file reaches. */
  function varint(maxBytes: number): number {
    let value = 0
    let factor = 1
    for (let count = 0; count < maxBytes; count++) {
      const next = byte()
      value += (next & 0x7f) * factor
      if (next < 0x80) return value
      factor *= 128
    }
    throw new RangeError('a number in it has too many bytes')
  }

  function varint32(): number {
    const value = varint(5)
    if (value >= 2 ** 32) throw new RangeError('a number in it has more than 32 bits')
    return value
  }

  function length(what: string): number {
    const value = varint(5)
    if (value > bytes.length - at)
      throw new RangeError(`a ${what} in it claims ${value} bytes where ${bytes.length - at} are left`)
    return value
  }

  function struct(depth: number, path: string): void {
    if (depth > maxDepth) throw new RangeError(`its structures are nested more than ${maxDepth} deep`)
    let field = 0
    for (;;) {
      const head = byte()
      const type = head & 0x0f
      if (type === 0) return
      const id = head >> 4 === 0 ? unzigzag(varint(3)) : field + (head >> 4)
      // A parser that keeps the last of two fields would see other numbers than this walk.
      if (id <= field) throw new RangeError(`the field ${id} in it follows the field ${field}`)
      field = id
      value(type, depth, `${path}${field}`, false)
    }
  }

  function value(type: number, depth: number, path: string, inList: boolean): void {
    switch (type) {
      case 1: // true
      case 2: // false: in a list they take a byte, else none
        if (inList) byte()
        else onNumber(path, type === 1 ? 1 : 0)
        return
      case 3: // a byte
        byte()
        return
      case 4: // 16 bits
      case 5: // 32 bits
        onNumber(path, unzigzag(varint32()))
        return
      case 6: // 64 bits
        varint(10)
        return
      case 7: // a double
        skip(8)
        return
      case 8: // a text
        skip(length('text'))
        return
      case 9: {
        const head = byte()
        const short = head >> 4
        // An item takes a byte at least.
        const items = short === 15 ? length('list') : short
        for (let item = 0; item < items; item++) value(head & 0x0f, depth, `${path}[]`, true)
        return
      }
      case 12:
        struct(depth + 1, `${path}.`)
        return
      default:
        throw new RangeError(`a field in it has the unknown type ${type}`)
    }
  }

  function skip(count: number): void {
    at += count
    if (at > bytes.length) throw new RangeError('it ends in the middle of a structure')
  }

  struct(0, '')
  return at
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}
