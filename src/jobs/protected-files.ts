import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { RouterSpec } from '../routing/routers/registry.ts'
import type { Workspace } from './workspace.ts'

/**
 * The files that no output of a job may replace: the files that it reads, those in folders that it reads, the
 * configuration, and the files of its routers' artifacts and checkpoints.
 *
 * @param files files or folders, below the workspace's folder; undefined ones are left out.
 */
export async function protectedFiles(
  { folder, config }: Workspace,
  files: readonly (string | undefined)[],
  routers: readonly RouterSpec[] = [],
): Promise<string[]> {
  const named = [config.source, ...files].filter((file) => file !== undefined)
  // A checkpoint may also be an id on a hub, which no output can replace.
  const ofRouters = routers
    .flatMap(({ artifact, checkpoint }) => [artifact, checkpoint])
    .filter((path) => typeof path === 'string')
  const paths = [...named, ...ofRouters].map((path) => resolve(folder, path))
  return [...paths, ...(await Promise.all(paths.map(filesWithin))).flat()]
}

/** Empty for a file. */
async function filesWithin(path: string): Promise<string[]> {
  const names = await readdir(path, { recursive: true }).catch(() => [])
  return names.map((name) => join(path, name))
}
