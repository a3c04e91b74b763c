import type { Config } from '../../../../../config/config.ts'
import { isInFile } from '../../../../../config/demo.ts'
import type { LockedRoute } from '../../../../../config/lock/applied-lock.ts'
import type { EvaluatedCertificate } from '../../../../../jobs/experiments/certificates/evaluate-certificate.ts'
import type { ExperimentsResult } from '../../../../../jobs/experiments/job.ts'
import type { DriftFigure } from '../../../../../routing/certificate/certificate.ts'
import type { DriftAlarm } from '../../../../../routing/certificate/drift/drift-detector.ts'
import type { ServerLog } from '../../../../../server/inference/exchange-context.ts'
import { runOwnCommand } from '../own-command.ts'

/** Asks every ten minutes what the store shows of experiments, canaries and certificates; ends what is over, and sets alarms. */
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
  /** Sets or takes back an alarm of the certificate in service. */
  setAlarm(policy: string, figure: DriftFigure, alarm: DriftAlarm | null): void
  /** Evaluates, and gives the result as JSON. Default: `routellm experiments` in a process of its own. */
  readonly evaluate?: (configFile: string, signal: AbortSignal) => Promise<string>
  readonly everyMs?: number
  /** After the start, or a change of the configuration. */
  readonly firstMs?: number
}

export function createExperimenting({
  log,
  ended = [],
  setAlarm,
  evaluate = (file, signal) =>
    runOwnCommand(['experiments', '--config', file, '--enforce', '--json'], signal),
  everyMs = 600_000,
  firstMs = 5_000,
}: ExperimentingParts): Experimenting {
  const closing = new AbortController()
  const stopped = new Set<string>(ended)
  const told = new Set<string>()
  let source: string | null = null
  let routes: readonly LockedRoute[] = []
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

  function take({ experiments, canaries, certificates }: ExperimentsResult): void {
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
    for (const certificate of certificates) setAlarms(certificate)
  }

  function setAlarms({ policy, sha256, quality, similarity }: EvaluatedCertificate): void {
    // Another router may have taken the place meanwhile.
    if (!routes.some(({ name, serving }) => name === policy && serving?.sha256 === sha256)) return
    if (quality !== null) setAlarm(policy, 'quality', quality.alarm)
    if (similarity !== null) setAlarm(policy, 'similarity', similarity.alarm)
  }

  function tell(what: string, fields: object, message: string): void {
    if (told.has(what)) return
    told.add(what)
    log.warn(fields, message)
  }

  return {
    configure({ source: file, store, experiments, lock }) {
      routes = lock?.routes ?? []
      const isTried = experiments.length > 0 || routes.length > 0
      // The program that evaluates reads the file; a configuration of flags alone has none.
      source = isTried && store !== null && isInFile({ source: file }) ? file : null
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
