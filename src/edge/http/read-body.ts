import { Buffer } from 'node:buffer'
import { toDisplayText } from '../../base/text/display.ts'
import { InvalidRequestError } from '../../errors.ts'
import { toUtf8 } from '../../server/body/to-utf8.ts'

/** Encodings of a body that platforms decode. */
const formats = new Map<string, 'gzip' | 'deflate'>([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
])

/**
 * The body of a request, decompressed, as UTF-8. Undefined if it has none.
 *
 * @throws InvalidRequestError `body-too-large` (413) beyond `maxBytes`, before and after decompression;
 *   `unsupported-encoding` (415); `bad-encoding` for bytes that cannot be decompressed.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Buffer | undefined> {
  const { body, headers } = request
  if (body === null) return undefined
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity'
  const bytes = await collect(decode(body, encoding, maxBytes), maxBytes, encoding)
  return toUtf8(bytes, headers.get('content-type') ?? undefined)
}

function decode(
  body: ReadableStream<Uint8Array>,
  encoding: string,
  maxBytes: number,
): ReadableStream<Uint8Array> {
  if (encoding === 'identity' || encoding === '') return body
  const format = formats.get(encoding)
  if (format === undefined)
    throw new InvalidRequestError(
      'unsupported-encoding',
      `The request body has the content encoding ${JSON.stringify(toDisplayText(encoding, 40))}, which is not read here. Send it plain, or as gzip or deflate.`,
      { status: 415, param: 'content-encoding' },
    )
  const decompression: unknown = new DecompressionStream(format)
  return body
    .pipeThrough(limitBytes(maxBytes))
    .pipeThrough(decompression as Parameters<typeof body.pipeThrough<Uint8Array>>[0])
}

/** Compressed bytes need not decompress to any. */
function limitBytes(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let length = 0
  return new TransformStream({
    transform(chunk, controller) {
      length += chunk.length
      if (length <= maxBytes) controller.enqueue(chunk)
      else controller.error(tooLarge(maxBytes))
    },
  })
}

async function collect(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  encoding: string,
): Promise<Buffer> {
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      if (cause instanceof InvalidRequestError) throw cause
      throw new InvalidRequestError(
        encoding === 'identity' ? 'bad-request' : 'bad-encoding',
        `The request body could not be read${encoding === 'identity' ? '' : ` as ${encoding}, as content-encoding says`}. Check what sends it.`,
        { param: 'content-encoding', cause },
      )
    })
    if (done) return Buffer.concat(chunks)
    length += value.length
    if (length > maxBytes) {
      await reader.cancel().catch(() => {})
      throw tooLarge(maxBytes)
    }
    chunks.push(value)
  }
}

function tooLarge(maxBytes: number): InvalidRequestError {
  return new InvalidRequestError(
    'body-too-large',
    `The request body is larger than the limit of ${maxBytes} bytes (server.bodyLimitBytes).`,
    { status: 413 },
  )
}
