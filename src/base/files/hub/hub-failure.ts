import { HubError, RouteLLMError } from '../../../errors.ts'
import { describeNetworkError } from '../../http/failure.ts'
import { isRetryableStatus } from '../../http/retry.ts'
import { DownloadError } from '../fetch-file.ts'
import type { RepositoryKind } from './cache-folder.ts'

/** The request that failed. */
export type HubAttempt = {
  readonly kind: RepositoryKind
  readonly id: string
  readonly revision: string
  readonly hubUrl: string
  readonly tries: number
  /** Whether the cache has this revision from an earlier download. */
  readonly cached: boolean
}

/**
 * Whether the next attempt may succeed: after a broken connection, a busy or failing server, and bytes that are not
 * those the hub announced (a proxy may have changed them); not after a refusal.
 */
export function isRetryableHubFailure(error: unknown): boolean {
  if (isFileError(error) || error instanceof RouteLLMError) return false
  const status = findStatus(error)
  return status === undefined || isRetryableStatus(status)
}

/** The last failure as an error that says what to do. */
export function toHubError(error: unknown, attempt: HubAttempt): HubError {
  const { kind, id, revision, hubUrl, tries, cached } = attempt
  const status = findStatus(error)
  const said = describeNetworkError(error)
  if (isFileError(error))
    return new HubError(
      'hub-cache-unwritable',
      `${id} could not be stored in the hub cache: ${said}. Free space or change the permissions there, or name another cache folder (HF_HUB_CACHE).`,
      { cause: error },
    )
  if (status === 404)
    return new HubError(
      'hub-not-found',
      `${hubUrl} has no ${kind === 'model' ? 'model' : 'data set'} ${id} with revision ${revision} (404: ${said}). Check the spelling of id and revision.`,
      { cause: error },
    )
  if (status === 401 || status === 403)
    return new HubError(
      'hub-unauthorised',
      `${hubUrl} refuses ${id} (${status}: ${said}). It does not exist, or it is private or gated: check the spelling, and give an access token that may read it (HF_TOKEN).`,
      { cause: error },
    )
  const times = tries === 1 ? '' : ` in ${tries} tries`
  const hint = cached
    ? 'An earlier download is in the cache: use it with offline mode (HF_HUB_OFFLINE=1).'
    : 'Check the connection and the endpoint (HF_ENDPOINT), or give the folder of a copy.'
  return new HubError(
    status === undefined ? 'hub-unreachable' : 'hub-failed',
    `${id} could not be downloaded from ${hubUrl}${times}: ${status === undefined ? '' : `${status}, `}${said}. No incomplete file is left. ${hint}`,
    { cause: error },
  )
}

/** A failure of the local disk. A failure of the network has no path. */
function isFileError(error: unknown): boolean {
  return (
    error instanceof Error &&
    'syscall' in error &&
    ('path' in error || 'dest' in error || error.syscall === 'write')
  )
}

/** The HTTP status, which the library's `HubApiError` has too. */
function findStatus(error: unknown): number | undefined {
  if (error instanceof DownloadError)
    return error.failure.kind === 'status' ? error.failure.status : undefined
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined
}
