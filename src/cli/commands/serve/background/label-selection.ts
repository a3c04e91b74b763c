import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Config } from '../../../../config/config.ts'
import type { ServerLog } from '../../../../server/inference/exchange-context.ts'

/** Puts requests up for a label while a server runs, in a process of its own: the database is read at once. */
export type LabelSelection = {
  /** The configuration that is served from now on. */
  configure(config: Config): void
  /** Stops what runs. */
  close(): Promise<void>
}

export type LabelSelectionParts = {
  readonly log: ServerLog
  /** Whether a store keeps requests. */
  readonly keeps: boolean
  /** Whether a certificate in service shows drift: then requests unlike the labelled ones come first. */
  readonly isDrifting: () => boolean
  /** Default: ten minutes. */
  readonly everyMs?: number
  /** Default: `routellm labels select`. */
  readonly start?: (configFile: string, driftFirst: boolean, signal: AbortSignal) => Promise<void>
}

export function createLabelSelection(parts: LabelSelectionParts): LabelSelection {
  const { log, keeps, isDrifting, everyMs = 600_000, start = runSelect } = parts
  const closing = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null

  async function run(configFile: string): Promise<void> {
    try {
      await start(configFile, isDrifting(), closing.signal)
    } catch (error) {
      if (closing.signal.aborted) return
      const problem = error instanceof Error ? error.message : String(error)
      log.warn({ problem }, 'no requests were put up for a label; it is tried again later')
    }
    running = null
  }

  return {
    configure({ labels, source }) {
      clearInterval(timer)
      if (labels === null || !keeps) return
      timer = setInterval(() => {
        running ??= run(source)
      }, everyMs)
    },
    async close() {
      clearInterval(timer)
      closing.abort()
      await running
    },
  }
}

const program = fileURLToPath(new URL('../../../main.js', import.meta.url))

async function runSelect(configFile: string, driftFirst: boolean, signal: AbortSignal): Promise<void> {
  const argv = [
    program,
    'labels',
    'select',
    '--config',
    configFile,
    '--json',
    ...(driftFirst ? ['--drifting'] : []),
  ]
  await promisify(execFile)(process.execPath, argv, { signal })
}
