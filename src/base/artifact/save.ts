import { join, resolve } from 'node:path'
import { saveFolder, writeFlushed } from '../files/save-folder.ts'
import { manifestFile, weightsFile } from './folder.ts'
import { parseManifest } from './manifest.ts'
import type { RouterArtifact } from './router-artifact.ts'
import { encodeSafetensors } from './safetensors.ts'

/**
 * Writes a router artifact. A kill at any moment leaves either the old one or the new one; see `saveFolder`, and
 * `loadRouterArtifact` for the instant between. Equal artifacts give equal bytes.
 *
 * @param folder need not exist. One that exists must be empty or a router artifact.
 * @param besides further files by name, such as a plot of the loss. They are written in the same atomic step.
 * @throws ArtifactError `not-an-artifact` for any other folder, `manifest-invalid` for a manifest that would not load;
 *   `signal.reason` if the signal aborts before the artifact is in place.
 */
export async function saveRouterArtifact(
  folder: string,
  artifact: RouterArtifact,
  besides: ReadonlyMap<string, string> = new Map(),
  signal?: AbortSignal,
): Promise<void> {
  const files = [
    ...encode(artifact, resolve(folder)),
    ...Array.from(besides, ([name, text]) => [name, new TextEncoder().encode(text)] as const),
  ]
  const content = {
    mark: manifestFile,
    files: files.map(([file]) => file),
    async write(written: string) {
      for (const [file, bytes] of files) await writeFlushed(join(written, file), bytes, signal)
    },
  }
  await saveFolder(folder, content, signal)
}

function encode(artifact: RouterArtifact, target: string): readonly (readonly [string, Uint8Array])[] {
  const manifest = parseManifest(artifact.manifest, `the manifest for ${target}`)
  const json = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`)
  return [
    [weightsFile, encodeSafetensors(artifact.tensors)],
    [manifestFile, json],
  ]
}
