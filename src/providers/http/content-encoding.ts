import type { Transform } from 'node:stream'
import {
  type CreateDecoder,
  createContentDecoders,
  parseEncodings,
} from '../../base/http/content-decoders.ts'
import { UpstreamError } from '../../errors.ts'
import type { ReplySink } from '../provider.ts'

const decoders = createContentDecoders()
/** Encodings of one reply, one in the other. */
const mostEncodings = 3

/** Takes the raw reply, reports the decoded one. */
export type ContentDecoder = ReplySink & {
  /** Nothing more is reported. */
  discard(): void
}

/** As `createContentDecoder`. */
export type CreateContentDecoder = typeof createContentDecoder

/**
 * A decoder for that `content-encoding` which reports to `sink`. Null if the bytes pass through unchanged: they
 * are plain, or in an encoding that Node does not have, which the header names. The gateway requests plain bytes,
 * but some upstreams compress anyway, and some do so twice.
 */
export function createContentDecoder(
  encoding: string | string[] | undefined,
  sink: ReplySink,
): ContentDecoder | null {
  const names = parseEncodings(encoding)
  const creators = names.map((name) => decoders.get(name)).filter((create) => create !== undefined)
  if (names.length === 0 || creators.length < names.length || names.length > mostEncodings) return null
  // The encoding that was applied last is named last and removed first.
  const chain: ContentDecoder[] = []
  for (const create of creators) chain.push(decodeInto(create, chain.at(-1) ?? sink))
  const outermost = chain.at(-1)!
  return {
    ...outermost,
    discard() {
      for (const decoder of chain) decoder.discard()
    },
  }
}

function decodeInto(create: CreateDecoder, sink: ReplySink): ContentDecoder {
  let decoder: Transform | null = null
  let resumeUpstream = () => {}
  let upstreamError: Error | null = null
  let over = false

  function finish(): boolean {
    if (over) return false
    over = true
    decoder?.destroy()
    return true
  }

  function end(): void {
    if (!finish()) return
    if (upstreamError === null) sink.onEnd()
    else sink.onError(upstreamError)
  }

  function start(firstByte: number): Transform {
    const started = create(firstByte)
    started.on('data', (chunk: Buffer) => {
      if (!over && !sink.onData(chunk)) started.pause()
    })
    started.on('drain', () => resumeUpstream())
    started.on('end', end)
    started.on('error', (cause) => {
      const message = 'The upstream sent a compressed reply that cannot be decompressed.'
      if (finish())
        sink.onError(upstreamError ?? new UpstreamError('upstream-bad-encoding', message, { cause }))
    })
    return started
  }

  return {
    onHead(status, headers, resume) {
      resumeUpstream = resume
      sink.onHead(status, headers, () => decoder?.resume())
    },
    onData(chunk) {
      if (over || chunk[0] === undefined) return true
      decoder ??= start(chunk[0])
      return decoder.write(chunk)
    },
    onEnd() {
      if (decoder === null) end()
      else decoder.end()
    },
    onError(error) {
      upstreamError = error // reported after the bytes before it are decoded
      if (decoder === null) end()
      else decoder.end()
    },
    discard: finish,
  }
}
