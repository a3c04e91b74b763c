import { copyFile, mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { putInPlace } from '../atomic-file.ts'
import { readRegularFile } from '../read-file.ts'

/** What the hub keeps apart: a model and a data set may have the same id. */
export type RepositoryKind = 'model' | 'dataset'

/**
 * One model or data set in the hub cache, laid out as `huggingface_hub` and `@huggingface/hub` do, so that all tools share it:
 *
 * ```
 * models--owner--name/           or datasets--owner--name/
 *   blobs/<etag>                 the bytes
 *   snapshots/<commit>/<file>    links to them
 *   refs/<revision>              the commit that a branch or tag stood for when it was downloaded
 * ```
 */
export type RepositoryCache = { readonly folder: string }

export function repositoryCache(
  cacheFolder: string,
  id: string,
  kind: RepositoryKind = 'model',
): RepositoryCache {
  return { folder: join(cacheFolder, `${kind}s--${id.replace('/', '--')}`) }
}

/** A reference holds the 40 digits of a commit. */
const mostReferenceBytes = 1024

/** The snapshot folder of a revision if it holds every file of one of the layouts; asks no network. */
export async function cachedSnapshot(
  cache: RepositoryCache,
  revision: string,
  layouts: readonly (readonly string[])[],
): Promise<string | undefined> {
  const reference = join(cache.folder, 'refs', revision)
  const commit = await readRegularFile(reference, mostReferenceBytes).then(String, () => revision)
  const folder = snapshotFolder(cache, commit.trim())
  for (const files of layouts) {
    const present = await Promise.all(files.map((file) => isFile(join(folder, file))))
    if (present.every(Boolean)) return folder
  }
  return undefined
}

export function snapshotFolder(cache: RepositoryCache, commit: string): string {
  return join(cache.folder, 'snapshots', commit)
}

export function blobFile(cache: RepositoryCache, etag: string): string {
  return join(cache.folder, 'blobs', etag)
}

/** Makes a downloaded blob appear in a snapshot under the file's name. */
export async function linkIntoSnapshot(blob: string, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await putInPlace(file, async (temporary) => {
    try {
      await symlink(relative(dirname(file), blob), temporary)
    } catch {
      // Windows allows links to developers only; a copy is what the other tools leave there too.
      await copyFile(blob, temporary)
    }
  })
}

/** Records the commit of a branch or tag. It is written last, so it never points at an incomplete snapshot. */
export async function recordRevision(
  cache: RepositoryCache,
  revision: string,
  commit: string,
): Promise<void> {
  if (revision === commit) return
  const file = join(cache.folder, 'refs', revision)
  await mkdir(dirname(file), { recursive: true })
  await putInPlace(file, (temporary) => writeFile(temporary, commit))
}

export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false
}
