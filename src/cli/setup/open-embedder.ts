import { placedEmbedder } from '../../config/assemble.ts'
import type { Embedder } from '../../routing/embedding/embedder.ts'
import { loadEmbedder } from '../../routing/embedding/registry.ts'
import type { RouterDependencies } from '../../routing/routers/registry.ts'

/** The embedder that a flag names; a folder in the name is below the one that the command runs in. */
export function openEmbedder(
  name: string,
  { embedderOptions, hub, inference }: RouterDependencies,
  folder: string,
): Promise<Embedder> {
  return loadEmbedder(placedEmbedder(name, folder), {
    hub,
    ...(inference !== undefined && { inference }),
    ...embedderOptions,
  })
}
