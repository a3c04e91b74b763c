import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ArtifactError, ConfigError, HubError } from '../../../errors.ts'
import { cachedSnapshot, type RepositoryCache, repositoryCache } from './cache-folder.ts'
import { downloadSnapshot } from './download.ts'
import type { HubOptions } from './hub-options.ts'

/** Which files of a repository make a checkpoint. */
export type CheckpointFiles = {
  /** Alternative sets of files, in order of preference. */
  readonly layouts: readonly (readonly string[])[]
  /** Downloaded too if the repository has them. */
  readonly optional: readonly string[]
}

/** A router artifact, or else an upstream checkpoint. */
const routerFiles: CheckpointFiles = {
  layouts: [
    ['router.json', 'weights.safetensors'],
    ['config.json', 'model.safetensors'],
  ],
  optional: [],
}

/**
 * The local folder of a checkpoint: the folder itself, or the hub's model downloaded into the shared cache.
 *
 * A revision that is in the cache by its commit is used without a request to the hub. A folder on disk takes precedence
 * over a hub id of the same name.
 *
 * @param idOrFolder a folder, `owner/name` or `owner/name@revision`.
 * @param wanted the files to download, unless `options.files` names others.
 * @throws ArtifactError `checkpoint-not-found` if it is neither; HubError if the hub cannot deliver it, and then no
 *   incomplete file is left; MissingPackageError if `@huggingface/hub` is needed and not installed.
 */
export async function resolveCheckpoint(
  idOrFolder: string,
  options: HubOptions = {},
  wanted: CheckpointFiles = routerFiles,
): Promise<string> {
  const found = await stat(idOrFolder).catch(() => undefined)
  if (found?.isDirectory()) return idOrFolder
  if (found !== undefined)
    throw new ArtifactError(
      'checkpoint-not-found',
      `${idOrFolder} is a file. A checkpoint is the folder around it: name that folder.`,
    )
  const { id, revision } = parseHubId(idOrFolder, options.revision)
  const cache = repositoryCache(options.cacheFolder ?? defaultCacheFolder(), id)
  const { layouts, optional } =
    options.files === undefined ? wanted : { layouts: [options.files], optional: [] }
  if (options.offline === true) return offlineSnapshot(cache, id, revision, layouts)
  // Only the hub knows whether an optional file that is missing in the cache exists.
  const whole = layouts.map((files) => [...files, ...optional])
  const pinned = isCommit(revision) ? await cachedSnapshot(cache, revision, whole) : undefined
  return pinned ?? downloadSnapshot({ kind: 'model', id, revision, cache, layouts, optional }, options)
}

/** `owner/name` of a model or data set. */
export const hubIdPattern = /^[A-Za-z0-9][\w.-]*\/[\w.-]+$/
/** The name of a branch, tag or commit. */
export const hubRevisionPattern = /^[A-Za-z0-9][\w./-]*$/

function parseHubId(given: string, revisionOption?: string): { id: string; revision: string } {
  const [id = '', revisionInId, ...rest] = given.split('@')
  if (!hubIdPattern.test(id) || /\.\.|--/.test(id) || rest.length > 0)
    throw new ArtifactError(
      'checkpoint-not-found',
      `There is no folder ${given}, and it is not a hub id either (owner/name or owner/name@revision). Check the path.`,
    )
  if (revisionInId !== undefined && revisionOption !== undefined && revisionInId !== revisionOption)
    throw new ConfigError(
      'two-revisions',
      `${given} names the revision ${revisionInId}, and the revision option says ${revisionOption}. Give one of them.`,
      { param: '--revision' },
    )
  const revision = revisionInId ?? revisionOption ?? 'main'
  if (!hubRevisionPattern.test(revision) || revision.includes('..'))
    throw new ConfigError(
      'bad-revision',
      `The revision ${JSON.stringify(revision)} is not the name of a branch, tag or commit.`,
      { param: '--revision' },
    )
  return { id, revision }
}

export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision)
}

/** Throws `HubError` `hub-offline` if the files are not in the cache. */
export async function offlineSnapshot(
  cache: RepositoryCache,
  id: string,
  revision: string,
  layouts: readonly (readonly string[])[],
): Promise<string> {
  const snapshot = await cachedSnapshot(cache, revision, layouts)
  if (snapshot !== undefined) return snapshot
  throw new HubError(
    'hub-offline',
    `${id} at revision ${revision} is not in the cache (${cache.folder}), and offline mode allows no download. Run once online, or copy that folder from a machine that has it.`,
  )
}

export function defaultCacheFolder(): string {
  return join(homedir(), '.cache', 'huggingface', 'hub')
}
