import { basename } from 'node:path'
import type { DataSource, RouterManifest } from '../../base/artifact/router-artifact.ts'
import { readFileFacts } from '../../base/files/file-digest.ts'

/**
 * What a manifest says of the files that a router was trained on, and the date of the newest.
 *
 * @param rowsOfFile rows used of each, in the order of `files`.
 * @param licences of each file by its path; `unknown` where there is none. Throws `DataError` `data-file-unreadable`.
 */
export async function describeSources(
  files: readonly string[],
  rowsOfFile: readonly number[],
  licences: Readonly<Record<string, string>> = {},
): Promise<Pick<RouterManifest, 'data' | 'created'>> {
  const facts = await Promise.all(files.map(readFileFacts))
  const data = files.map(
    (file, index): DataSource => ({
      name: basename(file),
      sha256: facts[index]!.sha256,
      licence: licences[file] ?? 'unknown',
      rows: rowsOfFile[index]!,
    }),
  )
  const newest = Math.max(...facts.map(({ modified }) => modified.getTime()))
  return { data, created: new Date(newest).toISOString() }
}
