import { loadRouterArtifact } from '../../artifact/load.ts'
import { builtinArtifactFolder } from '../../embedding/builtin/embedder.ts'
import { fixedPairVector } from '../../routers/matrix-factorization/fixed-pair.ts'
import { weightsOfArtifact } from '../../routers/matrix-factorization/weights.ts'

/** A router that needs no labels, as the direction whose product with an embedding is its log-odds. */
export type PriorRouter = { readonly embedderId: string; readonly direction: Float32Array }

/** The built-in mf router, for the pair that it was made for. @param folder that of the package by default. */
export async function loadPriorRouter(folder: string = builtinArtifactFolder): Promise<PriorRouter> {
  const artifact = await loadRouterArtifact(folder)
  const weights = weightsOfArtifact(artifact, folder)
  return {
    embedderId: artifact.manifest.embedder.id,
    direction: Float32Array.from(fixedPairVector(weights, artifact.manifest.pair)),
  }
}
