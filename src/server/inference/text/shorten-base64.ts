import { Buffer } from 'node:buffer'
import type { KeptBody } from '../../../gateway/request-record.ts'

/** Shorter runs may be words, hashes or keys of an id. */
const longestKeptRun = 1024
const keptStart = 64

/**
 * A JSON body whose images, audio and files do not stand in a log: of each run of more than 1,024 characters of base64
 * the first 64 are kept, then `…` and how many characters are left out. Other bytes stay as they are, and JSON stays JSON.
 *
 * It looks at one byte in 1,024 of what is no base64, so it costs little for a long text.
 */
export function shortenBase64(body: Buffer): Buffer {
  const pieces: Buffer[] = []
  let copied = 0
  let at = longestKeptRun
  while (at < body.length) {
    if (!isRunByte(body, at)) {
      at += longestKeptRun
      continue
    }
    // A run that is long enough contains a byte that is looked at. The part before `copied` is another run's.
    let start = at
    while (start > copied && isRunByte(body, start - 1)) start--
    let end = at + 1
    while (end < body.length && isRunByte(body, end)) end++
    const length = end - start
    if (length > longestKeptRun) {
      const left = length - keptStart
      pieces.push(
        body.subarray(copied, start + keptStart),
        Buffer.from(`… (${left.toLocaleString('en')} characters of base64 left out)`),
      )
      copied = end
    }
    at = end + longestKeptRun
  }
  return pieces.length === 0 ? body : Buffer.concat([...pieces, body.subarray(copied)])
}

/** The kept part of a body with its base64 shortened. */
export function shortenKeptBody({ bytes, totalBytes }: KeptBody): KeptBody {
  const short = shortenBase64(bytes)
  return { bytes: short, totalBytes: totalBytes - (bytes.length - short.length) }
}

const slash = 0x2f
const backslash = 0x5c

/** A slash may be escaped in JSON: `\/`. */
function isRunByte(body: Buffer, at: number): boolean {
  const byte = body[at]!
  return isBase64[byte] === 1 || (byte === backslash && body[at + 1] === slash)
}

const isBase64 = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9+/=_-]/.test(String.fromCharCode(byte)) && byte < 0x80 ? 1 : 0,
)
