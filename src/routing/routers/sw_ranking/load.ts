import type { RouterDependencies } from '../router-kind.ts'
import { embedderOfArtifact, loadArtifactOfKind, type TrainedSpec } from '../trained-artifact.ts'
import { type SimilarityWeightedRouter, similarityWeightedRouterOfArtifact } from './router.ts'

/** The router of the artifact that `spec` names. Throws ConfigError `router-without-artifact` if it names none. */
export async function loadSimilarityWeightedRouter(
  spec: TrainedSpec,
  dependencies: RouterDependencies,
): Promise<SimilarityWeightedRouter> {
  const { folder, artifact } = await loadArtifactOfKind('sw_ranking', spec, dependencies)
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
