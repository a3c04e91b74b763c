import { readdir } from 'node:fs/promises'
import { ArtifactError } from '../../errors.ts'

/**
 * Checks that a router can be written to a folder, before an hour of training rather than after it.
 *
 * @param mark the file by which a folder is known to be such a router. @throws ArtifactError `not-an-artifact`.
 */
export async function checkOutputFolder(folder: string, mark: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown): string[] => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new ArtifactError(
      'not-an-artifact',
      `${folder} is not a folder; name another one to write the router to`,
      {
        cause: error,
      },
    )
  })
  if (names.length > 0 && !names.includes(mark))
    throw new ArtifactError(
      'not-an-artifact',
      `${folder} is a folder without ${mark} (it holds ${names.slice(0, 3).join(', ')}); it is left as it is. Name another folder to write the router to`,
    )
}
