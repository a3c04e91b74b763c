import { ArtifactError } from '../../errors.ts'
import { parseManifest } from './manifest.ts'
import type { RouterArtifact, RouterManifest } from './router-artifact.ts'
import { checkFinite, parseSafetensors } from './safetensors.ts'

/** What errors call the two files of an artifact, and what its router is called. */
export type ArtifactPlace = {
  readonly name: string
  readonly manifestSource: string
  readonly weightsSource: string
}

/**
 * A trained router from the bytes of its two files, every field and every weight checked.
 *
 * @throws ArtifactError naming the file, what is wrong and how to correct it.
 */
export function parseRouterArtifact(
  manifest: Uint8Array,
  weights: Uint8Array,
  { name, manifestSource, weightsSource }: ArtifactPlace,
): RouterArtifact {
  const tensors = parseSafetensors(weights, weightsSource)
  for (const [tensor, values] of tensors) checkFinite(values, `${tensor} of ${weightsSource}`)
  return { manifest: parseNamedManifest(manifest, name, manifestSource), tensors }
}

/**
 * A manifest from its bytes.
 *
 * @param name replaces the name in the file. @param source named in errors. @throws ArtifactError as `parseManifest`.
 */
export function parseNamedManifest(bytes: Uint8Array, name: string, source: string): RouterManifest {
  return { ...parseManifest(parseJson(bytes, source), source), name }
}

function parseJson(bytes: Uint8Array, source: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    throw new ArtifactError(
      'manifest-invalid',
      `${source} is not JSON (${error instanceof Error ? error.message : error}). Mend the file, or train the router again.`,
      { cause: error },
    )
  }
}
