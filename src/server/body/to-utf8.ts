import { Buffer, isUtf8 } from 'node:buffer'
import { toDisplayText } from '../../base/text/display.ts'
import { InvalidRequestError } from '../../errors.ts'

/**
 * A JSON body as UTF-8 without a byte order mark: models and upstreams expect that. The same buffer if it is so already,
 * which nearly every body is.
 *
 * UTF-16 is known by its mark, by the zero byte beside the first brace, or by `charset`. Another `charset` counts only for
 * bytes that are not UTF-8, because many clients name one that they do not use.
 *
 * @throws InvalidRequestError `unsupported-encoding` (415) for UTF-32 and for an unknown `charset`.
 */
export function toUtf8(body: Buffer, contentType: string | undefined): Buffer {
  const first = body[0]
  // The usual body begins with a brace and a byte of ASCII that is not zero, and comes as UTF-8.
  if (first === 0x7b && body[1] !== 0 && !hasCharset(contentType)) return body
  const mark = findMark(body)
  if (mark.kind === 'utf-8')
    return mark.length === 0 ? fromCharset(body, contentType) : body.subarray(mark.length)
  if (mark.kind === 'utf-32') throw unsupported('UTF-32')
  return decode(body.subarray(mark.length), mark.kind)
}

type Mark = { readonly kind: 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32'; readonly length: number }

/** RFC 4627, 3: which of the first bytes are zero tells the encodings of JSON apart. */
function findMark(body: Buffer): Mark {
  const [a, b, c, d] = body
  if (a === 0xef && b === 0xbb && c === 0xbf) return { kind: 'utf-8', length: 3 }
  const isWide = body.length >= 4
  if (
    isWide &&
    ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && (c === 0xfe || c === 0)))
  )
    return { kind: 'utf-32', length: 4 }
  if (isWide && a !== 0 && b === 0 && c === 0 && d === 0) return { kind: 'utf-32', length: 0 }
  if (a === 0xff && b === 0xfe) return { kind: 'utf-16le', length: 2 }
  if (a === 0xfe && b === 0xff) return { kind: 'utf-16be', length: 2 }
  if (a !== undefined && a !== 0 && b === 0) return { kind: 'utf-16le', length: 0 }
  if (a === 0 && b !== undefined && b !== 0) return { kind: 'utf-16be', length: 0 }
  return { kind: 'utf-8', length: 0 }
}

function fromCharset(body: Buffer, contentType: string | undefined): Buffer {
  const charset = charsetOf(contentType)
  if (charset === undefined || isUtf8(body)) return body
  return decode(body, charset)
}

function hasCharset(contentType: string | undefined): boolean {
  return contentType !== undefined && contentType.length > 16 && charsetOf(contentType) !== undefined
}

/** The `charset` of a content type in lower case; undefined if it is absent or UTF-8, which ASCII is too. */
function charsetOf(contentType = ''): string | undefined {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]{1,64})/i.exec(contentType)?.[1]?.toLowerCase()
  return charset === undefined || /^(?:utf-?8|us-ascii|ascii)$/.test(charset) ? undefined : charset
}

function decode(body: Buffer, charset: string): Buffer {
  let decoder: InstanceType<typeof TextDecoder>
  try {
    decoder = new TextDecoder(charset)
  } catch {
    throw unsupported(charset)
  }
  return Buffer.from(decoder.decode(body))
}

function unsupported(charset: string): InvalidRequestError {
  return new InvalidRequestError(
    'unsupported-encoding',
    `The request body has the character encoding ${JSON.stringify(toDisplayText(charset))}, which is not read here. Send JSON as UTF-8.`,
    { status: 415, param: 'content-type' },
  )
}
