import { HubError } from '../../../errors.ts'
import type { RepositoryKind } from './cache-folder.ts'

/** What was asked for when the hub failed. */
export type HubAttempt = {
  readonly kind: RepositoryKind
  readonly id: string
  readonly revision: string
  readonly hubUrl: string
  readonly tries: number
  /** Whether the revision as it was at an earlier download is in the cache. */
  readonly cached: boolean
}

/** Whether the next try may go better: a broken connection, a busy or failing server; not a refusal. */
export function isWorthRetrying(error: unknown): boolean {
  if (isFileError(error)) return false
  if (error instanceof HubError) return error.code === 'hub-download-cut'
  const status = statusOf(error)
  return status === undefined || status === 408 || status === 429 || status >= 500
}

/** The last failure as an error that says what to do. */
export function unreachable(error: unknown, attempt: HubAttempt): HubError {
  const { kind, id, revision, hubUrl, tries, cached } = attempt
  const status = statusOf(error)
  const said = wordsOf(error)
  if (isFileError(error))
    return new HubError(
      'hub-cache-unwritable',
      `${id} could not be stored in the hub cache: ${said}. Free space or mend the permissions there, or name another cache folder (HF_HUB_CACHE).`,
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
    `${id} could not be downloaded from ${hubUrl}${times}: ${status === undefined ? '' : `${status}, `}${said}. Nothing half-written is left. ${hint}`,
    { cause: error },
  )
}

/** A failure of this machine's disk; one of the network has no path. */
function isFileError(error: unknown): boolean {
  return (
    error instanceof Error &&
    'syscall' in error &&
    ('path' in error || 'dest' in error || error.syscall === 'write')
  )
}

/** The library's `HubApiError` carries the HTTP status. */
function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined
}

/** `fetch failed` says nothing; its cause does. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? ` (${error.cause.message || error.cause.name})` : ''
  return `${error.message}${cause}`.replace(/\.$/, '')
}
