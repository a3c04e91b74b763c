import type { RouterArtifact } from '../../base/artifact/router-artifact.ts'
import { cascadeKind } from '../routers/cascade-kind.ts'
import { loadBaseEmbedder } from '../routers/few_label/load.ts'
import { namedDimensions } from '../routers/few_label/prompt-space.ts'
import type { RouterDependencies } from '../routers/router-kind.ts'
import { loadArtifactOfKind } from '../routers/trained-artifact.ts'
import { createVerifier } from './create-verifier.ts'
import { verifierOfArtifact } from './tensors.ts'
import type { MeasuredVerifier } from './verifier.ts'

/** A name, and the folder that `routellm train cascade` wrote. */
export type VerifierSpec = { readonly name: string; readonly artifact: string }

/** What loading needs of a router's dependencies. */
export type VerifierDependencies = Pick<RouterDependencies, 'embedderOptions' | 'onWarning' | 'now'>

/**
 * The verifier in a folder. Calls `onWarning` if it has expired.
 *
 * @throws ArtifactError `artifact-wrong-kind` for a router that scores prompts, `embedder-mismatch`, `weights-…`, and those of
 *   `loadRouterArtifact`.
 */
export async function loadVerifier(
  spec: VerifierSpec,
  dependencies: VerifierDependencies,
): Promise<MeasuredVerifier> {
  const { artifact } = await loadArtifactOfKind(cascadeKind, spec, dependencies)
  return verifierOf(artifact, spec, dependencies)
}

/** The verifier of an artifact that is loaded. @throws as `loadVerifier`. */
export async function verifierOf(
  artifact: RouterArtifact,
  { name, artifact: folder }: VerifierSpec,
  dependencies: VerifierDependencies,
): Promise<MeasuredVerifier> {
  const { manifest } = artifact
  const embedder = await loadBaseEmbedder(manifest, name, dependencies)
  return createVerifier({
    name,
    pair: manifest.pair,
    parameters: verifierOfArtifact(artifact, folder, {
      base: embedder.dimensions,
      named: namedDimensions(embedder).length,
      meaning: embedder.dimensions - embedder.featureNames.length,
    }),
    embedder,
    winRateQuantiles: manifest.calibration?.winRateQuantiles ?? [0, 1],
    separation: manifest.metrics.answerSeparation ?? 0,
  })
}
