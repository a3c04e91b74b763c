import { builtinArtifactFolder } from '../../../base/artifact/builtin-folder.ts'
import { loadRouterArtifact } from '../../../base/artifact/load.ts'
import { fixedPairVector } from '../../../routing/routers/mf/fixed-pair.ts'
import { weightsOfArtifact } from '../../../routing/routers/mf/weights.ts'

/** A router that needs no labels, as the direction whose product with an embedding is its log-odds. */
export type PriorRouter = { readonly embedderId: string; readonly direction: Float32Array }

/** The built-in mf router, for the pair that it was trained for. @param folder Default: the package's. */
export async function loadPriorRouter(folder: string = builtinArtifactFolder()): Promise<PriorRouter> {
  const artifact = await loadRouterArtifact(folder)
  const weights = weightsOfArtifact(artifact, folder)
  return {
    embedderId: artifact.manifest.embedder.id,
    direction: Float32Array.from(fixedPairVector(weights, artifact.manifest.pair)),
  }
}
