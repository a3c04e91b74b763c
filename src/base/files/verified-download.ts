import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { HubError } from '../../errors.ts'

/** A file that is known beforehand, byte for byte. */
export type KnownFile = {
  /** Below the base URL, and below the folder. */
  readonly path: string
  readonly bytes: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
}

export type VerifiedDownloadOptions = {
  readonly baseUrl: string
  readonly folder: string
  readonly files: readonly KnownFile[]
  readonly signal?: AbortSignal
  readonly fetch?: typeof fetch
  /** Called with the number of files that are in place. */
  readonly onFile?: (done: number) => void
  /** Times that a broken download is tried again. 2 unless told. */
  readonly retries?: number
  /** Before the first retry; doubles with each. 500 unless told. */
  readonly retryDelayMs?: number
  /** A connection that brings nothing for so long is given up. 30,000 unless told. */
  readonly idleTimeoutMs?: number
}

export type DownloadReport = { readonly downloaded: number; readonly alreadyThere: number }

const atOnce = 4

/**
 * Downloads files whose hashes are known. A file stands in its place only when its hash is right; one that is there
 * already with the right hash is not asked for again, so that a run that was stopped goes on where it was.
 * A file with another hash is replaced.
 *
 * @throws HubError `download-hash` where a server gives other bytes, `download-refused` for an HTTP status that will
 *   not change, `download-failed` after the last try. What was downloaded before stays; nothing half-written is left.
 */
export async function downloadVerified(options: VerifiedDownloadOptions): Promise<DownloadReport> {
  const { files, folder, onFile } = options
  const stopped = new AbortController()
  const signal = AbortSignal.any([stopped.signal, ...(options.signal === undefined ? [] : [options.signal])])
  const waiting = [...files]
  let downloaded = 0
  let alreadyThere = 0
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      signal.throwIfAborted()
      if (await isInPlace(folder, file)) alreadyThere++
      else {
        await downloadFile(file, { ...options, signal })
        downloaded++
      }
      onFile?.(downloaded + alreadyThere)
    }
  }
  const workers = Array.from({ length: atOnce }, () =>
    worker().catch((error: unknown) => {
      stopped.abort(error)
      throw error
    }),
  )
  await Promise.allSettled(workers)
  options.signal?.throwIfAborted()
  await Promise.all(workers)
  return { downloaded, alreadyThere }
}

async function isInPlace(folder: string, { path, bytes, sha256 }: KnownFile): Promise<boolean> {
  const present = await readFile(join(folder, path)).catch(() => undefined)
  return present !== undefined && present.length === bytes && sha256Of(present) === sha256
}

type Signalled = VerifiedDownloadOptions & { readonly signal: AbortSignal }

async function downloadFile(file: KnownFile, options: Signalled): Promise<void> {
  const { folder, baseUrl, signal, retries = 2, retryDelayMs = 500 } = options
  const url = `${baseUrl.replace(/\/+$/, '')}/${file.path}`
  for (let tries = 1; ; tries++) {
    try {
      await putInPlace(join(folder, file.path), await verifiedBytes(url, file, options))
      return
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof HubError || isDiskError(error)) throw error
      if (tries > retries)
        throw new HubError(
          'download-failed',
          `${url} could not be downloaded in ${tries} tries (${wordsOf(error)}). What is there already stays: run the same command again, or give another --base-url.`,
          { cause: error },
        )
      await wait(retryDelayMs * 2 ** (tries - 1), undefined, { signal })
    }
  }
}

async function verifiedBytes(url: string, { bytes, sha256 }: KnownFile, options: Signalled): Promise<Buffer> {
  const { fetch: request = fetch, signal, idleTimeoutMs = 30_000 } = options
  const idle = new AbortController()
  const giveUp = () => idle.abort(new Error(`nothing came for ${idleTimeoutMs} ms`))
  const timer = setTimeout(giveUp, idleTimeoutMs)
  try {
    const response = await request(url, { signal: AbortSignal.any([signal, idle.signal]) })
    if (!response.ok || response.body === null) throw refusal(url, response.status)
    const chunks: Uint8Array[] = []
    let length = 0
    for await (const chunk of response.body) {
      timer.refresh()
      chunks.push(chunk)
      length += chunk.length
      if (length > bytes) throw otherBytes(url, `more than ${bytes} bytes`)
    }
    const whole = Buffer.concat(chunks)
    // A body that ends early may be a connection that was cut: that is worth another try.
    if (length < bytes) throw new Error(`it ended after ${length} of ${bytes} bytes`)
    const found = sha256Of(whole)
    if (found !== sha256) throw otherBytes(url, `bytes with the SHA-256 ${found} instead of ${sha256}`)
    return whole
  } finally {
    clearTimeout(timer)
  }
}

/** A busy or failing server is an ordinary error, which is tried again. */
function refusal(url: string, status: number): Error {
  if (status === 408 || status === 429 || status >= 500) return new Error(`status ${status}`)
  return new HubError(
    'download-refused',
    `${url} answers with status ${status}. Check --base-url: it has to be the root of a copy of the repository.`,
  )
}

function otherBytes(url: string, what: string): HubError {
  return new HubError(
    'download-hash',
    `${url} gives ${what}. The file is not the one that published results were measured on, and was not kept. Give the base URL of the original.`,
  )
}

async function putInPlace(file: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const partial = `${file}.${randomUUID()}.partial`
  try {
    await writeFile(partial, bytes)
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

function isDiskError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'path' in error
}

/** `fetch failed` says nothing; its cause does. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? `: ${error.cause.message || error.cause.name}` : ''
  return `${error.message}${cause}`
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
