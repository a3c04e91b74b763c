import { mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HubError } from '../../errors.ts'
import { mapConcurrently } from '../concurrency/limiter.ts'
import { putInPlace } from './atomic-file.ts'
import { DownloadError, downloadPolicy, fetchFile, isRetryableDownload, retryFailures } from './fetch-file.ts'
import { readFileFacts } from './file-digest.ts'

/** A file whose content is known in advance. */
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
  /** Further attempts after a broken download. Default: 2. */
  readonly retries?: number
  /** Wait before the first of them; doubles with each. Default: 500. */
  readonly retryDelayMs?: number
  /** A connection that brings no byte for this long is closed. Default: 30,000. */
  readonly idleTimeoutMs?: number
}

export type DownloadReport = { readonly downloaded: number; readonly alreadyThere: number }

const filesAtOnce = 4

/**
 * Downloads files with known hashes. A file appears in its place only if its hash is right. A file that is there with
 * the right hash is not requested again, so a run that was stopped continues where it was; a file with another hash is
 * replaced.
 *
 * @throws HubError `download-hash` if a server gives other bytes, `download-refused` for an HTTP status that will not
 *   change, `download-failed` after the last attempt. Complete files stay; incomplete ones are removed.
 */
export async function downloadVerified(options: VerifiedDownloadOptions): Promise<DownloadReport> {
  const { files, folder, onFile } = options
  let downloaded = 0
  let alreadyThere = 0
  const ensure = async (file: KnownFile, signal: AbortSignal) => {
    if (await isInPlace(folder, file)) alreadyThere++
    else {
      await downloadFile(file, options, signal)
      downloaded++
    }
    onFile?.(downloaded + alreadyThere)
  }
  await mapConcurrently(files, filesAtOnce, ensure, options.signal)
  return { downloaded, alreadyThere }
}

async function isInPlace(folder: string, { path, bytes, sha256 }: KnownFile): Promise<boolean> {
  const file = join(folder, path)
  const present = await stat(file).catch(() => undefined)
  if (present?.isFile() !== true || present.size !== bytes) return false
  return (await readFileFacts(file)).sha256 === sha256
}

async function downloadFile(
  { path, bytes, sha256 }: KnownFile,
  options: VerifiedDownloadOptions,
  signal: AbortSignal,
): Promise<void> {
  const url = `${options.baseUrl.replace(/\/+$/, '')}/${path}`
  const file = join(options.folder, path)
  await mkdir(dirname(file), { recursive: true })
  await putInPlace(file, (temporary) =>
    retryFailures(
      () => fetchFile(temporary, { url, bytes, sha256 }, { ...options, signal }),
      {
        isRetryable: (error) => error instanceof DownloadError && isRetryableDownload(error),
        toError: (error, tries) => (error instanceof DownloadError ? toHubError(url, error, tries) : error),
      },
      downloadPolicy(options),
      signal,
    ),
  )
}

function toHubError(url: string, error: DownloadError, tries: number): HubError {
  const { failure, message } = error
  if (failure.kind === 'other-bytes')
    return new HubError(
      'download-hash',
      `${url} gives ${message}. The file is not the one that published results were measured on, and was not kept. Give the base URL of the original.`,
      { cause: error },
    )
  if (failure.kind === 'status' && !isRetryableDownload(error))
    return new HubError(
      'download-refused',
      `${url} answers with status ${failure.status}. Check --base-url: it has to be the root of a copy of the repository.`,
      { cause: error },
    )
  return new HubError(
    'download-failed',
    `${url} could not be downloaded in ${tries} tries (${message}). Complete files stay: run the same command again, or give another --base-url.`,
    { cause: error },
  )
}
