import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'

/**
 * One entry of a journal: a line `<crc32> <bytes> <JSON>\n`. Checksum and length are 8 hexadecimal digits each and are
 * those of the JSON, which contains no line feed. So a line that is cut or damaged is recognised, and reading goes on at
 * the next line feed.
 */
const frameHeadBytes = 18

/** @returns the whole line. */
export function encodeFrame(json: string): Buffer {
  const bytes = Buffer.byteLength(json)
  const frame = Buffer.allocUnsafe(frameHeadBytes + bytes + 1)
  frame.write(json, frameHeadBytes, 'utf8')
  writeHead(frame, bytes)
  return frame
}

/** Writes the line into a buffer that is used again. @returns its length; 0 if the buffer is too small. */
export function writeFrame(target: Buffer, json: string): number {
  // A character of UTF-16 takes at most three bytes.
  if (frameHeadBytes + json.length * 3 + 1 > target.length) return 0
  const bytes = target.write(json, frameHeadBytes, 'utf8')
  writeHead(target, bytes)
  return frameHeadBytes + bytes + 1
}

function writeHead(frame: Buffer, bytes: number): void {
  const checksum = crc32(frame.subarray(frameHeadBytes, frameHeadBytes + bytes))
  writeHex(frame, 0, checksum)
  frame[8] = space
  writeHex(frame, 9, bytes)
  frame[17] = space
  frame[frameHeadBytes + bytes] = lineFeed
}

function writeHex(target: Buffer, offset: number, value: number): void {
  for (let at = offset + 7; at >= offset; at--) {
    target[at] = hexDigits[value & 15]!
    value >>>= 4
  }
}

export type Scanned = {
  readonly entries: readonly string[]
  /** Bytes from the start that need not be read again: whole lines, and damaged ones. */
  readonly consumed: number
  readonly damagedBytes: number
}

/**
 * Reads the lines at the beginning of `bytes`. An unfinished last line is left for later.
 *
 * @param start where to begin.
 */
export function scanFrames(bytes: Buffer, start = 0): Scanned {
  const entries: string[] = []
  let at = start
  let damagedBytes = 0
  while (at < bytes.length) {
    const frame = readFrame(bytes, at)
    if (frame === 'unfinished') break
    if (frame !== 'damaged') {
      entries.push(frame.json)
      at = frame.end
      continue
    }
    const next = bytes.indexOf(lineFeed, at)
    if (next === -1) break
    damagedBytes += next + 1 - at
    at = next + 1
  }
  return { entries, consumed: at - start, damagedBytes }
}

type Frame = { readonly json: string; readonly end: number }

function readFrame(bytes: Buffer, at: number): Frame | 'unfinished' | 'damaged' {
  if (at + frameHeadBytes > bytes.length) return bytes.indexOf(lineFeed, at) === -1 ? 'unfinished' : 'damaged'
  const checksum = readHex(bytes, at)
  const length = readHex(bytes, at + 9)
  if (checksum === -1 || length === -1 || bytes[at + 8] !== space || bytes[at + 17] !== space)
    return 'damaged'
  const from = at + frameHeadBytes
  const end = from + length
  if (end >= bytes.length) {
    // A wrong length may point beyond lines that are whole.
    const feed = bytes.indexOf(lineFeed, from)
    return feed === -1 ? 'unfinished' : 'damaged'
  }
  const body = bytes.subarray(from, end)
  if (bytes[end] !== lineFeed || crc32(body) !== checksum) return 'damaged'
  return { json: body.toString('utf8'), end: end + 1 }
}

/** -1 if these are not 8 hexadecimal digits in lower case. */
function readHex(bytes: Buffer, offset: number): number {
  let value = 0
  for (let at = offset; at < offset + 8; at++) {
    const digit = hexValues[bytes[at]!]!
    if (digit === 255) return -1
    value = value * 16 + digit
  }
  return value
}

const space = 0x20
const lineFeed = 0x0a
const hexDigits = Buffer.from('0123456789abcdef')
const hexValues = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = hexDigits.indexOf(byte)
  return digit === -1 ? 255 : digit
})
