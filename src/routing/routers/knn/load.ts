import { ConfigError } from '../../../errors.ts'
import type { RouterDependencies } from '../router-kind.ts'
import { embedderOfArtifact, loadArtifactOfKind, type TrainedSpec } from '../trained-artifact.ts'
import { type NearestNeighboursRouter, nearestNeighboursRouterOfArtifact } from './router.ts'

/** The router of the artifact that `spec` names. Throws ConfigError `router-without-artifact` if it names none. */
export async function loadNearestNeighboursRouter(
  spec: TrainedSpec,
  dependencies: RouterDependencies,
): Promise<NearestNeighboursRouter> {
  const { folder, artifact } = await loadArtifactOfKind('knn', spec, dependencies)
  const { pair } = artifact.manifest
  if (spec.scoringStrongModel !== undefined || spec.scoringWeakModel !== undefined)
    throw new ConfigError(
      'no-scoring-models',
      `Router ${spec.name} knows only how ${pair.strong} and ${pair.weak} did on its prompts, so it can score no other pair. Leave --scoring-strong-model and --scoring-weak-model out, or train it for the other pair.`,
      { param: '--scoring-strong-model' },
    )
  const embedder = await embedderOfArtifact(artifact.manifest, spec, dependencies)
  return nearestNeighboursRouterOfArtifact(artifact, folder, { embedder, name: spec.name })
}
