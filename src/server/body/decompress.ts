import { type Readable, Transform } from 'node:stream'
import type { preParsingHookHandler } from 'fastify'
import { type CreateDecoder, createContentDecoders } from '../../base/http/content-decoders.ts'
import { toDisplayText } from '../../base/text/display.ts'
import { InvalidRequestError } from '../../errors.ts'

/**
 * A hook that decompresses the body of a request while it is read. A small body that decompresses to an enormous one is
 * given up at the limit of the route. A body without `content-encoding` is not touched.
 *
 * InvalidRequestError `unsupported-encoding` (415), `body-too-large` (413), `bad-encoding` (400).
 */
export function createDecompression(decoders = createContentDecoders()): preParsingHookHandler {
  return (request, reply, payload, next) => {
    const encoding = request.headers['content-encoding']
    if (encoding === undefined || /^\s*(?:identity\s*)?$/i.test(encoding)) {
      next(null, payload)
      return
    }
    const createDecoder = decoders.get(encoding.trim().toLowerCase())
    if (createDecoder === undefined) {
      reply.header('accept-encoding', [...decoders.keys()].join(', '))
      next(unsupportedEncoding(encoding, [...decoders.keys()]))
      return
    }
    const decoded = decompress(payload as Readable, {
      createDecoder,
      encoding: toDisplayText(encoding),
      maxBytes: request.routeOptions.bodyLimit ?? Number.POSITIVE_INFINITY,
    })
    // Fastify compares the length of what came with `content-length`, which Node's parser has done.
    const length = Number(request.headers['content-length'] ?? 0)
    next(null, Object.assign(decoded, { receivedEncodedLength: length }))
  }
}

type Decompression = {
  readonly createDecoder: CreateDecoder
  /** For messages. */
  readonly encoding: string
  /** Of the decompressed body. */
  readonly maxBytes: number
}

function decompress(source: Readable, { createDecoder, encoding, maxBytes }: Decompression): Readable {
  let bytes = 0
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes <= maxBytes) done(null, chunk)
      else done(tooLarge(encoding, maxBytes))
    },
  })
  let decoder: Transform | null = null
  source.once('readable', () => {
    const first: Buffer | null = source.read()
    if (first === null || first[0] === undefined) {
      limited.end()
      return
    }
    source.unshift(first)
    decoder = createDecoder(first[0])
    decoder.on('error', (cause) => limited.destroy(badEncoding(encoding, cause)))
    source.pipe(decoder).pipe(limited)
  })
  source.once('error', (error) => limited.destroy(error))
  // Whoever reads the body stops listening at the first error.
  limited.on('error', () => {})
  limited.once('close', () => {
    source.unpipe()
    decoder?.destroy()
    source.resume() // the rest is discarded, so that the client can read the answer
  })
  return limited
}

function unsupportedEncoding(encoding: string, known: readonly string[]): InvalidRequestError {
  const isZstd = encoding.trim().toLowerCase() === 'zstd'
  const advice = isZstd ? 'It is decoded under Node.js 24 and later. ' : ''
  return new InvalidRequestError(
    'unsupported-encoding',
    `The request body has the content encoding ${JSON.stringify(toDisplayText(encoding))}, which is not decoded here. ${advice}Send it as it is, or in one of: ${known.join(', ')}.`,
    { status: 415, param: 'content-encoding' },
  )
}

function tooLarge(encoding: string, maxBytes: number): InvalidRequestError {
  return new InvalidRequestError(
    'body-too-large',
    `The request body (${encoding}) decompresses to more than the limit of ${maxBytes} bytes (server.bodyLimitBytes).`,
    { status: 413 },
  )
}

function badEncoding(encoding: string, cause: Error): InvalidRequestError {
  return new InvalidRequestError(
    'bad-encoding',
    `The request body is not ${encoding}, as content-encoding says, or it ends early (${cause.message}). Check what compresses it.`,
    { param: 'content-encoding', cause },
  )
}
