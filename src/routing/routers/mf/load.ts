import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { builtinArtifactFolder, encoderArtifactFolder } from '../../../base/artifact/builtin-folder.ts'
import { manifestFile } from '../../../base/artifact/folder.ts'
import type { RouterManifest } from '../../../base/artifact/router-artifact.ts'
import { resolveCheckpoint } from '../../../base/files/hub/checkpoint.ts'
import { ConfigError } from '../../../errors.ts'
import type { Embedder } from '../../embedding/embedder.ts'
import { externalEmbedderId, loadEmbedder } from '../../embedding/registry.ts'
import type { RouterDependencies, RouterSpecOf } from '../router-kind.ts'
import { embedderOfArtifact, loadArtifactOfKind, noEmbedder } from '../trained-artifact.ts'
import type { ScoringPair } from './fixed-pair.ts'
import { upstreamPair } from './model-table.ts'
import { createMatrixFactorizationRouter, type MatrixFactorizationRouter } from './router.ts'
import type { mfSettings } from './settings.ts'
import { loadUpstreamCheckpoint } from './upstream-checkpoint.ts'
import { type MatrixFactorizationWeights, weightsOfArtifact } from './weights.ts'

type MfSpec = RouterSpecOf<typeof mfSettings>

/**
 * A matrix factorization router from an artifact, or from a checkpoint as upstream publishes it. Default: the
 * built-in router.
 *
 * An upstream checkpoint has no embedder: it scores rows that come with embeddings, and texts only if
 * `spec.embedder` is set. With `spec.encoder` it is the router of the package for that encoder, or the built-in one if
 * the encoder is not there.
 */
export async function loadMatrixFactorizationRouter(
  spec: MfSpec,
  dependencies: RouterDependencies,
): Promise<MatrixFactorizationRouter> {
  const { encoder, ...others } = spec
  if (encoder !== undefined) {
    const { loadEncoderRouter } = await import('./encoder/load.ts')
    const router = await loadEncoderRouter({ ...others, encoder }, dependencies)
    return router ?? loadMatrixFactorizationRouter(others, dependencies)
  }
  const source = await resolveSource(spec, dependencies)
  const factors =
    source.kind === 'upstream'
      ? await upstreamFactors(source.folder)
      : await artifactFactors(source.folder, spec, dependencies)
  const { weights, pair, manifest } = factors
  const embedder =
    manifest === undefined
      ? await embedderOfUpstream(weights.textDimensions, spec, dependencies)
      : await embedderOfArtifact(manifest, spec, dependencies, embedderOptionsFor(source, dependencies))
  return createMatrixFactorizationRouter({
    name: spec.name,
    weights,
    pair: { strong: spec.scoringStrongModel ?? pair.strong, weak: spec.scoringWeakModel ?? pair.weak },
    embedder,
    ...(manifest?.calibration !== undefined &&
      spec.scoringStrongModel === undefined &&
      spec.scoringWeakModel === undefined && { winRateQuantiles: manifest.calibration.winRateQuantiles }),
  })
}

/** The folder of the artifact or checkpoint that a spec names, downloaded if it is on a hub. */
export async function resolveWeightsFolder(spec: MfSpec, dependencies: RouterDependencies): Promise<string> {
  return (await resolveSource(spec, dependencies)).folder
}

type Source = { readonly kind: 'artifact' | 'builtin' | 'upstream'; readonly folder: string }

type Factors = {
  readonly weights: MatrixFactorizationWeights
  readonly pair: ScoringPair
  /** An artifact's. */
  readonly manifest?: RouterManifest
}

async function resolveSource(spec: MfSpec, dependencies: RouterDependencies): Promise<Source> {
  if (spec.encoder !== undefined)
    return { kind: 'artifact', folder: dependencies.encoderArtifact ?? encoderArtifactFolder() }
  if (spec.artifact !== undefined && spec.checkpoint !== undefined)
    throw new ConfigError(
      'two-sources',
      `Router ${spec.name} names an artifact (${spec.artifact}) and a checkpoint (${spec.checkpoint}). Name one of them.`,
      { param: 'checkpoint' },
    )
  if (spec.artifact !== undefined) return { kind: 'artifact', folder: spec.artifact }
  if (spec.checkpoint === undefined)
    return { kind: 'builtin', folder: dependencies.builtinArtifact ?? builtinArtifactFolder() }
  const folder = await resolveCheckpoint(spec.checkpoint, {
    ...dependencies.hub,
    ...(spec.revision !== undefined && { revision: spec.revision }),
  })
  const trainedHere = await stat(join(folder, manifestFile)).catch(() => undefined)
  return { kind: trainedHere === undefined ? 'upstream' : 'artifact', folder }
}

async function upstreamFactors(folder: string): Promise<Factors> {
  return { weights: await loadUpstreamCheckpoint(folder), pair: upstreamPair }
}

async function embedderOfUpstream(
  dimensions: number,
  { name, embedder }: MfSpec,
  dependencies: RouterDependencies,
): Promise<Embedder> {
  if (embedder !== undefined && embedder !== externalEmbedderId)
    return loadEmbedder(embedder, dependencies.embedderOptions, dimensions)
  const suggestion =
    dimensions === 1536
      ? '--embedder openai-compatible:text-embedding-3-small'
      : 'the one it was trained on with --embedder'
  return noEmbedder(
    dimensions,
    `Router ${name} is a checkpoint that needs embeddings of ${dimensions} numbers and comes without an embedder. Name ${suggestion}, or give rows with an embedding.`,
    dependencies,
  )
}

async function artifactFactors(
  folder: string,
  spec: MfSpec,
  dependencies: RouterDependencies,
): Promise<Factors> {
  const { artifact } = await loadArtifactOfKind('mf', { ...spec, artifact: folder }, dependencies)
  const { manifest } = artifact
  return { weights: weightsOfArtifact(artifact, folder), pair: manifest.pair, manifest }
}

/** Embedder and router of the built-in folder belong together. */
function embedderOptionsFor({ kind, folder }: Source, { embedderOptions }: RouterDependencies) {
  return kind === 'builtin' ? { builtinFolder: folder, ...embedderOptions } : embedderOptions
}
