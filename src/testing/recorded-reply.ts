import type { AbortRequest, Provider, ProviderRequest, ReplySink } from '../providers/provider.ts'

/** What a provider reported of one streamed request, and control over it. */
export type RecordedReply = {
  /** Calls in order: `head`, `data`, `end`, `error`. */
  readonly calls: string[]
  readonly chunks: Uint8Array[]
  status: number
  headers: Readonly<Record<string, string>>
  error: Error | undefined
  /** Tells the provider to go on after a pause. */
  resume: () => void
  readonly abort: AbortRequest
  /** Settles at the next `onData` with the reply so far, or at the end if no more data arrives. */
  nextData(): Promise<void>
  /** Settles at `onEnd` or `onError`. */
  readonly finished: Promise<void>
}

/**
 * Streams one request into memory.
 *
 * @param wantsMore what `onData` answers to the chunk of this index; false pauses the provider.
 */
export function recordReply(
  provider: Provider,
  request: ProviderRequest,
  wantsMore: (index: number) => boolean = () => true,
): RecordedReply {
  const finish = deferred()
  let data = deferred()
  const sink: ReplySink = {
    onHead(status, headers, resume) {
      reply.calls.push('head')
      Object.assign(reply, { status, headers, resume })
    },
    onData(chunk) {
      reply.calls.push('data')
      const more = wantsMore(reply.chunks.push(Uint8Array.from(chunk)) - 1)
      data.settle()
      data = deferred()
      return more
    },
    onEnd() {
      reply.calls.push('end')
      data.settle()
      finish.settle()
    },
    onError(error) {
      reply.calls.push('error')
      reply.error = error
      data.settle()
      finish.settle()
    },
  }
  const reply: RecordedReply = {
    calls: [],
    chunks: [],
    status: 0,
    headers: {},
    error: undefined,
    resume: () => undefined,
    abort: (reason) => abort(reason),
    nextData: () => data.promise,
    finished: finish.promise,
  }
  const abort = provider.stream(request, sink)
  return reply
}

export function textOf(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString('utf8')
}

function deferred(): { readonly promise: Promise<void>; readonly settle: () => void } {
  let settle: () => void = () => undefined
  const promise = new Promise<void>((resolve) => {
    settle = resolve
  })
  return { promise, settle }
}
