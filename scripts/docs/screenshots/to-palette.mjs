import { crc32, deflateSync, inflateSync } from 'node:zlib'

/** Most colours of a picture with one byte for each pixel. */
const mostColours = 256
const signature = Buffer.from('89504e470d0a1a0a', 'hex')

/**
 * A screenshot with its most frequent 256 colours: a third to a half of the bytes. Flat areas keep their colours; shades at the
 * edges of letters become the nearest one.
 *
 * @param {Buffer} png of 8 bits a channel, without interlacing, as chromium writes it.
 */
export function toPalette(png) {
  const { width, height, channels, rows } = readPng(png)
  const colourOf = (/** @type {number} */ at) => (rows[at] << 16) | (rows[at + 1] << 8) | rows[at + 2]
  /** @type {Map<number, number>} */
  const counts = new Map()
  for (let at = 0; at < rows.length; at += channels) {
    const colour = colourOf(at)
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const byCount = [...counts].sort(([a, n], [b, m]) => m - n || a - b).map(([colour]) => colour)
  const palette = byCount.slice(0, mostColours)
  const indexOf = new Map(
    byCount.map((colour, index) => [colour, index < mostColours ? index : findNearest(colour, palette)]),
  )
  const body = Buffer.alloc(height * (width + 1)) // a byte before each row: its filter, 0
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      body[y * (width + 1) + 1 + x] = indexOf.get(colourOf((y * width + x) * channels)) ?? 0
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([
    signature,
    toChunk('IHDR', head),
    toChunk('PLTE', Buffer.from(palette.flatMap(toChannels))),
    toChunk('IDAT', deflateSync(body, { level: 9 })),
    toChunk('IEND', Buffer.alloc(0)),
  ])
}

function toChannels(/** @type {number} */ colour) {
  return [colour >> 16, (colour >> 8) & 255, colour & 255]
}

/**
 * @param {number} colour
 * @param {readonly number[]} palette
 */
function findNearest(colour, palette) {
  const wanted = toChannels(colour)
  const distances = palette.map((each) =>
    toChannels(each).reduce((sum, value, index) => sum + (value - (wanted[index] ?? 0)) ** 2, 0),
  )
  return distances.indexOf(Math.min(...distances))
}

/**
 * @param {string} name
 * @param {Buffer} data
 */
function toChunk(name, data) {
  const named = Buffer.concat([Buffer.from(name), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

/** The pixels, row by row: `channels` bytes each, of which the first three are red, green and blue. */
function readPng(/** @type {Buffer} */ png) {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  const channels = png[25] === 6 ? 4 : 3
  /** @type {Buffer[]} */
  const parts = []
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  const filtered = inflateSync(Buffer.concat(parts))
  const stride = width * channels
  const rows = Buffer.alloc(height * stride)
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (stride + 1)]
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x
      const left = x < channels ? 0 : rows[at - channels]
      const above = y === 0 ? 0 : rows[at - stride]
      const corner = x < channels || y === 0 ? 0 : rows[at - stride - channels]
      rows[at] = filtered[y * (stride + 1) + 1 + x] + predict(filter, left, above, corner)
    }
  }
  return { width, height, channels, rows }
}

/** @see https://www.w3.org/TR/png-3/#9Filters */
function predict(
  /** @type {number} */ filter,
  /** @type {number} */ left,
  /** @type {number} */ above,
  /** @type {number} */ corner,
) {
  if (filter === 1) return left
  if (filter === 2) return above
  if (filter === 3) return (left + above) >> 1
  if (filter !== 4) return 0
  const estimate = left + above - corner
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((each) => Math.abs(estimate - each))
  if (toLeft <= toAbove && toLeft <= toCorner) return left
  return toAbove <= toCorner ? above : corner
}
