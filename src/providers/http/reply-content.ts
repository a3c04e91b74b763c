import type { Buffer } from 'node:buffer'
import { JsonNesting } from '../../base/text/json/nesting.ts'

/** Follows the bytes of a reply: which of them are content, and whether the mark of its end has come. */
export type ReplyContent = {
  /** Returns whether the chunk has content: bytes of an answer, not a sign of life. */
  push(chunk: Buffer): boolean
  /** Whether the bytes so far end as their format ends. `unknown` for a format without a mark, or if nobody looks. */
  readonly end: 'seen' | 'missing' | 'unknown'
}

/**
 * The content of a reply of this type.
 *
 * @param needsEnd whether every byte is to be searched for the end; otherwise only the last line of a chunk of an event
 *   stream is.
 */
export function createReplyContent(contentType: string, needsEnd: boolean): ReplyContent {
  if (contentType.startsWith('text/event-stream')) return new EventContent(needsEnd)
  if (!/^application\/([\w.+-]+\+)?json/.test(contentType)) return anyContent
  return needsEnd ? createJsonContent() : jsonContent
}

const anyContent: ReplyContent = { push: (chunk) => chunk.length > 0, end: 'unknown' }

/** Some providers send blank lines while a request waits for its turn. */
const jsonContent: ReplyContent = { push: hasText, end: 'unknown' }

function createJsonContent(): ReplyContent {
  const nesting = new JsonNesting()
  return {
    push(chunk) {
      nesting.push(chunk)
      return hasText(chunk)
    },
    get end() {
      return nesting.isClosed ? 'seen' : 'missing'
    },
  }
}

function hasText(chunk: Buffer): boolean {
  for (let at = 0; at < chunk.length; at++) if (chunk[at]! > 0x20) return true
  return false
}

const lineFeed = 0x0a
const carriageReturn = 0x0d
const letterD = 0x64
const letterT = 0x74
const closeBracket = 0x5d
const maxHeldBytes = 64

/** The data of the event that ends a stream of chat completions, of responses, or of messages. */
const lastDataPattern =
  /^data: ?(?:\[DONE\]|\{ ?"type": ?"(?:response\.(?:completed|incomplete|failed)|message_stop)")/
/** The line before it, which names the event. */
const lastEventPattern = /^event: ?(?:response\.(?:completed|incomplete|failed)|message_stop)$/
const contentPattern = /^data:(?! ?(?:$|\[DONE\]|\{ ?"type": ?"ping"))/

/**
 * The content of an event stream: data lines, except the mark of the end and pings. Comments and the other fields of
 * an event are none. Lines may be cut anywhere; the beginning of one line is held.
 */
class EventContent implements ReplyContent {
  readonly #needsEnd: boolean
  /** The beginning of the unfinished line, for its kind; '' at the start of a line. */
  #line = ''
  /** Whether the unfinished line is known to be content. */
  #inContent = false
  /** Whether the data of the event that ends the stream is to come. */
  #isLastEvent = false
  #hasEnded = false

  constructor(needsEnd: boolean) {
    this.#needsEnd = needsEnd
  }

  get end(): 'seen' | 'missing' {
    return this.#hasEnded || this.#isWholeLastData() ? 'seen' : 'missing'
  }

  /** Whether the unfinished line is the end although no line feed follows: a long one may have been cut anywhere. */
  #isWholeLastData(): boolean {
    const line = this.#line
    if (line.length >= maxHeldBytes || !lastDataPattern.test(line)) return false
    return line.endsWith('[DONE]') || isJson(line.slice('data:'.length))
  }

  push(chunk: Buffer): boolean {
    if (this.#line === '' && !this.#needsEnd && isPlainEvent(chunk)) return true
    const hasReturns = chunk.includes(carriageReturn)
    let hasContent = false
    let from = 0
    while (from < chunk.length) {
      const found = hasReturns ? findLineEnd(chunk, from) : chunk.indexOf(lineFeed, from)
      const to = found === -1 ? chunk.length : found
      if (this.#take(chunk, from, to)) hasContent = true
      if (found === -1) break
      if (this.#finishLine()) hasContent = true
      from = found + 1
    }
    return hasContent
  }

  /** Takes bytes of a line. Returns whether they are known to be content before the line ends. */
  #take(chunk: Buffer, from: number, to: number): boolean {
    if (this.#inContent) return to > from
    if (this.#line.length >= maxHeldBytes) return false
    this.#line += chunk.toString('latin1', from, Math.min(to, from + maxHeldBytes))
    this.#inContent = this.#line.length >= decisiveLength && contentPattern.test(this.#line)
    return this.#inContent
  }

  #finishLine(): boolean {
    const isContent = this.#inContent || contentPattern.test(this.#line)
    const isData = this.#line.startsWith('data:')
    if (isData) {
      if (this.#isLastEvent || lastDataPattern.test(this.#line)) this.#hasEnded = true
    } else if (this.#line !== '') this.#isLastEvent = lastEventPattern.test(this.#line)
    this.#line = ''
    this.#inContent = false
    return isContent
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** A line of this length is no ping if its beginning is none. */
const decisiveLength = 24

/** Nearly every chunk of a stream: from `data: {"id…` to a blank line, without a mark of the end before it. */
function isPlainEvent(chunk: Buffer): boolean {
  const end = chunk.length - 1
  return (
    end > 8 &&
    chunk[0] === letterD &&
    chunk[8] !== letterT &&
    chunk[6] === 0x7b &&
    chunk[end] === lineFeed &&
    chunk[end - 1] === lineFeed &&
    chunk[end - 2] !== closeBracket
  )
}

function findLineEnd(chunk: Buffer, from: number): number {
  for (let at = from; at < chunk.length; at++)
    if (chunk[at] === lineFeed || chunk[at] === carriageReturn) return at
  return -1
}
