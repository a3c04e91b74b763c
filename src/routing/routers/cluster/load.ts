import type { RouterDependencies } from '../router-kind.ts'
import { embedderOfArtifact, loadArtifactOfKind, type TrainedSpec } from '../trained-artifact.ts'
import { parametersOfArtifact } from './parameters.ts'
import { type ClusterRouter, createClusterRouter } from './router.ts'

/** The router of the artifact that `spec` names. Throws ConfigError `router-without-artifact` if it names none. */
export async function loadClusterRouter(
  spec: TrainedSpec,
  dependencies: RouterDependencies,
): Promise<ClusterRouter> {
  const { folder, artifact } = await loadArtifactOfKind('cluster', spec, dependencies)
  const { models, pair, calibration } = artifact.manifest
  const { scoringStrongModel, scoringWeakModel } = spec
  const isOwnPair = scoringStrongModel === undefined && scoringWeakModel === undefined
  return createClusterRouter({
    name: spec.name,
    parameters: parametersOfArtifact(artifact, folder),
    models,
    pair: { strong: scoringStrongModel ?? pair.strong, weak: scoringWeakModel ?? pair.weak },
    embedder: await embedderOfArtifact(artifact.manifest, spec, dependencies),
    ...(calibration !== undefined && isOwnPair && { winRateQuantiles: calibration.winRateQuantiles }),
  })
}
