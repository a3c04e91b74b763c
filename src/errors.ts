import type { ErrorCode, ForeignErrorCode } from './error-codes.ts'

/**
 * An error that this package throws on purpose.
 *
 * Programs read `code`, which is stable; people read the message, which says what happened, with which value, and what
 * to do. `status` is the HTTP status if the error reaches a client of the server.
 */
export class RouteLLMError extends Error {
  /** Stable, kebab-case; docs/errors.md lists all codes. Other packages throw codes that begin with `x-`. */
  readonly code: ErrorCode | ForeignErrorCode
  /** HTTP status. Default: 500. */
  readonly status: number
  /** The request field, option or flag at fault (`model`, `messages[0].content`, `--port`); null if there is none. */
  readonly param: string | null
  /** Seconds after which the same request can succeed, for the header `retry-after`; null if that is not known. */
  readonly retryAfterSeconds: number | null

  constructor(code: ErrorCode | ForeignErrorCode, message: string, options: ErrorDetails = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.status = options.status ?? 500
    this.param = options.param ?? null
    this.retryAfterSeconds = options.retryAfterSeconds ?? null
  }
}

export type ErrorDetails = {
  readonly cause?: unknown
  readonly status?: number
  readonly param?: string
  readonly retryAfterSeconds?: number
}

/** A request, flag or argument that the caller can correct. Default status: 400. */
export class InvalidRequestError extends RouteLLMError {
  constructor(code: ErrorCode | ForeignErrorCode, message: string, options: ErrorDetails = {}) {
    super(code, message, { ...options, status: options.status ?? 400 })
  }
}

/** `routellm.yaml` or constructor options are wrong or do not fit together. `param` is the path of the key. */
export class ConfigError extends RouteLLMError {}

/** A router artifact or checkpoint folder is missing, broken or of another version. */
export class ArtifactError extends RouteLLMError {}

/** A hub cannot be reached, refuses access, or ended a download early. Nothing is left half-written. */
export class HubError extends RouteLLMError {}

/** A row of a data file cannot be read. The message names file and line. */
export class DataError extends RouteLLMError {}

/** An embedder fails, or its embeddings do not fit the router. */
export class EmbeddingError extends RouteLLMError {}

/** A router cannot score a prompt. The gateway then answers with the strong model and reports the fallback. */
export class RouterError extends RouteLLMError {}

/** An upstream model cannot be reached, or its reply ends early. Default status: 502; 504 after a time limit. */
export class UpstreamError extends RouteLLMError {
  constructor(code: ErrorCode | ForeignErrorCode, message: string, options: ErrorDetails = {}) {
    super(code, message, { ...options, status: options.status ?? 502 })
  }
}

/** The store, or a file of it, cannot be opened, read or written. A gateway goes on without it. */
export class StoreError extends RouteLLMError {}

/** An optional package is not installed. The message names the command that installs it. */
export class MissingPackageError extends RouteLLMError {}
