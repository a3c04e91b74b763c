import { Buffer } from 'node:buffer'
import type { KeptBody, RequestText } from '../../../gateway/request-record.ts'
import { shortenBase64, shortenKeptBody } from './shorten-base64.ts'

/** A longer body is cut, which bounds the memory of one request. */
export const maxKeptBytes = 1 << 20

const nothing: KeptBody = { bytes: Buffer.alloc(0), totalBytes: 0 }

/**
 * Keeps the beginning of a request's and of its reply's body for the record, without most of the images, audio and files
 * in it (`shortenBase64`). Replies that are not text are not kept.
 */
export class TextKeeper {
  readonly #request: KeptBody
  #isText = false
  #parts: Buffer[] = []
  #keptBytes = 0
  #totalBytes = 0

  constructor(body: Buffer | undefined) {
    if (body === undefined) this.#request = nothing
    else {
      const request = shortenBase64(body)
      // A copy of a cut body, because a view would hold on to all of it.
      const bytes = request.length <= maxKeptBytes ? request : Buffer.from(request.subarray(0, maxKeptBytes))
      this.#request = { bytes, totalBytes: request.length }
    }
  }

  setContentType(contentType = ''): void {
    this.#isText = /^(?:text\/|application\/(?:[\w.+-]*\+)?json\b)/i.test(contentType)
  }

  push(chunk: Buffer): void {
    if (!this.#isText) return
    this.#totalBytes += chunk.length
    const room = maxKeptBytes - this.#keptBytes
    if (room === 0) return
    const part = Buffer.from(chunk.subarray(0, room)) // the chunk's memory is the upstream's
    this.#parts.push(part)
    this.#keptBytes += part.length
  }

  finish(): RequestText {
    return {
      request: this.#request,
      response: shortenKeptBody({ bytes: Buffer.concat(this.#parts), totalBytes: this.#totalBytes }),
    }
  }
}
