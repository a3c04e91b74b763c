import { createHash } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { HubError, RouteLLMError } from '../../../errors.ts'
import { putInPlace } from '../atomic-file.ts'
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
import type { HubOptions } from './checkpoint.ts'
import { isWorthRetrying, unreachable } from './hub-failure.ts'
import { authorisedFetch, type HubLibrary, loadHubLibrary } from './hub-library.ts'

export type SnapshotRequest = {
  readonly kind: RepositoryKind
  readonly id: string
  readonly revision: string
  readonly cache: RepositoryCache
  /** The first of these of which the hub has every file is downloaded. */
  readonly layouts: readonly (readonly string[])[]
  /** Downloaded too, where the hub has them. */
  readonly optional: readonly string[]
}

/** What every call to the hub's library takes. */
type Repository = {
  readonly repo: { readonly type: RepositoryKind; readonly name: string }
  readonly hubUrl: string
  readonly revision: string
  readonly fetch: typeof fetch
}

/**
 * Downloads one revision's files into the cache, each checked for its length and, where the hub gives one, its
 * SHA-256. A file appears only when it is whole, and the revision is noted only when every file is there.
 *
 * The library's own `snapshotDownload` is not used: it takes every file of the repository, accepts a body that
 * ends early, and leaves `.incomplete` files and a dangling ref behind when it fails.
 */
export async function downloadSnapshot(request: SnapshotRequest, options: HubOptions): Promise<string> {
  const { kind, id, revision, cache, layouts, optional } = request
  const library = await loadHubLibrary()
  const hubUrl = (options.endpoint ?? library.HUB_URL).replace(/\/+$/, '')
  const repository = { repo: { type: kind, name: id }, hubUrl, fetch: authorisedFetch(hubUrl, options) }
  const attempt = <T>(work: () => Promise<T>) => withRetries(work, request, hubUrl, options)
  const { commit, files: listed } = await attempt(() => findCommit(library, { ...repository, revision }))
  const files = [
    ...chooseLayout(layouts, listed, request),
    ...optional.filter((file) => listed.includes(file)),
  ]
  const folder = snapshotFolder(cache, commit)
  for (const file of files) {
    if (!(await isFile(join(folder, file))))
      await attempt(() => downloadFile(library, { ...repository, revision: commit }, cache, commit, file))
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
  return { commit: pathSafe(sha, 'commit', rest.hubUrl), files: filePaths }
}

/** A mirror that lists no files is taken to hold an upstream checkpoint, the last layout; a missing file then says so. */
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
  commit: string,
  file: string,
): Promise<void> {
  const downloadInfo = await library.fileDownloadInfo({ ...repository, path: file })
  const blob = downloadInfo && (await library.downloadFile({ ...repository, path: file, downloadInfo }))
  if (downloadInfo === null || blob === null)
    throw new HubError(
      'hub-file-missing',
      `${repository.repo.name} at revision ${repository.revision} has no ${file} on ${repository.hubUrl}. ${checkHint[repository.repo.type]}`,
    )
  const etag = pathSafe(downloadInfo.etag.replace(/^W\//, '').replaceAll('"', ''), 'ETag', repository.hubUrl)
  const target = blobFile(cache, etag)
  if (!(await isFile(target))) {
    await mkdir(dirname(target), { recursive: true })
    await putInPlace(target, (temporary) =>
      writeWhole(blob, temporary, { file, etag, bytes: downloadInfo.size }),
    )
  }
  await linkIntoSnapshot(target, join(snapshotFolder(cache, commit), file))
}

type Expected = { readonly file: string; readonly etag: string; readonly bytes: number }

async function writeWhole(blob: Blob, path: string, expected: Expected): Promise<void> {
  const hash = createHash('sha256')
  let bytes = 0
  const handle = await open(path, 'wx')
  try {
    for await (const chunk of blob.stream()) {
      hash.update(chunk)
      bytes += chunk.length
      await handle.writeFile(chunk)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  if (bytes !== expected.bytes)
    throw new HubError('hub-download-cut', `${expected.file} ended after ${bytes} of ${expected.bytes} bytes`)
  // The ETag of a large file is its SHA-256; that of a small one is a git hash, which is of another length.
  if (/^[0-9a-f]{64}$/.test(expected.etag) && hash.digest('hex') !== expected.etag)
    throw new HubError('hub-download-cut', `the bytes of ${expected.file} are not those the hub announced`)
}

/** @throws what `unreachable` makes of the last failure: a `HubError` that says what to do. */
async function withRetries<T>(
  work: () => Promise<T>,
  request: SnapshotRequest,
  hubUrl: string,
  { retries = 2, retryDelayMs = 500 }: HubOptions,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof RouteLLMError && !isWorthRetrying(error)) throw error
      if (tries > retries || !isWorthRetrying(error)) {
        const cached = (await cachedSnapshot(request.cache, request.revision, request.layouts)) !== undefined
        throw unreachable(error, {
          kind: request.kind,
          id: request.id,
          revision: request.revision,
          hubUrl,
          tries,
          cached,
        })
      }
      await wait(retryDelayMs * 2 ** (tries - 1))
    }
  }
}

/** What the hub says becomes the name of a file: it must not lead out of the cache. */
function pathSafe(name: string, meaning: string, hubUrl: string): string {
  if (/^[A-Za-z0-9][\w-]*$/.test(name)) return name
  throw new HubError(
    'hub-reply-invalid',
    `${hubUrl} gave the ${meaning} ${JSON.stringify(name)}, which no hub does. Check the endpoint.`,
  )
}
