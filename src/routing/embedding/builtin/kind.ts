import type { EmbedderKind } from '../embedder-kind.ts'

/** The embedder that the package ships. */
export const builtinEmbedder: EmbedderKind = {
  kind: 'builtin',
  load: async (_, { builtinFolder }) => (await import('./embedder.ts')).loadBuiltinEmbedder(builtinFolder),
}
