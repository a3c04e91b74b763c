import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import type { Embedder } from '../../embedding/embedder.ts'
import { createFewLabelModelRouter } from './models/router.ts'
import { hasModelScores, modelParametersOfArtifact } from './models/tensors.ts'
import { type BaseEmbedder, namedDimensions } from './prompt-space.ts'
import { createFewLabelRouter, type FewLabelRouter } from './router.ts'
import { parametersOfArtifact } from './tensors.ts'

/** Key of the manifest's options that names the embedder of the prompts' space. */
export const baseEmbedderOption = 'baseEmbedder'

export type FewLabelParts = {
  readonly name: string
  /** Of the artifact, for errors. */
  readonly source: string
  /** The one that the artifact's option `baseEmbedder` names. */
  readonly embedder: BaseEmbedder
  /** The further one of `manifest.embedder`, if that is another. */
  readonly other?: Embedder
}

/** The router of an artifact of the kind `few_label`. @throws ArtifactError if tensors, manifest and embedders disagree. */
export function createFewLabelRouterOf(
  artifact: RouterArtifact,
  { name, source, embedder, other }: FewLabelParts,
): FewLabelRouter {
  const { models, pair, calibration } = artifact.manifest
  const parameters = parametersOfArtifact(artifact, source, {
    base: embedder.dimensions,
    named: namedDimensions(embedder).length,
    meaning: other?.dimensions ?? embedder.dimensions - embedder.featureNames.length,
  })
  const options = {
    name,
    embedder,
    ...(other !== undefined && { other }),
    ...(calibration !== undefined && { winRateQuantiles: calibration.winRateQuantiles }),
  }
  if (!hasModelScores(artifact)) return createFewLabelRouter({ ...options, parameters })
  return createFewLabelModelRouter({
    ...options,
    models,
    pair,
    parameters: modelParametersOfArtifact(artifact, source, parameters),
  })
}
