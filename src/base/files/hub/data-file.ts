import { join } from 'node:path'
import { InvalidRequestError } from '../../../errors.ts'
import { cachedSnapshot, repositoryCache } from './cache-folder.ts'
import {
  defaultCacheFolder,
  hubIdPattern,
  hubRevisionPattern,
  isCommit,
  offlineSnapshot,
} from './checkpoint.ts'
import { downloadSnapshot } from './download.ts'
import type { HubOptions } from './hub-options.ts'

const prefix = 'hub:'

/** Whether a file's name is that of a file on the hub. */
export function isHubFile(name: string): boolean {
  return name.startsWith(prefix)
}

/**
 * The local path of a file in a data set on the hub, downloaded into the shared cache. Works as `resolveCheckpoint`.
 *
 * @param name `hub:owner/name/path/in/it`, or `hub:owner/name@revision/path`, where a slash in the revision is `%2F`.
 * @throws InvalidRequestError `bad-hub-file` for another name, and as `resolveCheckpoint`; MissingPackageError.
 */
export async function resolveHubFile(name: string, options: Omit<HubOptions, 'files'> = {}): Promise<string> {
  const { id, revision, path } = parseName(name, options.revision)
  const cache = repositoryCache(options.cacheFolder ?? defaultCacheFolder(), id, 'dataset')
  const layouts = [[path]]
  if (options.offline === true) return join(await offlineSnapshot(cache, id, revision, layouts), path)
  const pinned = isCommit(revision) ? await cachedSnapshot(cache, revision, layouts) : undefined
  const folder =
    pinned ??
    (await downloadSnapshot({ kind: 'dataset', id, revision, cache, layouts, optional: [] }, options))
  return join(folder, path)
}

function parseName(name: string, revisionOption = 'main'): { id: string; revision: string; path: string } {
  const [, id = '', given, path = ''] = /^hub:([^/@]+\/[^/@]+)(?:@([^/]+))?\/(.+)$/.exec(name) ?? []
  const revision = given === undefined ? revisionOption : decoded(given)
  const isPath = path.split('/').every((part) => /^[^\\\0]+$/.test(part) && part !== '.' && part !== '..')
  if (
    hubIdPattern.test(id) &&
    !/\.\.|--/.test(id) &&
    hubRevisionPattern.test(revision) &&
    !revision.includes('..') &&
    isPath
  )
    return { id, revision, path }
  throw new InvalidRequestError(
    'bad-hub-file',
    `${name} does not name a file on the hub. Write it as hub:owner/name/path/in/it or hub:owner/name@revision/path/in/it.`,
  )
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
