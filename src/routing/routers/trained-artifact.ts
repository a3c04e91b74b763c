import { loadRouterArtifact, loadRouterManifest } from '../../base/artifact/load.ts'
import { expiryWarning } from '../../base/artifact/manifest.ts'
import type { RouterArtifact, RouterManifest } from '../../base/artifact/router-artifact.ts'
import type { RocArea } from '../../base/math/statistics/roc-area.ts'
import { ArtifactError, ConfigError, EmbeddingError } from '../../errors.ts'
import { type Embedder, sameVectorSpace } from '../embedding/embedder.ts'
import type { EmbedderOptions } from '../embedding/embedder-kind.ts'
import { externalEmbedderId, loadEmbedder, loadEmbedderOfFolder } from '../embedding/registry.ts'
import type { RouterDependencies, RouterRecord } from './router-kind.ts'
import type { SharedSettings } from './shared-settings.ts'
import { trainedPromptsOfTensors } from './trained-prompts/tensors.ts'
import type { TrainedPrompts } from './trained-prompts/trained-prompts.ts'

/** The source of a trained router. */
export type TrainedSpec = { readonly name: string } & SharedSettings

/**
 * The artifact that a spec names. Calls `onWarning` if it has expired.
 *
 * @throws ConfigError `router-without-artifact`; ArtifactError `artifact-wrong-kind`, and those of `loadRouterArtifact`.
 */
export async function loadArtifactOfKind(
  kind: string,
  spec: TrainedSpec,
  { onWarning, now = () => new Date() }: Pick<RouterDependencies, 'onWarning' | 'now'>,
): Promise<{ readonly folder: string; readonly artifact: RouterArtifact }> {
  const { name, artifact: folder } = spec
  if (folder === undefined)
    throw new ConfigError(
      'router-without-artifact',
      `Router ${name} needs the artifact that training writes.`,
      {
        param: 'artifact',
      },
    )
  const artifact = await loadRouterArtifact(folder)
  const { manifest } = artifact
  if (manifest.kind !== kind)
    throw new ArtifactError(
      'artifact-wrong-kind',
      `${folder} holds a router of the kind ${manifest.kind}, and ${name} is to be of the kind ${kind}. Name another folder, or the kind ${manifest.kind}.`,
    )
  const warning = expiryWarning(manifest, now())
  if (warning !== undefined) onWarning?.(warning)
  return { folder, artifact }
}

/** The record in router.json of how an artifact was trained. */
export async function readRecord(folder: string): Promise<RouterRecord> {
  const { pair, data, calibration, metrics } = await loadRouterManifest(folder)
  const leftOutRanking = leftOutRankingOf(metrics)
  return {
    calibrationPrompts: calibration?.prompts ?? 0,
    training: { pair, data, ...(leftOutRanking !== undefined && { leftOutRanking }) },
  }
}

/** The ranking of left-out prompts as a training's metrics record it. */
export function leftOutRankingOf(metrics: RouterManifest['metrics']): RocArea | undefined {
  const area = metrics.leftOutAuc ?? metrics.validationAuc
  const standardError = metrics.leftOutAucError ?? metrics.validationAucError
  return area === undefined || standardError === undefined ? undefined : { area, standardError }
}

/** The prompts that an artifact was trained on; undefined if it does not record them. */
export async function readTrainedPrompts(folder: string): Promise<TrainedPrompts | undefined> {
  return trainedPromptsOfTensors((await loadRouterArtifact(folder)).tensors, folder)
}

/**
 * The embedder that an artifact needs: the one of `spec`, else the one that it was trained on. If its embeddings
 * came with the data, an embedder that rejects every text.
 *
 * @throws EmbeddingError `embedder-mismatch`, or `no-embedder` if texts must be scored; ConfigError.
 */
export async function embedderOfArtifact(
  manifest: RouterManifest,
  spec: TrainedSpec,
  dependencies: RouterDependencies,
  options: EmbedderOptions = dependencies.embedderOptions,
): Promise<Embedder> {
  const { id, dimensions } = manifest.embedder
  const name = spec.embedder ?? id
  if (name === externalEmbedderId)
    return noEmbedder(
      dimensions,
      `Router ${spec.name} was trained on embeddings that came with its data (embedder external), so it cannot score a text. Give rows with an embedding of ${dimensions} numbers, or name the embedder that made them with --embedder.`,
      dependencies,
    )
  const embedder =
    spec.embedder === undefined
      ? await loadEmbedderOfFolder(id, options, spec.name, dimensions)
      : await loadEmbedder(name, options, dimensions)
  checkEmbedder(embedder, manifest, spec)
  return embedder
}

/** Ids of one vector space mean equal vectors; one that was trained on given embeddings takes the caller's word for it. */
function checkEmbedder(
  embedder: Embedder,
  { embedder: trainedOn, name }: RouterManifest,
  spec: TrainedSpec,
): void {
  if (trainedOn.id === externalEmbedderId || sameVectorSpace(embedder.id, trainedOn.id)) return
  if (spec.embedder === undefined)
    throw new EmbeddingError(
      'embedder-mismatch',
      `Router ${spec.name} (${name}) was trained on the embedder ${trainedOn.id}, and this release has ${embedder.id}, which gives other vectors. Train the router again on the same data, or install the release that trained it.`,
    )
  throw new EmbeddingError(
    'embedder-mismatch',
    `Router ${spec.name} (${name}) was trained on the embedder ${trainedOn.id}, and ${embedder.id} gives other vectors. Leave --embedder out, or train the router again on ${embedder.id}.`,
    { param: '--embedder' },
  )
}

/** Used if a router scores given embeddings only: its id shows this, and a text is an error. */
export function noEmbedder(
  dimensions: number,
  explanation: string,
  { mustScoreText }: RouterDependencies,
): Embedder {
  const failure = () => new EmbeddingError('no-embedder', explanation, { param: '--embedder' })
  if (mustScoreText === true) throw failure()
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
