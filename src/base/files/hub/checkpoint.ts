import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ArtifactError, ConfigError, HubError } from '../../../errors.ts'
import { cachedSnapshot, type RepositoryCache, repositoryCache } from './cache-folder.ts'
import { downloadSnapshot } from './download.ts'

/** How to reach a hub. Nothing is read from the environment here; the command line maps its variables to these. */
export type HubOptions = {
  /** Branch, tag or commit; `owner/name@revision` says the same. `main` by default. */
  readonly revision?: string
  /** `https://huggingface.co` by default; a mirror, or a server of one's own. */
  readonly endpoint?: string
  /** The hub cache that is shared with other tools. `~/.cache/huggingface/hub` by default. */
  readonly cacheFolder?: string
  /** Use what is in the cache and no network. */
  readonly offline?: boolean
  /** Access token for private and gated models. Sent to `endpoint` only. */
  readonly token?: string
  /** The files that are needed. By default those of a router artifact or else of an upstream checkpoint. */
  readonly files?: readonly string[]
  readonly fetch?: typeof fetch
  /** Times that a broken download is tried again. 2 by default. */
  readonly retries?: number
  /** Before the first retry; doubles with each. 500 by default. */
  readonly retryDelayMs?: number
}

/** Which files of a repository make a checkpoint. */
export type CheckpointFiles = {
  /** File sets that a model on the hub is looked through for, in this order. */
  readonly layouts: readonly (readonly string[])[]
  /** Taken along where the repository has them. */
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
 * A revision that is in the cache by its commit is used without asking the hub. A folder on disk goes before a
 * hub id of the same name.
 *
 * @param idOrFolder a folder, `owner/name` or `owner/name@revision`.
 * @param wanted the files of it that are downloaded, unless `options.files` says.
 * @throws ArtifactError `checkpoint-not-found` where it is neither; HubError where the hub cannot deliver it: then
 *   nothing half-written is left; MissingPackageError where `@huggingface/hub` is needed and not installed.
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
  // Without asking the hub nobody knows whether an optional file is missing or does not exist.
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

/** Throws `HubError` `hub-offline` where the files are not in the cache. */
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
