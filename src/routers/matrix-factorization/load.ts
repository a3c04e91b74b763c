import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { manifestFile } from '../../artifact/folder.ts'
import { loadRouterArtifact } from '../../artifact/load.ts'
import { expiryWarning } from '../../artifact/manifest.ts'
import type { RouterManifest } from '../../artifact/router-artifact.ts'
import type { Embedder } from '../../embedding/embedder.ts'
import { externalEmbedderId, loadEmbedder } from '../../embedding/registry.ts'
import { ArtifactError, ConfigError, EmbeddingError } from '../../errors.ts'
import { resolveCheckpoint } from '../../hub/checkpoint.ts'
import type { RouterDependencies, RouterSpec } from '../registry.ts'
import type { ScoringPair } from './fixed-pair.ts'
import { upstreamPair } from './model-table.ts'
import { createMatrixFactorizationRouter, type MatrixFactorizationRouter } from './router.ts'
import { loadUpstreamCheckpoint } from './upstream-checkpoint.ts'
import { type MatrixFactorizationWeights, weightsOfArtifact } from './weights.ts'

/** The folder of the built-in router: the same from `src/` and from `dist/`. */
const builtinFolder = fileURLToPath(new URL('../../../artifacts/builtin/', import.meta.url))

/**
 * A matrix factorization router from an artifact, from a checkpoint as upstream publishes it, or the built-in one
 * where the spec names neither.
 *
 * An upstream checkpoint comes without an embedder: it scores rows that bring their embeddings, and texts once
 * `spec.embedder` is named.
 */
export async function loadMatrixFactorizationRouter(
  spec: RouterSpec,
  dependencies: RouterDependencies,
): Promise<MatrixFactorizationRouter> {
  const source = await resolveSource(spec, dependencies)
  const factors =
    source.kind === 'upstream'
      ? await upstreamFactors(source.folder, spec)
      : await artifactFactors(source.folder, spec, dependencies)
  const { weights, pair, manifest } = factors
  const embedder =
    factors.embedder === externalEmbedderId
      ? noEmbedder(weights.textDimensions, factors.withoutEmbedder, dependencies)
      : await loadEmbedder(factors.embedder, embedderOptionsFor(source, dependencies), weights.textDimensions)
  if (manifest !== undefined) checkEmbedder(embedder, manifest, spec)
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

type Source = { readonly kind: 'artifact' | 'builtin' | 'upstream'; readonly folder: string }

type Factors = {
  readonly weights: MatrixFactorizationWeights
  readonly pair: ScoringPair
  /** A name for `loadEmbedder`, or `external`. */
  readonly embedder: string
  /** What to say when a text comes and there is no embedder. */
  readonly withoutEmbedder: string
  /** An artifact's. */
  readonly manifest?: RouterManifest
}

async function resolveSource(spec: RouterSpec, dependencies: RouterDependencies): Promise<Source> {
  if (spec.artifact !== undefined && spec.checkpoint !== undefined)
    throw new ConfigError(
      'two-sources',
      `Router ${spec.name} names an artifact (${spec.artifact}) and a checkpoint (${spec.checkpoint}). Name one of them.`,
      { param: 'checkpoint' },
    )
  if (spec.artifact !== undefined) return { kind: 'artifact', folder: spec.artifact }
  if (spec.checkpoint === undefined)
    return { kind: 'builtin', folder: dependencies.builtinArtifact ?? builtinFolder }
  const folder = await resolveCheckpoint(spec.checkpoint, {
    ...dependencies.hub,
    ...(spec.revision !== undefined && { revision: spec.revision }),
  })
  const trainedHere = await stat(join(folder, manifestFile)).catch(() => undefined)
  return { kind: trainedHere === undefined ? 'upstream' : 'artifact', folder }
}

async function upstreamFactors(folder: string, spec: RouterSpec): Promise<Factors> {
  const weights = await loadUpstreamCheckpoint(folder)
  const suggestion =
    weights.textDimensions === 1536
      ? '--embedder openai-compatible:text-embedding-3-small'
      : 'the one it was trained on with --embedder'
  return {
    weights,
    pair: upstreamPair,
    embedder: spec.embedder ?? externalEmbedderId,
    withoutEmbedder: `Router ${spec.name} is a checkpoint that needs embeddings of ${weights.textDimensions} numbers and comes without an embedder. Name ${suggestion}, or give rows with an embedding.`,
  }
}

async function artifactFactors(
  folder: string,
  spec: RouterSpec,
  { onWarning, now = () => new Date() }: RouterDependencies,
): Promise<Factors> {
  const artifact = await loadRouterArtifact(folder)
  const { manifest } = artifact
  if (manifest.kind !== 'mf')
    throw new ArtifactError(
      'artifact-wrong-kind',
      `${folder} holds a router of the kind ${manifest.kind}, and ${spec.name} is to be of the kind mf. Name another folder, or the kind ${manifest.kind}.`,
    )
  const warning = expiryWarning(manifest, now())
  if (warning !== undefined) onWarning?.(warning)
  return {
    weights: weightsOfArtifact(artifact, folder),
    pair: manifest.pair,
    embedder: spec.embedder ?? manifest.embedder.id,
    withoutEmbedder: `Router ${spec.name} was trained on embeddings that came with its data (embedder external), so it cannot score a text. Give rows with an embedding of ${manifest.embedder.dimensions} numbers, or name the embedder that made them with --embedder.`,
    manifest,
  }
}

/** Embedder and router of the built-in folder belong together. */
function embedderOptionsFor({ kind, folder }: Source, { embedderOptions }: RouterDependencies) {
  return kind === 'builtin' ? { builtinFolder: folder, ...embedderOptions } : embedderOptions
}

/** Equal ids mean equal vectors; one that was trained on given embeddings takes the caller's word for it. */
function checkEmbedder(
  embedder: Embedder,
  { embedder: trainedOn, name }: RouterManifest,
  spec: RouterSpec,
): void {
  if (trainedOn.id === externalEmbedderId || embedder.id === trainedOn.id) return
  throw new EmbeddingError(
    'embedder-mismatch',
    `Router ${spec.name} (${name}) was trained on the embedder ${trainedOn.id}, and ${embedder.id} gives other vectors. Leave --embedder out, or train the router again on ${embedder.id}.`,
    { param: '--embedder' },
  )
}

/** Stands where a router scores nothing but given embeddings: its id says so, and a text is an error. */
function noEmbedder(dimensions: number, explanation: string, dependencies: RouterDependencies): Embedder {
  const failure = () => new EmbeddingError('no-embedder', explanation, { param: '--embedder' })
  if (dependencies.mustScoreText === true) throw failure()
  return {
    id: externalEmbedderId,
    dimensions,
    embed: async (texts, signal) => {
      signal?.throwIfAborted()
      if (texts.length > 0) throw failure()
      return []
    },
  }
}
