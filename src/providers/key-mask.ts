import { Buffer } from 'node:buffer'
import type { ReplySink } from './provider.ts'

/** A shorter key, such as `ollama`, is a word that a reply may well hold. */
const shortestInError = 8
const shortestInReply = 16

const asterisk = 0x2a

/**
 * Puts asterisks in place of a provider's key in what the provider replies, so that an upstream which repeats the key, as in
 * "Incorrect API key provided: …", does not give it to clients. The length stays, and with it `content-length`.
 *
 * @returns the sink to report to. It is `sink` itself if there is no key to hide.
 */
export function createKeyMask(apiKey: string | undefined): (sink: ReplySink) => ReplySink {
  if (apiKey === undefined || apiKey.length < shortestInError) return (sink) => sink
  const key = Buffer.from(apiKey)
  return (sink) => new KeyMask(sink, apiKey, key)
}

/** A class, because one is made per request. */
class KeyMask implements ReplySink {
  readonly #sink: ReplySink
  readonly #text: string
  readonly #key: Buffer
  #isMasking = true
  /** Bytes that may be the beginning of the key; the rest of it may come in the next chunk. */
  #held: Buffer | null = null

  constructor(sink: ReplySink, text: string, key: Buffer) {
    this.#sink = sink
    this.#text = text
    this.#key = key
  }

  onHead(status: number, headers: Readonly<Record<string, string>>, resume: () => void): void {
    this.#isMasking = status >= 400 || this.#key.length >= shortestInReply
    this.#sink.onHead(status, this.#isMasking ? this.#maskHeaders(headers) : headers, resume)
  }

  onData(chunk: Uint8Array): boolean {
    if (!this.#isMasking) return this.#sink.onData(chunk)
    const given = Buffer.isBuffer(chunk)
      ? chunk
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const bytes = this.#maskKey(this.#held === null ? given : Buffer.concat([this.#held, given]))
    const held = findKeyStart(bytes, this.#key)
    this.#held = held === bytes.length ? null : Buffer.from(bytes.subarray(held))
    return held === 0 || this.#sink.onData(held === bytes.length ? bytes : bytes.subarray(0, held))
  }

  onEnd(): void {
    this.#flush()
    this.#sink.onEnd()
  }

  onError(error: Error): void {
    this.#flush()
    this.#sink.onError(error)
  }

  #flush(): void {
    if (this.#held !== null) this.#sink.onData(this.#held)
    this.#held = null
  }

  #maskHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    for (const name in headers) {
      if (!headers[name]!.includes(this.#text)) continue
      const mask = '*'.repeat(this.#text.length)
      const entries = Object.entries(headers)
      return Object.fromEntries(entries.map(([each, value]) => [each, value.replaceAll(this.#text, mask)]))
    }
    return headers
  }

  #maskKey(bytes: Buffer): Buffer {
    let at = bytes.indexOf(this.#key)
    if (at === -1) return bytes
    const masked = Buffer.from(bytes) // the chunk's memory is the upstream's
    for (; at !== -1; at = masked.indexOf(this.#key, at)) masked.fill(asterisk, at, at + this.#key.length)
    return masked
  }
}

/** Where the bytes end with the beginning of the key; their length if they do not. */
function findKeyStart(bytes: Buffer, key: Buffer): number {
  const from = Math.max(0, bytes.length - key.length + 1)
  for (let at = bytes.indexOf(key[0]!, from); at !== -1; at = bytes.indexOf(key[0]!, at + 1))
    if (bytes.compare(key, 0, bytes.length - at, at) === 0) return at
  return bytes.length
}
