import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Config } from '../../../../config/config.ts'
import type { ServerLog } from '../../../../server/inference/exchange-context.ts'
import { runLearnProgram } from './learn-program.ts'

/** Runs `routellm learn` every so often, as `learn.every` says. */
export type Learning = {
  /** What is served from now on. */
  configure(config: Config): void
  /** Ends the program that runs. */
  close(): Promise<void>
}

export type LearningParts = {
  readonly log: ServerLog
  /** Tells the person who runs the server. */
  note(line: string): void
  /** Whether requests are kept. */
  readonly keeps: boolean
  /** Runs it to its end, and gives a line for each policy. Rejects with what it said if it failed. Default: a process of its own. */
  readonly start?: (configFile: string, signal: AbortSignal) => Promise<readonly string[]>
  readonly now?: () => number
}

/** It has the time of the last run, so that a restart does not begin the wait anew. Servers of one store share it. */
const stampFile = 'learned-at'
/** A timer cannot wait longer than 25 days. */
const longestWaitMs = 3_600_000

export function createLearning({
  log,
  note,
  keeps,
  start = runLearnProgram,
  now = Date.now,
}: LearningParts): Learning {
  const closing = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let served: Config | null = null

  async function learnIfDue(): Promise<void> {
    const due = await findDueTime(served, now)
    if (due === null || closing.signal.aborted) return
    if (due.time <= now()) await learn(due.source, due.stamp)
  }

  async function learn(source: string, stamp: string): Promise<void> {
    // Before the run, which may fail each time.
    await mark(stamp, now())
    try {
      for (const line of await start(source, closing.signal)) note(line)
    } catch (error) {
      if (closing.signal.aborted) return
      log.warn({ problem: error instanceof Error ? error.message : String(error) }, '`routellm learn` failed')
    }
  }

  function wait(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      running ??= learnIfDue()
        .catch(warnOfSchedule)
        .finally(() => {
          running = null
          if (!closing.signal.aborted) void schedule()
        })
    }, ms).unref()
  }

  /** A folder that cannot be written, mostly: an hour later it may be possible. */
  function warnOfSchedule(error: unknown): void {
    log.warn({ problem: String(error) }, '`routellm learn` cannot be scheduled; it is tried again')
  }

  async function schedule(): Promise<void> {
    const dueTime = await findDueTime(served, now).then(
      (due) => due?.time ?? null,
      (error: unknown) => {
        warnOfSchedule(error)
        return Number.POSITIVE_INFINITY
      },
    )
    if (dueTime !== null && !closing.signal.aborted)
      wait(Math.min(longestWaitMs, Math.max(0, dueTime - now())))
  }

  return {
    configure(config) {
      served = keeps ? config : null
      clearTimeout(timer)
      if (running === null) void schedule()
    },
    async close() {
      clearTimeout(timer)
      closing.abort()
      await running
    },
  }
}

type Due = { readonly time: number; readonly source: string; readonly stamp: string }

/** When it is due: `every` after the last run, or from now on if there was none. Null if it is not scheduled. */
async function findDueTime(config: Config | null, now: () => number): Promise<Due | null> {
  const every = config?.learn.every
  if (config === null || every === undefined || config.store === null) return null
  const stamp = join(config.store.folder, stampFile)
  const last = Date.parse((await readFile(stamp, 'utf8').catch(() => '')).trim())
  if (Number.isNaN(last)) await mark(stamp, now())
  return { time: Math.min(Number.isNaN(last) ? now() : last, now()) + every, source: config.source, stamp }
}

async function mark(stamp: string, time: number): Promise<void> {
  await mkdir(dirname(stamp), { recursive: true, mode: 0o700 })
  await writeFile(stamp, `${new Date(time).toISOString()}\n`)
}
