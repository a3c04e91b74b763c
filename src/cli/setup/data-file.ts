import { resolve } from 'node:path'
import type { CommandContext } from '../terminal/terminal.ts'

/** The local path of a data file: below the folder that the command runs in, or downloaded from the hub. */
export async function dataFile(given: string, { folder, environment }: CommandContext): Promise<string> {
  const { isHubFile, resolveHubFile } = await import('../../base/files/hub/data-file.ts')
  return isHubFile(given) ? resolveHubFile(given, environment.hub) : resolve(folder, given)
}
