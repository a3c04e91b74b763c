import { resolve } from 'node:path'
import { isHubFile, resolveHubFile } from '../base/files/hub/data-file.ts'
import type { Config } from '../config/config.ts'
import type { Embedder } from '../routing/embedding/embedder.ts'
import { loadEmbedder, resolveEmbedderPath } from '../routing/embedding/registry.ts'
import type { RouterDependencies } from '../routing/routers/router-kind.ts'

/**
 * The environment of jobs: the folder that relative paths start from, the configuration, and the values read from the
 * environment, including credentials. The process creates it; it is never part of a payload.
 */
export type Workspace = {
  readonly folder: string
  readonly config: Config
  /** What routers and embedders are loaded with. */
  readonly dependencies: RouterDependencies
  /** The environment variables that hold keys. */
  readonly variables?: Readonly<Record<string, string | undefined>>
  /** Keeps scores and quantised weights between runs. Nothing is kept if it is absent. */
  readonly cacheFolder?: string
  /** The folder that contains `routellm/evals`, unless a payload names one. */
  readonly dataFolder?: string
}

/** The local path of a data file: below the workspace's folder, or downloaded from a hub (`hub:owner/name/path`). */
export async function findDataFile(name: string, { folder, dependencies }: Workspace): Promise<string> {
  return isHubFile(name) ? resolveHubFile(name, dependencies.hub) : resolve(folder, name)
}

/** The embedder of a name as flags write it; a folder in the name is below the workspace's. */
export function openEmbedder(name: string, { folder, dependencies }: Workspace): Promise<Embedder> {
  const { embedderOptions, hub, inference } = dependencies
  return loadEmbedder(resolveEmbedderPath(name, folder), {
    hub,
    ...(inference !== undefined && { inference }),
    ...embedderOptions,
  })
}
