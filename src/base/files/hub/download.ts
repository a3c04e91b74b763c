import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HubError, RouteLLMError } from '../../../errors.ts'
import { putInPlace } from '../atomic-file.ts'
import { downloadPolicy, fetchFile, retryFailures } from '../fetch-file.ts'
import {
  blobFile,
  cachedSnapshot,
  isFile,
  linkIntoSnapshot,
  type RepositoryCache,
  type RepositoryKind,
  recordRevision,
  snapshotFolder,
} from './cache-folder.ts'
import { isRetryableHubFailure, toHubError } from './hub-failure.ts'
import { authorisedFetch, type HubLibrary, loadHubLibrary } from './hub-library.ts'
import type { HubOptions } from './hub-options.ts'

export type SnapshotRequest = {
  readonly kind: RepositoryKind
  readonly id: string
  readonly revision: string
  readonly cache: RepositoryCache
  /** Alternatives: the first of which the hub has every file is downloaded. */
  readonly layouts: readonly (readonly string[])[]
  /** Downloaded too if the hub has them. */
  readonly optional: readonly string[]
}

/** Makes attempts at a piece of work; rejects with a `HubError` that says what to do. */
type Attempts = <T>(work: () => Promise<T>) => Promise<T>

/** What every call to the hub's library takes. */
type Repository = {
  readonly repo: { readonly type: RepositoryKind; readonly name: string }
  readonly hubUrl: string
  readonly revision: string
  readonly fetch: typeof fetch
}

/**
 * Downloads the files of one revision into the cache. Each is checked for its length and, if the hub gives it, its
 * SHA-256. A file appears only when it is complete, and the revision is recorded only when every file is there.
 *
 * The library's `snapshotDownload` and `downloadFile` are not used: they take every file of the repository, accept a
 * body that ends early, do not resume, and leave `.incomplete` files and a dangling ref behind when they fail.
 */
export async function downloadSnapshot(request: SnapshotRequest, options: HubOptions): Promise<string> {
  const { kind, id, revision, cache, layouts, optional } = request
  const library = await loadHubLibrary()
  const hubUrl = (options.endpoint ?? library.HUB_URL).replace(/\/+$/, '')
  const repository = { repo: { type: kind, name: id }, hubUrl, fetch: authorisedFetch(hubUrl, options) }
  const attempt: Attempts = (work) =>
    retryFailures(
      work,
      {
        isRetryable: isRetryableHubFailure,
        toError: async (error, tries) => {
          if (error instanceof RouteLLMError) return error
          const cached = (await cachedSnapshot(cache, revision, layouts)) !== undefined
          return toHubError(error, { kind, id, revision, hubUrl, tries, cached })
        },
      },
      downloadPolicy(options),
    )
  const { commit, files: listed } = await attempt(() => findCommit(library, { ...repository, revision }))
  const files = [
    ...chooseLayout(layouts, listed, request),
    ...optional.filter((file) => listed.includes(file)),
  ]
  const folder = snapshotFolder(cache, commit)
  for (const file of files) {
    if (!(await isFile(join(folder, file))))
      await downloadFile(library, { ...repository, revision: commit }, cache, file, attempt)
  }
  await recordRevision(cache, revision, commit)
  return folder
}

async function findCommit(
  library: HubLibrary,
  { repo, ...rest }: Repository,
): Promise<{ commit: string; files: readonly string[] }> {
  const { name } = repo
  const { sha, filePaths } =
    repo.type === 'model'
      ? await library.modelInfo({ name, additionalFields: ['sha', 'filePaths'], ...rest })
      : // The hub does not list a data set's files here.
        { ...(await library.datasetInfo({ name, additionalFields: ['sha'], ...rest })), filePaths: [] }
  return { commit: toPathSafe(sha, 'commit', rest.hubUrl), files: filePaths }
}

/** A mirror that lists no files is assumed to have the last layout, an upstream checkpoint. */
function chooseLayout(
  layouts: readonly (readonly string[])[],
  listed: readonly string[],
  { kind, id, revision }: SnapshotRequest,
): readonly string[] {
  const layout = layouts.find((files) => files.every((file) => listed.includes(file)))
  if (layout !== undefined) return layout
  const last = layouts.at(-1)
  if (listed.length === 0 && last !== undefined) return last
  const wanted = layouts.map((files) => files.join(' and ')).join(', or ')
  throw new HubError(
    'hub-file-missing',
    `${id} at revision ${revision} has no ${wanted}; it has ${listed.slice(0, 8).join(', ')}. ${checkHint[kind]}`,
  )
}

const checkHint = {
  model: 'Check the id: it must be that of a router or an encoder.',
  dataset: 'Check the path: it must be that of a file in the data set.',
} as const

async function downloadFile(
  library: HubLibrary,
  repository: Repository,
  cache: RepositoryCache,
  file: string,
  attempt: Attempts,
): Promise<void> {
  const { repo, revision: commit, hubUrl } = repository
  const announced = await attempt(() => library.fileDownloadInfo({ ...repository, path: file }))
  if (announced === null)
    throw new HubError(
      'hub-file-missing',
      `${repo.name} at revision ${commit} has no ${file} on ${hubUrl}. ${checkHint[repo.type]}`,
    )
  const { url, size: bytes } = announced
  const etag = toPathSafe(announced.etag.replace(/^W\//, '').replaceAll('"', ''), 'ETag', hubUrl)
  // The ETag of a large file is its SHA-256; that of a small one is a git hash, which has another length.
  const sha256 = /^[0-9a-f]{64}$/.test(etag) ? etag : undefined
  const target = blobFile(cache, etag)
  if (!(await isFile(target))) {
    await attempt(async () => {
      await mkdir(dirname(target), { recursive: true })
      await putInPlace(target, (temporary) =>
        attempt(() => fetchFile(temporary, { url, bytes, sha256 }, { fetch: repository.fetch })),
      )
    })
  }
  await linkIntoSnapshot(target, join(snapshotFolder(cache, commit), file))
}

/** Checks a name that the hub gives and that becomes part of a path, so that no file is written outside the cache. */
function toPathSafe(name: string, meaning: string, hubUrl: string): string {
  if (/^[A-Za-z0-9][\w-]*$/.test(name)) return name
  throw new HubError(
    'hub-reply-invalid',
    `${hubUrl} gave the ${meaning} ${JSON.stringify(name)}, which no hub does. Check the endpoint.`,
  )
}
