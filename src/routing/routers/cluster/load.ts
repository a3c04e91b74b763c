import type { RouterDependencies, RouterSpec } from '../registry.ts'
import { embedderOfArtifact, loadArtifactOfKind, neededArtifact } from '../trained-artifact.ts'
import { parametersOfArtifact } from './parameters.ts'
import { type ClusterRouter, createClusterRouter } from './router.ts'

/** The router of the artifact that `spec` names. Throws ConfigError `router-without-artifact` where it names none. */
export async function loadClusterRouter(
  spec: RouterSpec,
  dependencies: RouterDependencies,
): Promise<ClusterRouter> {
  const folder = neededArtifact(spec, 'cluster')
  const artifact = await loadArtifactOfKind(folder, 'cluster', spec, dependencies)
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
