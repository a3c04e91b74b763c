import type { Dispatcher } from 'undici'
import { UpstreamError } from '../../errors.ts'
import type { ReplySink } from '../provider.ts'
import { createContentDecoder } from './content-encoding.ts'
import { upstreamErrorOf } from './upstream-error.ts'

/** The upstream as errors name it. */
export type UpstreamFacts = {
  readonly name: string
  readonly origin: string
  /** From the request until the reply's end; 0: no limit. */
  readonly totalTimeoutMs: number
}

type Controller = Dispatcher.DispatchController
type HeaderValues = Record<string, string | string[] | undefined>

/** undici's handler for one request. Reports to the sink until the reply ends, fails or is aborted. */
export class ReplyHandler {
  readonly #upstream: UpstreamFacts
  readonly #sink: ReplySink
  readonly #totalTimer: NodeJS.Timeout | undefined
  #controller: Controller | null = null
  /** The sink, or what decodes for it. */
  #receiver: ReplySink
  #discardDecoded: (() => void) | null = null
  #headSeen = false
  #over = false

  constructor(upstream: UpstreamFacts, sink: ReplySink) {
    this.#upstream = upstream
    this.#sink = sink
    this.#receiver = sink
    const { totalTimeoutMs } = upstream
    this.#totalTimer =
      totalTimeoutMs > 0 ? setTimeout(() => this.#onTotalTimeout(), totalTimeoutMs) : undefined
  }

  abort(reason: Error = new UpstreamError('aborted', 'The request was aborted.')): void {
    this.#discardDecoded?.() // may still hold bytes of a reply that has come in whole
    if (this.#finish()) this.#controller?.abort(reason)
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller
    if (this.#over)
      controller.abort(new UpstreamError('aborted', 'The request was aborted before it was sent.'))
  }

  onResponseStart(controller: Controller, status: number, headers: HeaderValues): void {
    if (status < 200 || this.#over) return
    this.#headSeen = true
    if (headers['content-encoding'] !== undefined) this.#decode(headers)
    this.#receiver.onHead(status, singleValued(headers), () => controller.resume())
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (!this.#over && !this.#receiver.onData(chunk)) controller.pause()
  }

  onResponseEnd(): void {
    if (this.#finish()) this.#receiver.onEnd()
  }

  onResponseError(_controller: unknown, error: Error): void {
    const { name, origin } = this.#upstream
    if (this.#finish()) this.#receiver.onError(upstreamErrorOf(error, name, origin, this.#headSeen))
  }

  #finish(): boolean {
    if (this.#over) return false
    this.#over = true
    if (this.#totalTimer !== undefined) clearTimeout(this.#totalTimer)
    return true
  }

  #decode(headers: HeaderValues): void {
    const sink = this.#sink
    const decoder = createContentDecoder(headers['content-encoding'], {
      onHead: (status, plain, resume) => sink.onHead(status, plain, resume),
      onData: (chunk) => sink.onData(chunk),
      onEnd: () => sink.onEnd(),
      onError: (error) => {
        this.abort(error) // the upstream may still be sending what cannot be decoded
        sink.onError(error)
      },
    })
    if (decoder === null) return
    this.#receiver = decoder
    this.#discardDecoded = decoder.discard
    delete headers['content-encoding']
    delete headers['content-length']
  }

  #onTotalTimeout(): void {
    const { name, origin, totalTimeoutMs } = this.#upstream
    const message = `The upstream "${name}" (${origin}) did not finish within ${totalTimeoutMs} ms.`
    const error = new UpstreamError('upstream-timeout', message, { status: 504 })
    this.abort(error)
    this.#sink.onError(error)
  }
}

/** Headers that came more than once joined by commas, in the record itself: most replies have none. */
function singleValued(headers: HeaderValues): Readonly<Record<string, string>> {
  const single = headers as Record<string, string>
  for (const name in headers) {
    const value = headers[name]
    if (typeof value !== 'string') single[name] = value?.join(', ') ?? ''
  }
  return single
}
