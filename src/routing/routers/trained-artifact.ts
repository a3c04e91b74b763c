import { loadRouterArtifact } from '../../base/artifact/load.ts'
import { expiryWarning } from '../../base/artifact/manifest.ts'
import type { RouterArtifact, RouterManifest } from '../../base/artifact/router-artifact.ts'
import { ArtifactError, ConfigError, EmbeddingError } from '../../errors.ts'
import { type Embedder, sameVectorSpace } from '../embedding/embedder.ts'
import { type EmbedderOptions, externalEmbedderId, loadEmbedder } from '../embedding/registry.ts'
import type { RouterDependencies, RouterSpec } from './registry.ts'

/**
 * The artifact of a router of this kind, after telling that it has expired where it has.
 *
 * @throws ArtifactError `artifact-wrong-kind`, and those of `loadRouterArtifact`.
 */
export async function loadArtifactOfKind(
  folder: string,
  kind: string,
  spec: RouterSpec,
  { onWarning, now = () => new Date() }: RouterDependencies,
): Promise<RouterArtifact> {
  const artifact = await loadRouterArtifact(folder)
  const { manifest } = artifact
  if (manifest.kind !== kind)
    throw new ArtifactError(
      'artifact-wrong-kind',
      `${folder} holds a router of the kind ${manifest.kind}, and ${spec.name} is to be of the kind ${kind}. Name another folder, or the kind ${manifest.kind}.`,
    )
  const warning = expiryWarning(manifest, now())
  if (warning !== undefined) onWarning?.(warning)
  return artifact
}

/** The folder of a router that is nothing without one. Throws ConfigError `router-without-artifact`. */
export function neededArtifact({ name, artifact }: RouterSpec, kind: string): string {
  if (artifact !== undefined) return artifact
  throw new ConfigError(
    'router-without-artifact',
    `Router ${name} is of the kind ${kind}, which needs the artifact that training writes. Train one with: routellm train ${kind} ${kind === 'few_label' ? '--labels labels.jsonl' : '--data battles.jsonl'} --strong-model <name> --weak-model <name> --output ./my-${kind}. Then name its folder: --router ./my-${kind}, or in routellm.yaml: my-${kind}: { artifact: ./my-${kind} }.`,
    { param: 'artifact' },
  )
}

/**
 * The embedder that an artifact needs: the one of `spec`, else the one that it was trained on; where its embeddings
 * came with the data, one that refuses every text.
 *
 * @throws EmbeddingError `embedder-mismatch`, or `no-embedder` where texts must be scored; ConfigError.
 */
export async function embedderOfArtifact(
  manifest: RouterManifest,
  spec: RouterSpec,
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
  const embedder = await loadEmbedder(name, options, dimensions)
  checkEmbedder(embedder, manifest, spec)
  return embedder
}

/** Ids of one vector space mean equal vectors; one that was trained on given embeddings takes the caller's word for it. */
function checkEmbedder(
  embedder: Embedder,
  { embedder: trainedOn, name }: RouterManifest,
  spec: RouterSpec,
): void {
  if (trainedOn.id === externalEmbedderId || sameVectorSpace(embedder.id, trainedOn.id)) return
  throw new EmbeddingError(
    'embedder-mismatch',
    `Router ${spec.name} (${name}) was trained on the embedder ${trainedOn.id}, and ${embedder.id} gives other vectors. Leave --embedder out, or train the router again on ${embedder.id}.`,
    { param: '--embedder' },
  )
}

/** Stands where a router scores nothing but given embeddings: its id says so, and a text is an error. */
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
