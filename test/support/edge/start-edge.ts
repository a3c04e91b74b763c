import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readExport } from '../../../src/cli/commands/export/read-export.ts'
import type { FetchHandlerConfig } from '../../../src/edge/config.ts'
import { project } from '../run-program.ts'

/** A deployed fetch handler. */
export type RunningEdge = {
  readonly url: string
  /** What it has logged. */
  log(): string
  close(): Promise<void>
}

export type EdgeOptions = {
  readonly config: FetchHandlerConfig
  readonly env?: Readonly<Record<string, string>>
  readonly open?: boolean
  /** Folders of routers beside the built-in one. */
  readonly folders?: readonly string[]
}

/** Deploys the handler in a runtime. */
export type StartEdge = (options: EdgeOptions) => Promise<RunningEdge>

/** The modules that every runtime gets: the built package's entry, and an export of `routellm export`. */
export async function edgeModules(
  folders: readonly string[] = [],
): Promise<{ handler: string; artifacts: string }> {
  const { artifacts } = await readExport(folders, () => {})
  return {
    handler: await readFile(join(project, 'dist', 'edge', 'index.js'), 'utf8'),
    artifacts: `export default ${JSON.stringify(artifacts)}\n`,
  }
}
