/**
 * Somewhere that models answer: an OpenAI-compatible endpoint, or the built-in demonstration.
 *
 * Both verbs carry the same request; `call` waits for the whole reply, `stream` hands bytes on as they come.
 * The gateway uses `stream` for every client request, JSON replies included, so that nothing is held in memory.
 */
export type Provider = {
  /** The name under `providers:` in the configuration. */
  readonly name: string
  /** The whole reply. Rejects with `UpstreamError` where none arrives, with `signal.reason` once `signal` aborts. */
  call(request: ProviderRequest, signal?: AbortSignal): Promise<ProviderReply>
  /** Starts a request and reports to `sink`. Returns what aborts it: the upstream socket closes at once. */
  stream(request: ProviderRequest, sink: ReplySink): AbortRequest
  /** Closes idle connections and refuses new requests; requests in flight finish. */
  close(): Promise<void>
}

export type ProviderRequest = {
  /** Below the base URL: `/chat/completions`, `/embeddings`. */
  readonly path: string
  /** The JSON body, with the upstream's own model name in it; sent as it is. */
  readonly body: string | Uint8Array
  /** Extra headers, lower-case names. The provider adds its own key, content type and accept headers. */
  readonly headers?: Readonly<Record<string, string>>
}

export type ProviderReply = {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/**
 * Receives a reply: `onHead` once, `onData` any number of times, then `onEnd` or `onError` once. `onError` may
 * come at any point and is the last call. After an abort by the caller nothing more is reported.
 */
export type ReplySink = {
  /** @param resume call it when ready for more after `onData` returned false. */
  onHead(status: number, headers: Readonly<Record<string, string>>, resume: () => void): void
  /** Bytes as they came, content encoding already removed. Returns false to pause the upstream (back-pressure). */
  onData(chunk: Uint8Array): boolean
  onEnd(): void
  /** An `UpstreamError`: could not connect, broke off, timed out. */
  onError(error: Error): void
}

export type AbortRequest = (reason?: Error) => void
