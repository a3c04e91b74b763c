import type { CommandRun, RunProgress } from '../../../../server/admin/actions/command-run.ts'
import { runOwnCommand } from '../background/own-command.ts'

/** Runs a command in a process of its own, one at a time, and remembers the last run. */
export type CommandRuns<Asked> = {
  /** Does nothing and returns null if one runs. */
  start(asked: Asked, argv: readonly string[]): CommandRun<Asked> | null
  current(): CommandRun<Asked> | null
  /** Stops the one that runs, and resolves when its process has ended. False: none runs. */
  cancel(): Promise<boolean>
}

/** @param run runs it to its end and resolves to what it has printed. Default: a process of its own. */
export function createCommandRuns<Asked>(
  run: typeof runOwnCommand = runOwnCommand,
  now: () => number = Date.now,
): CommandRuns<Asked> {
  let last: CommandRun<Asked> | null = null
  let running: { readonly stop: AbortController; readonly ended: Promise<void> } | null = null

  async function follow(asked: Asked, startedAt: number, argv: readonly string[], stop: AbortController) {
    const onProgress = (progress: RunProgress) => {
      last = { asked, startedAt, state: 'running', progress }
    }
    try {
      const result: unknown = JSON.parse(await run(argv, stop.signal, onProgress))
      last = { asked, startedAt, state: 'done', endedAt: now(), result }
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      last = stop.signal.aborted
        ? { asked, startedAt, state: 'cancelled', endedAt: now() }
        : { asked, startedAt, state: 'failed', endedAt: now(), problem }
    } finally {
      running = null
    }
  }

  return {
    start(asked, argv) {
      if (running !== null) return null
      const stop = new AbortController()
      const startedAt = now()
      const started: CommandRun<Asked> = { asked, startedAt, state: 'running', progress: null }
      last = started
      running = { stop, ended: follow(asked, startedAt, argv, stop) }
      return started
    },
    current: () => last,
    async cancel() {
      if (running === null) return false
      const { stop, ended } = running
      stop.abort()
      await ended
      return true
    },
  }
}
