import type { HttpReply } from '../base/http/reply.ts'

/**
 * An endpoint that serves models: an OpenAI-compatible one, or the built-in demonstration.
 *
 * `call` and `stream` send the same request. `call` waits for the whole reply; `stream` passes bytes on as they arrive.
 * The gateway uses `stream` for every request, JSON replies included, and so holds no reply in memory.
 */
export type Provider = {
  /** The name under `providers:` in the configuration. */
  readonly name: string
  /**
   * The names of the gateway's protocols that it speaks, best first; requests in another one are translated. Absent:
   * `defaultProtocols`.
   */
  readonly protocols?: readonly string[]
  /** How its chat completions differ from OpenAI's, for translated requests. Absent: not at all. */
  readonly dialect?: 'compatible' | 'groq' | 'mistral' | 'openrouter'
  /** Fields of chat completions that it answers with an error, so that a client's own are not sent. Absent: none. */
  readonly refusedFields?: readonly RefusedField[]
  /** How often the gateway asks it again after a failure. Absent: never, because clients do. */
  readonly retries?: number
  /** Whether the client's own credential is sent to it. Absent: no. */
  readonly passThrough?: boolean
  /** The whole reply. Rejects with `UpstreamError` if none arrives, and with `signal.reason` if `signal` aborts. */
  call(request: ProviderRequest, signal?: AbortSignal): Promise<ProviderReply>
  /** Starts a request and reports to `sink`. Returns a function that aborts it and closes the upstream socket at once. */
  stream(request: ProviderRequest, sink: ReplySink): AbortRequest
  /** Closes idle connections and refuses new requests. Requests in flight finish. */
  close(): Promise<void>
}

/**
 * `stream_options` are left out; `max_tokens` are sent as `max_completion_tokens`, which OpenAI's reasoning models take
 * instead, and its other models too.
 */
export type RefusedField = 'stream_options' | 'max_tokens'

/** What a provider speaks that does not say: OpenAI's chat completions and the endpoints beside it. */
export const defaultProtocols: readonly string[] = ['chat-completions', 'pass-through']

/** A provider that sends requests over the network. */
export type NetworkedProvider = Provider & { readonly baseUrl: string }

export function isNetworkedProvider(provider: Provider): provider is NetworkedProvider {
  return 'baseUrl' in provider
}

/** A provider that reports the usage of an event stream if the request asks for it (`stream_options.include_usage`). */
export type UsageProvider = Provider & { readonly requestStreamUsage: boolean }

/** Whether the provider's streams report their usage on request, and the gateway is to request it. */
export function requestsStreamUsage(provider: Provider): boolean {
  return 'requestStreamUsage' in provider && provider.requestStreamUsage === true
}

export type ProviderRequest = {
  /** Below the base URL: `/chat/completions`, `/embeddings`. */
  readonly path: string
  /** Absent: a `POST` with a body. */
  readonly method?: 'GET' | 'DELETE' | 'POST'
  /** Without its question mark: `beta=true`. */
  readonly query?: string
  /** The upstream's name of the model, for a provider that has it in its paths. */
  readonly model?: string
  /** The JSON body, with the upstream's model name. It is sent unchanged. */
  readonly body: string | Uint8Array
  /** Extra headers, lower-case names. The provider adds its own key, content type and accept headers. */
  readonly headers?: Readonly<Record<string, string>>
}

export type ProviderReply = HttpReply

/**
 * Receives a reply: `onHead` once, `onData` any number of times, then `onEnd` or `onError` once. `onError` can be
 * called at any point and is the last call. After an abort by the caller nothing more is reported.
 */
export type ReplySink = {
  /** @param resume continues the upstream after `onData` returned false. */
  onHead(status: number, headers: Readonly<Record<string, string>>, resume: () => void): void
  /** Bytes as they arrived, with the content encoding removed. Returns false to pause the upstream (back-pressure). */
  onData(chunk: Uint8Array): boolean
  onEnd(): void
  /** An `UpstreamError`: no connection, a broken reply or a time limit. */
  onError(error: Error): void
}

export type AbortRequest = (reason?: Error) => void
