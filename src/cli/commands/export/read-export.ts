import { basename, join, resolve } from 'node:path'
import { builtinArtifactFolder } from '../../../base/artifact/builtin-folder.ts'
import { manifestFile, weightsFile } from '../../../base/artifact/folder.ts'
import { loadRouterArtifact } from '../../../base/artifact/load.ts'
import { readRegularFile } from '../../../base/files/read-file.ts'
import {
  artifactsFormat,
  builtinName,
  openArtifacts,
  type RouterArtifacts,
} from '../../../edge/routers/artifacts.ts'
import { builtinFiles } from '../../../edge/routers/builtin.ts'
import { createRouters } from '../../../edge/routers/create-routers.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { routerNamePattern } from '../../../routing/routers/router.ts'

export type ReadExport = {
  readonly artifacts: RouterArtifacts
  /** The routers in it: `mf` for the built-in one. */
  readonly names: readonly string[]
  /** The files that were read. */
  readonly inputs: readonly string[]
}

/**
 * Reads trained routers for `routellm/fetch-handler`, and creates each as it would, so that nothing is exported that it
 * refuses.
 *
 * @param given `mf`, or folders.
 * @throws InvalidRequestError `bad-router-name` for a name that no router can have, `duplicate-name`; ArtifactError and
 *   EmbeddingError as the fetch handler.
 */
export async function readExport(
  given: readonly string[],
  onWarning: (message: string) => void,
): Promise<ReadExport> {
  const folders = [...new Set(given)].filter((name) => name !== 'mf')
  const builtin = builtinArtifactFolder()
  const sources = [
    ...[...builtinFiles, manifestFile, weightsFile].map((file) => [
      `${builtinName}/${file}`,
      join(builtin, file),
    ]),
  ] as [string, string][]
  for (const folder of folders) {
    const name = nameOf(folder, sources)
    await loadRouterArtifact(folder) // its errors name the folder
    for (const file of [manifestFile, weightsFile]) sources.push([`${name}/${file}`, join(folder, file)])
  }
  const entries = await Promise.all(
    sources.map(async ([path, file]) => [path, (await readRegularFile(file)).toString('base64')] as const),
  )
  const artifacts = { format: artifactsFormat, files: Object.fromEntries(entries) }
  const names = folders.map((folder) => basename(resolve(folder)))
  const specs = names.map((name) => ({ name, artifact: name }))
  createRouters([{ name: 'mf', kind: 'mf' }, ...specs], {
    files: openArtifacts([artifacts]),
    onWarning,
    now: () => new Date(),
  })
  return { artifacts, names: ['mf', ...names], inputs: sources.map(([, file]) => file) }
}

function nameOf(folder: string, sources: readonly (readonly [string, string])[]): string {
  const name = basename(resolve(folder))
  if (!routerNamePattern.test(name) || name === builtinName)
    throw new InvalidRequestError(
      'bad-router-name',
      `The router in ${folder} would be called ${JSON.stringify(name)}. A name has only a-z, 0-9, _ and -, and is not "${builtinName}". Rename the folder.`,
      { param: '--routers' },
    )
  if (!sources.some(([path]) => path.startsWith(`${name}/`))) return name
  throw new InvalidRequestError(
    'duplicate-name',
    `Two of the folders would be called ${name}, the name of the last folder. Rename one of them.`,
    { param: '--routers' },
  )
}
