import { readFileFacts } from '../../base/files/file-digest.ts'

/**
 * The `sha256` of an artifact in a lock file: of the names and digests of all files in its folder, sorted by name.
 *
 * Throws `DataError` `data-file-unreadable` if the folder is not there.
 */
export async function digestArtifact(folder: string, signal?: AbortSignal): Promise<string> {
  return (await readFileFacts(folder, signal)).sha256
}
