/**
 * Every error that this package throws on purpose.
 *
 * Each has a stable `code` (for programs), a message that says what happened, the offending value and what to
 * do about it (for people), and an HTTP `status` where it can reach a client of the server.
 */
export class RouteLLMError extends Error {
  /** Stable, kebab-case; never reused for another meaning. */
  readonly code: string
  /** The HTTP status to answer with when this error reaches the server's edge. */
  readonly status: number
  /** The request field or option at fault, where there is one (`model`, `messages[0].content`, `--port`). */
  readonly param: string | null

  constructor(code: string, message: string, options: ErrorDetails = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.status = options.status ?? 500
    this.param = options.param ?? null
  }
}

export type ErrorDetails = {
  readonly cause?: unknown
  readonly status?: number
  readonly param?: string
}

/** A request, flag or argument that the caller can correct. Answered with 400 unless said otherwise. */
export class InvalidRequestError extends RouteLLMError {
  constructor(code: string, message: string, options: ErrorDetails = {}) {
    super(code, message, { ...options, status: options.status ?? 400 })
  }
}

/** `routellm.yaml` or constructor options that do not fit together. `param` is the path of the key. */
export class ConfigError extends RouteLLMError {}

/** A router artifact or checkpoint folder that is missing, broken or of another version. */
export class ArtifactError extends RouteLLMError {}

/** A hub that cannot be reached, refuses, or cut a download. Nothing is left half-written. */
export class HubError extends RouteLLMError {}

/** A row of a data file that cannot be read; the message names file and line. */
export class DataError extends RouteLLMError {}

/** Embeddings that could not be had, or do not fit the router. */
export class EmbeddingError extends RouteLLMError {}

/** A router that could not score a prompt. The gateway answers with the strong model and says so. */
export class RouterError extends RouteLLMError {}

/** An upstream model that could not be reached or broke off. `status` is 502, or 504 after a time limit. */
export class UpstreamError extends RouteLLMError {
  constructor(code: string, message: string, options: ErrorDetails = {}) {
    super(code, message, { ...options, status: options.status ?? 502 })
  }
}

/** An optional package that is not installed; the message carries the command that installs it. */
export class MissingPackageError extends RouteLLMError {}
