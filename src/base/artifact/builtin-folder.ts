import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ArtifactError } from '../../errors.ts'
import { manifestFile } from './folder.ts'

/**
 * The folder of the trained embedder and router that come with the package. In an application's bundle it is
 * `artifacts/builtin` beside the bundle, or that of an installed package.
 *
 * @param module the URL of this module, or of the bundle that holds it.
 * @throws ArtifactError `artifact-not-found`, which says what to copy.
 */
export function builtinArtifactFolder(module: string = moduleUrl()): string {
  return packagedFolder('builtin', module)
}

/** The folder of the router for the vectors of an encoder, found as `builtinArtifactFolder` is, with its errors. */
export function encoderArtifactFolder(module: string = moduleUrl()): string {
  return packagedFolder('encoder', module)
}

function packagedFolder(name: 'builtin' | 'encoder', module: string): string {
  const beside = fileURLToPath(new URL(`./artifacts/${name}`, module))
  // The same from `src/` and from `dist/`.
  const inPackage = fileURLToPath(new URL(`../../../artifacts/${name}`, module))
  for (const folder of [inPackage, beside, installedFolder(name, module)])
    if (folder !== undefined && existsSync(join(folder, manifestFile))) return folder
  throw new ArtifactError(
    'artifact-not-found',
    `The files of the ${name === 'builtin' ? 'built-in router' : 'router for an encoder'} are not beside ${fileURLToPath(module)}, which holds the code of routellm. Copy node_modules/routellm/artifacts to ${dirname(beside)}, or leave routellm out of the bundle (esbuild: --external:routellm).`,
  )
}

/** A bundle of CommonJS has no `import.meta.url`. */
function moduleUrl(): string {
  const url: string | undefined = import.meta.url
  return url ?? pathToFileURL(__filename).href
}

function installedFolder(name: string, module: string): string | undefined {
  try {
    return join(dirname(createRequire(module).resolve('routellm/package.json')), 'artifacts', name)
  } catch {
    return undefined
  }
}
