import { stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { ArtifactError } from '../../errors.ts'
import { readRegularFile } from '../files/read-file.ts'
import { previousFolder } from '../files/save-folder.ts'
import { manifestFile, weightsFile } from './folder.ts'
import { parseNamedManifest, parseRouterArtifact } from './parse.ts'
import type { RouterArtifact, RouterManifest } from './router-artifact.ts'

/**
 * Loads a trained router from its folder and checks every field and every weight.
 *
 * The folder names the router: `manifest.name` is its basename and replaces the name in the file. Whether the
 * tensors have the shapes that the kind of router needs is checked by that router.
 * An artifact past its `expires` loads; `expiryWarning` returns the warning to print.
 *
 * @throws ArtifactError naming the folder, what is wrong and how to correct it.
 */
export async function loadRouterArtifact(folder: string): Promise<RouterArtifact> {
  const { place, manifestBytes, weightBytes } = await readPair(folder)
  return parseRouterArtifact(manifestBytes, weightBytes, {
    name: basename(resolve(folder)),
    manifestSource: join(place, manifestFile),
    weightsSource: join(place, weightsFile),
  })
}

/** Only the manifest, checked and named as by `loadRouterArtifact`. It gives the kind of router in a folder. */
export async function loadRouterManifest(folder: string): Promise<RouterManifest> {
  const place = await artifactFolder(folder)
  return readManifest(await readArtifactFile(place, manifestFile), place, folder)
}

function readManifest(bytes: Buffer, place: string, folder: string): RouterManifest {
  return parseNamedManifest(bytes, basename(resolve(folder)), join(place, manifestFile))
}

/** The folder, or its predecessor if a save was killed between its two renames. */
async function artifactFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory()) return folder
  if (found !== undefined)
    throw new ArtifactError(
      'artifact-not-a-folder',
      `${folder} is a file. A router artifact is the folder that holds ${manifestFile} and ${weightsFile}: name that folder.`,
    )
  const previous = previousFolder(folder)
  if (await stat(previous).catch(() => undefined)) return previous
  // Missing in both places may only mean that a save finished between the two looks.
  if (await stat(folder).catch(() => undefined)) return folder
  throw new ArtifactError(
    'artifact-not-found',
    `There is no router artifact at ${folder}: no such folder. Check the path, or train one with: routellm train mf --output ${folder}`,
  )
}

const readAttempts = 20

/** Both files of one save. They are read again if another save replaced the folder in between. */
async function readPair(folder: string) {
  for (let attempt = 1; attempt <= readAttempts; attempt++) {
    const place = await artifactFolder(folder)
    const before = await identity(place)
    // A place that another save removes can lack a file while its folder is still there, and may be gone at both looks at it.
    const isUnchanged = async () =>
      before !== undefined && before === (await identity(place)) && place === (await artifactFolder(folder))
    try {
      const manifestBytes = await readArtifactFile(place, manifestFile)
      const weightBytes = await readArtifactFile(place, weightsFile)
      if (await isUnchanged()) return { place, manifestBytes, weightBytes }
    } catch (error) {
      if (await isUnchanged()) throw error
    }
  }
  throw new ArtifactError(
    'artifact-unreadable',
    `${folder} was replaced during each of ${readAttempts} attempts to read it. Load it again when no training writes to it.`,
  )
}

/** Changes with every save: a new folder may have the inode number of one that was removed. */
async function identity(folder: string): Promise<string | undefined> {
  const found = await stat(folder, { bigint: true }).catch(() => undefined)
  return found === undefined ? undefined : `${found.ino} ${found.ctimeNs}`
}

async function readArtifactFile(folder: string, file: string): Promise<Buffer> {
  try {
    return await readRegularFile(join(folder, file))
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new ArtifactError(
      missing ? 'artifact-file-missing' : 'artifact-unreadable',
      missing
        ? `${folder} has no ${file}, so it is not a router artifact. Check the path, or train the router again.`
        : `${join(folder, file)} cannot be read: ${error instanceof Error ? error.message : error}. Check that it is a file and its permissions.`,
      { cause: error },
    )
  }
}
