import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { UpstreamError } from '../../errors.ts'
import type { ReplySink } from '../provider.ts'

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
}

/** Takes the raw reply, reports the decoded one. */
export type ContentDecoder = ReplySink & {
  /** Nothing more is reported. */
  discard(): void
}

/**
 * A decoder for that `content-encoding` which reports to `sink`. Null if the bytes pass through unchanged: they
 * are plain, or in an unknown encoding (or several), which the header names. The gateway requests plain bytes,
 * but some upstreams compress anyway.
 */
export function createContentDecoder(
  encoding: string | string[] | undefined,
  sink: ReplySink,
): ContentDecoder | null {
  if (typeof encoding !== 'string') return null
  const createDecoder = decoders[encoding.trim().toLowerCase()]
  return createDecoder === undefined ? null : decodeInto(createDecoder(), sink)
}

function decodeInto(decoder: Transform, sink: ReplySink): ContentDecoder {
  let resumeUpstream = () => {}
  let upstreamError: Error | null = null
  let over = false

  function finish(): boolean {
    if (over) return false
    over = true
    decoder.destroy()
    return true
  }

  decoder.on('data', (chunk: Buffer) => {
    if (!over && !sink.onData(chunk)) decoder.pause()
  })
  decoder.on('drain', () => resumeUpstream())
  decoder.on('end', () => {
    if (!finish()) return
    if (upstreamError === null) sink.onEnd()
    else sink.onError(upstreamError)
  })
  decoder.on('error', (cause) => {
    const message = 'The upstream sent a compressed reply that cannot be decompressed.'
    if (finish())
      sink.onError(upstreamError ?? new UpstreamError('upstream-bad-encoding', message, { cause }))
  })

  return {
    onHead(status, headers, resume) {
      resumeUpstream = resume
      sink.onHead(status, headers, () => decoder.resume())
    },
    onData: (chunk) => decoder.write(chunk),
    onEnd: () => decoder.end(),
    onError(error) {
      upstreamError = error // reported after the bytes before it are decoded
      decoder.end()
    },
    discard: finish,
  }
}
