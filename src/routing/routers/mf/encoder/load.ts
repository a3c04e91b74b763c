import { encoderArtifactFolder } from '../../../../base/artifact/builtin-folder.ts'
import { loadRouterArtifact } from '../../../../base/artifact/load.ts'
import type { RouterArtifact } from '../../../../base/artifact/router-artifact.ts'
import {
  ArtifactError,
  ConfigError,
  EmbeddingError,
  HubError,
  MissingPackageError,
} from '../../../../errors.ts'
import { type Embedder, isClosableEmbedder } from '../../../embedding/embedder.ts'
import { compareProbes } from '../../../embedding/probes.ts'
import { loadEmbedder } from '../../../embedding/registry.ts'
import type { RouterDependencies, RouterSpecOf } from '../../router-kind.ts'
import { createMatrixFactorizationRouter, type MatrixFactorizationRouter } from '../router.ts'
import type { mfSettings } from '../settings.ts'
import { weightsOfArtifact } from '../weights.ts'
import { encoderConflict } from './conflict.ts'

type MfSpec = RouterSpecOf<typeof mfSettings>

/**
 * The least agreement with the vectors that the router was trained on. In 8 bits it is .9995; with noise in all weights of a
 * tenth of their spread, which is more than rounding to 4 bits changes, .95; of the same model cut a layer earlier or
 * later, .80.
 */
const leastAgreement = 0.86

/**
 * The router that comes with the package for the vectors of an encoder (`encoder` in the settings).
 *
 * @returns undefined if its packages or its weights are not there, after a warning that says what to install.
 * @throws ConfigError `two-sources` if the settings name other weights too; EmbeddingError `embedder-mismatch` if the
 *   encoder is another one; what `loadEmbedder` throws for files that are there and cannot be used.
 */
export async function loadEncoderRouter(
  spec: MfSpec & { readonly encoder: string },
  { embedderOptions, onWarning, encoderArtifact = encoderArtifactFolder() }: RouterDependencies,
): Promise<MatrixFactorizationRouter | undefined> {
  const { name, encoder } = spec
  const other = encoderConflict(spec)
  if (other !== undefined)
    throw new ConfigError('two-sources', `Router ${name} names an encoder, and ${other}`, {
      param: 'encoder',
    })
  const artifact = await loadRouterArtifact(encoderArtifact)
  let embedder: Embedder
  try {
    embedder = await openEncoder(encoder, artifact, embedderOptions)
  } catch (error) {
    if (error instanceof ConfigError && error.code === 'too-many-layers')
      throw mismatch(name, artifact, encoder, error.message)
    if (!isAbsence(error)) throw error
    onWarning?.(
      `Router ${name} scores with the built-in embedder, because its encoder ${encoder} cannot be loaded: ${error.message}`,
    )
    return undefined
  }
  let aligned: Embedder
  try {
    aligned = await alignEncoder(embedder, artifact, spec.name, encoderArtifact)
  } catch (error) {
    if (isClosableEmbedder(embedder)) await embedder.close()
    throw error
  }
  const { manifest } = artifact
  return createMatrixFactorizationRouter({
    name,
    weights: weightsOfArtifact(artifact, encoderArtifact),
    pair: manifest.pair,
    embedder: aligned,
    ...(manifest.calibration !== undefined && { winRateQuantiles: manifest.calibration.winRateQuantiles }),
  })
}

/** The encoder as the router needs it: so many layers, in 8 bits, and so on, which the artifact's embedder says. */
function openEncoder(
  place: string,
  { manifest }: RouterArtifact,
  options: RouterDependencies['embedderOptions'],
): Promise<Embedder> {
  const { id, dimensions } = manifest.embedder
  return loadEmbedder(`onnx:${place}${/#.*$/.exec(id)?.[0] ?? ''}`, options, dimensions)
}

/** Whether something is not installed, not downloaded or not in its place, and not broken. */
function isAbsence(error: unknown): error is Error {
  return (
    error instanceof MissingPackageError ||
    error instanceof HubError ||
    (error instanceof ArtifactError && error.code === 'checkpoint-not-found')
  )
}

/**
 * The encoder with the mean of its vectors where the router's training had it. Rounding of the weights moves all vectors
 * the same way, which would move all win rates; what is left of it after that hardly changes their order.
 */
async function alignEncoder(
  embedder: Embedder,
  { manifest, tensors }: RouterArtifact,
  name: string,
  source: string,
): Promise<Embedder> {
  const { dimensions, probes = [] } = manifest.embedder
  const refuse = (why: string): never => {
    throw mismatch(name, { manifest, tensors }, embedder.id, why)
  }
  if (embedder.dimensions !== dimensions)
    refuse(`they have ${embedder.dimensions} numbers in place of ${dimensions}`)
  const { agreement, shift } = await compareProbes(embedder, probes, tensors, source)
  if (!(agreement >= leastAgreement))
    refuse(
      `on ${probes.length} texts they agree to ${agreement.toFixed(2)}, and ${leastAgreement} is the least of a copy`,
    )
  return {
    ...embedder,
    embed: async (texts, signal) =>
      (await embedder.embed(texts, signal)).map((vector) =>
        vector.map((number, column) => number + shift[column]!),
      ),
  }
}

function mismatch(name: string, { manifest }: RouterArtifact, given: string, why: string): EmbeddingError {
  const needed = manifest.embedder.id.replace(/^onnx:|@.*$/g, '')
  return new EmbeddingError(
    'embedder-mismatch',
    `Router ${name} needs the vectors of ${needed}, and ${given} gives others: ${why.replace(/\.$/, '')}. Name that model, or its folder, as encoder; on other models train a router of your own with \`--embedder onnx:…\`.`,
    { param: 'encoder' },
  )
}
