import type { Embedder } from '../../routing/embedding/embedder.ts'
import { loadEmbedder, resolveEmbedderPath } from '../../routing/embedding/registry.ts'
import type { RouterDependencies } from '../../routing/routers/router-kind.ts'

/** The embedder that a flag names; a folder in the name is below the one that the command runs in. */
export function openEmbedder(
  name: string,
  { embedderOptions, hub, inference }: RouterDependencies,
  folder: string,
): Promise<Embedder> {
  return loadEmbedder(resolveEmbedderPath(name, folder), {
    hub,
    ...(inference !== undefined && { inference }),
    ...embedderOptions,
  })
}
