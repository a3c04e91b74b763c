import type { EmbedderKind } from '../embedder-kind.ts'

/** The embedder that the package ships. */
export const builtinEmbedder: EmbedderKind = {
  kind: 'builtin',
  load: async (_, { builtinFolder, shared }) => {
    const folder =
      builtinFolder ?? (await import('../../../base/artifact/builtin-folder.ts')).builtinArtifactFolder()
    const known = shared?.get(folder)
    if (known !== undefined) return known
    const loading = import('./embedder.ts').then(({ loadBuiltinEmbedder }) => loadBuiltinEmbedder(folder))
    shared?.set(folder, loading)
    return loading
  },
}
