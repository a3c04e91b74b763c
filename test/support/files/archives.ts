import { crc32, deflateRawSync } from 'node:zlib'

export type ZipFlaws = {
  readonly flags?: number
  readonly method?: number
  /** The compressed size that the directory claims. */
  readonly packed?: number
  /** Overwrites the compressed bytes. */
  readonly damage?: boolean
}

/** A ZIP archive of some files, packed with deflate, and its flaws. */
export function zipOf(files: Readonly<Record<string, string | Uint8Array>>, flaws: ZipFlaws = {}): Buffer {
  const { flags = 0, method = 8, damage = false } = flaws
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    if (damage) packed.fill(0xff)
    const path = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(method, 4)
    common.writeUInt32LE(crc32 === undefined ? 0 : crc32(bytes), 10)
    common.writeUInt32LE(flaws.packed ?? packed.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(path.length, 22)
    locals.push(Buffer.from('PK\x03\x04'), common, path, packed)
    const end = Buffer.alloc(14)
    end.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), common, end, path)
    offset += 30 + path.length + packed.length
  }
  const entries = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(Object.keys(files).length, 8)
  end.writeUInt16LE(Object.keys(files).length, 10)
  end.writeUInt32LE(entries.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, entries, end])
}

/** A Zstandard frame that stores its bytes as they are (RFC 8878: one segment, 4-byte size, raw blocks). */
export function zstdOf(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content)
  const blocks: Buffer[] = []
  const longest = 100_000
  for (let start = 0; start < bytes.length || start === 0; start += longest) {
    const block = bytes.subarray(start, start + longest)
    const header = Buffer.alloc(3)
    header.writeUIntLE((block.length << 3) | (start + longest >= bytes.length ? 1 : 0), 0, 3)
    blocks.push(header, block)
  }
  const head = Buffer.alloc(9)
  head.writeUInt32LE(0xfd2fb528, 0)
  head[4] = 0b1010_0000
  head.writeUInt32LE(bytes.length, 5)
  return Buffer.concat([head, ...blocks])
}
