import type { RouterDependencies, RouterSpec } from '../registry.ts'
import { embedderOfArtifact, loadArtifactOfKind, neededArtifact } from '../trained-artifact.ts'
import { type SimilarityWeightedRouter, similarityWeightedRouterOfArtifact } from './router.ts'

/** The router of the artifact that `spec` names. Throws ConfigError `router-without-artifact` where it names none. */
export async function loadSimilarityWeightedRouter(
  spec: RouterSpec,
  dependencies: RouterDependencies,
): Promise<SimilarityWeightedRouter> {
  const folder = neededArtifact(spec, 'sw_ranking')
  const artifact = await loadArtifactOfKind(folder, 'sw_ranking', spec, dependencies)
  const { pair } = artifact.manifest
  const { name, scoringStrongModel, scoringWeakModel } = spec
  const isOtherPair = scoringStrongModel !== undefined || scoringWeakModel !== undefined
  return similarityWeightedRouterOfArtifact(artifact, folder, {
    embedder: await embedderOfArtifact(artifact.manifest, spec, dependencies),
    name,
    ...(isOtherPair && {
      pair: { strong: scoringStrongModel ?? pair.strong, weak: scoringWeakModel ?? pair.weak },
    }),
  })
}
