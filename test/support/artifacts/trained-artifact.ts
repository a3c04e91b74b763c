import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RouterArtifact } from '../../../src/base/artifact/router-artifact.ts'
import { saveRouterArtifact } from '../../../src/base/artifact/save.ts'

/** An artifact on disk, in a temporary folder of its own. */
export type TrainedArtifact = {
  /** The artifact's folder, which names the router. */
  readonly folder: string
  remove(): Promise<void>
}

/** Trains a router on a temporary file of rows and saves its artifact in a folder of this name. */
export async function trainArtifact(
  name: string,
  rows: readonly object[],
  train: (file: string) => Promise<{ readonly artifact: RouterArtifact }>,
): Promise<TrainedArtifact> {
  const place = await mkdtemp(join(tmpdir(), `${name}-artifact-`))
  const file = join(place, 'rows.jsonl')
  await writeRows(file, rows)
  const { artifact } = await train(file)
  const folder = join(place, name)
  await saveRouterArtifact(folder, artifact)
  return { folder, remove: () => rm(place, { recursive: true, force: true }) }
}

/** Writes rows as JSON Lines. `modified` fixes the date of the file, which an artifact records as its own. */
export async function writeRows(file: string, rows: readonly object[], modified?: Date): Promise<void> {
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  if (modified !== undefined) await utimes(file, modified, modified)
}
