import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rm, stat } from 'node:fs/promises'
import { describeNetworkError } from '../http/failure.ts'
import { isRetryableStatus, type RetryPolicy, withRetries } from '../http/retry.ts'

/** A file at a URL, as it must be. */
export type RemoteFile = {
  readonly url: string
  readonly bytes: number
  /** Lower-case hexadecimal; undefined if the server does not give it. */
  readonly sha256: string | undefined
}

export type FetchFileOptions = {
  readonly fetch?: typeof fetch
  readonly signal?: AbortSignal | undefined
  /** A connection that brings no byte for this long is closed. Default: 30,000. */
  readonly idleTimeoutMs?: number
}

/** Why a download failed: an HTTP status, a connection that ended early, or other bytes than expected. */
export type DownloadFailure =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'other-bytes' }

export class DownloadError extends Error {
  readonly failure: DownloadFailure

  constructor(failure: DownloadFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'DownloadError'
    this.failure = failure
  }
}

/** Whether the next attempt may succeed. Other bytes count as final: the server has another file. */
export function isRetryableDownload({ failure }: DownloadError): boolean {
  return failure.kind === 'cut' || (failure.kind === 'status' && isRetryableStatus(failure.status))
}

/** How often downloads are tried, with the defaults of their public options. */
export function downloadPolicy(options: { retries?: number; retryDelayMs?: number }): RetryPolicy {
  return {
    retries: options.retries ?? 2,
    firstRetryDelayMs: options.retryDelayMs ?? 500,
    maxRetryDelayMs: 30_000,
    // A connection that breaks after an hour is worth another attempt.
    maxTotalMs: Number.POSITIVE_INFINITY,
  }
}

/**
 * What `work` resolves to, trying again as long as `isRetryable` says so.
 *
 * @throws what `toError` makes of the last failure; `signal.reason` if `signal` aborts.
 */
export async function retryFailures<Result>(
  work: () => Promise<Result>,
  handling: {
    isRetryable(error: unknown): boolean
    toError(error: unknown, tries: number): unknown
  },
  policy: RetryPolicy,
  signal?: AbortSignal,
): Promise<Result> {
  type Outcome = { readonly value: Result } | { readonly error: unknown; readonly tries: number }
  const outcome = await withRetries<Outcome>(
    async (tries) => {
      try {
        return { kind: 'final', result: { value: await work() } }
      } catch (error) {
        signal?.throwIfAborted()
        return { kind: handling.isRetryable(error) ? 'retryable' : 'final', result: { error, tries } }
      }
    },
    policy,
    signal,
  )
  if ('value' in outcome) return outcome.value
  throw await handling.toError(outcome.error, outcome.tries)
}

/**
 * Downloads a file to `path` once, and checks its length and hash. Bytes that are at `path` from a connection that broke
 * are kept, and the next call asks for the rest only (RFC 9110, 14.2). After any other failure `path` does not exist.
 *
 * @throws DownloadError; the errors of the disk; `signal.reason`.
 */
export async function fetchFile(
  path: string,
  file: RemoteFile,
  options: FetchFileOptions = {},
): Promise<void> {
  try {
    await fetchRest(path, file, options)
  } catch (error) {
    const isCut = error instanceof DownloadError && error.failure.kind === 'cut'
    if (!isCut) await rm(path, { force: true })
    throw error
  }
}

async function fetchRest(path: string, file: RemoteFile, options: FetchFileOptions): Promise<void> {
  const { fetch: send = fetch, signal, idleTimeoutMs = 30_000 } = options
  const present = (await stat(path).catch(() => undefined))?.size ?? 0
  signal?.throwIfAborted()
  const stop = new AbortController()
  const timer = setTimeout(
    () => stop.abort(new Error(`no byte arrived for ${idleTimeoutMs} ms`)),
    idleTimeoutMs,
  )
  const onAbort = () => stop.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort)
  try {
    const begun = present > 0 && present < file.bytes
    const headers: Record<string, string> = begun ? { range: `bytes=${present}-` } : {}
    const response = await cutIfBroken(() => send(file.url, { headers, signal: stop.signal }), signal)
    if (!response.ok || response.body === null)
      throw new DownloadError({ kind: 'status', status: response.status }, `status ${response.status}`)
    const continues =
      begun &&
      response.status === 206 &&
      response.headers.get('content-range') === `bytes ${present}-${file.bytes - 1}/${file.bytes}`
    const hash = createHash('sha256')
    if (continues) await addFile(hash, path)
    await writeBody(response.body, path, continues ? present : 0, file, hash, {
      onChunk: () => timer.refresh(),
      stop: stop.signal,
      signal,
    })
  } finally {
    signal?.removeEventListener('abort', onAbort)
    clearTimeout(timer)
  }
}

type BodyHooks = {
  readonly onChunk: () => void
  /** Ends the download: the caller's signal, or the time limit. */
  readonly stop: AbortSignal
  readonly signal: AbortSignal | undefined
}

async function writeBody(
  body: ReadableStream<Uint8Array>,
  path: string,
  from: number,
  { bytes, sha256 }: RemoteFile,
  hash: Hash,
  { onChunk, stop, signal }: BodyHooks,
): Promise<void> {
  const reader = body.getReader()
  const stopped = rejectOnAbort(stop)
  // A read that waits for a chunk gets it even if the connection breaks next; a chunk that waits for a read is lost.
  const readAhead = () => {
    const read = Promise.race([reader.read(), stopped])
    read.catch(() => undefined)
    return read
  }
  let next = readAhead()
  const handle = await open(path, from > 0 ? 'a' : 'w').catch((error) => {
    reader.cancel().catch(() => undefined)
    throw error
  })
  let length = from
  try {
    for (;;) {
      const { done, value } = await cutIfBroken(() => next, signal)
      if (done) break
      onChunk()
      next = readAhead()
      length += value.length
      if (length > bytes) throw new DownloadError({ kind: 'other-bytes' }, `more than ${bytes} bytes`)
      hash.update(value)
      await handle.writeFile(value)
    }
    await handle.sync()
  } finally {
    reader.cancel().catch(() => undefined)
    await handle.close()
  }
  if (length < bytes) {
    // An orderly end may be a proxy's, and the rest may be of another version: the next attempt begins anew.
    await rm(path)
    throw new DownloadError({ kind: 'cut' }, `it ended after ${length} of ${bytes} bytes`)
  }
  const found = hash.digest('hex')
  if (sha256 !== undefined && found !== sha256)
    throw new DownloadError({ kind: 'other-bytes' }, `bytes with the SHA-256 ${found} instead of ${sha256}`)
}

async function cutIfBroken<Result>(
  work: () => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    signal?.throwIfAborted()
    throw new DownloadError({ kind: 'cut' }, describeNetworkError(error), error)
  }
}

/** A read of a body that is aborted between two chunks may never settle in Node 20, so it is raced with this. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const rejected = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  rejected.catch(() => undefined)
  return rejected
}

async function addFile(hash: Hash, path: string): Promise<void> {
  for await (const chunk of createReadStream(path)) hash.update(chunk)
}
