import type { Config } from '../../../../../config/config.ts'
import { commandLineSource, demoSource } from '../../../../../config/demo.ts'
import type { ExperimentsResult } from '../../../../../jobs/experiments/job.ts'
import type { ServerLog } from '../../../../../server/inference/exchange.ts'
import { runOwnCommand } from '../own-command.ts'

/** Asks every ten minutes what live sessions show of experiments and canaries, and ends those that are over. */
export type Experimenting = {
  /** What is served from now on. */
  configure(config: Config): void
  /** Whether an experiment has ended, so that everyone gets its control. */
  isStopped(experiment: string): boolean
  /** Ends the program that runs. */
  close(): Promise<void>
}

export type ExperimentingParts = {
  readonly log: ServerLog
  /** Experiments that had ended before the start. Default: none. */
  readonly ended?: Iterable<string>
  /** Evaluates, and gives the result as JSON. Default: `routellm experiments` in a process of its own. */
  readonly evaluate?: (configFile: string, signal: AbortSignal) => Promise<string>
  readonly everyMs?: number
  /** After the start, or a change of the configuration. */
  readonly firstMs?: number
}

export function createExperimenting({
  log,
  ended = [],
  evaluate = (file, signal) =>
    runOwnCommand(['experiments', '--config', file, '--enforce', '--json'], signal),
  everyMs = 600_000,
  firstMs = 5_000,
}: ExperimentingParts): Experimenting {
  const closing = new AbortController()
  const stopped = new Set<string>(ended)
  const told = new Set<string>()
  let source: string | null = null
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null

  function wait(ms: number): void {
    clearTimeout(timer)
    if (source === null || closing.signal.aborted) return
    timer = setTimeout(() => {
      running ??= run(source!).finally(() => {
        running = null
        wait(everyMs)
      })
    }, ms).unref()
  }

  async function run(file: string): Promise<void> {
    try {
      take(JSON.parse(await evaluate(file, closing.signal)) as ExperimentsResult)
    } catch (error) {
      if (closing.signal.aborted) return
      const problem = error instanceof Error ? error.message : String(error)
      log.warn({ problem }, 'the experiments cannot be evaluated; it is tried again')
    }
  }

  function take({ experiments, canaries }: ExperimentsResult): void {
    for (const { id, verdict, problem } of experiments) {
      if (verdict.kind !== 'running') stopped.add(id)
      if (problem !== null)
        tell(`${id} ${problem}`, { experiment: id, problem }, 'an experiment is not evaluated')
      else if (verdict.kind !== 'running')
        tell(id, { experiment: id, verdict }, 'an experiment has ended; everyone gets its control again')
    }
    for (const { id, policy, why, verdict, isRemoved } of canaries) {
      if (verdict !== 'guard') continue
      // Before the lock file is read again.
      stopped.add(id)
      tell(
        id,
        { canary: id, policy, why },
        isRemoved ? 'a canary is rolled back' : 'a guard speaks against a canary',
      )
    }
  }

  function tell(what: string, fields: object, message: string): void {
    if (told.has(what)) return
    told.add(what)
    log.warn(fields, message)
  }

  return {
    configure({ source: file, store, experiments, lock }) {
      const isTried = experiments.length > 0 || lock?.routes.some(({ canary }) => canary !== null) === true
      // The program that evaluates reads the file; a configuration of flags alone has none.
      const isFile = file !== demoSource && file !== commandLineSource
      source = isTried && store !== null && isFile ? file : null
      wait(firstMs)
    },
    isStopped: (experiment) => stopped.has(experiment),
    async close() {
      clearTimeout(timer)
      closing.abort()
      await running
    },
  }
}
