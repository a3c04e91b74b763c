import { type SharedWork, shareWork } from '../../../../base/concurrency/shared-work.ts'
import type { Config } from '../../../../config/config.ts'
import { commandLineSource, demoSource } from '../../../../config/demo.ts'
import { InvalidRequestError } from '../../../../errors.ts'
import { describeRest, formatVerdict } from '../../../../jobs/experiments/describe-experiment.ts'
import type { EvaluatedExperiment } from '../../../../jobs/experiments/evaluate-experiment.ts'
import type { ExperimentsResult } from '../../../../jobs/experiments/job.ts'
import type {
  ExperimentActions,
  ExperimentEvidence,
} from '../../../../server/admin/actions/experiment-actions.ts'
import { runOwnCommand } from '../background/own-command.ts'

/** @param run `routellm experiments` with a configuration file, which prints JSON. Default: a process of its own. */
export function createExperimentActions(
  config: () => Config,
  run: (configFile: string, signal: AbortSignal) => Promise<string> = (file, signal) =>
    runOwnCommand(['experiments', '--config', file, '--history', '--json'], signal),
): ExperimentActions {
  let running: SharedWork<readonly ExperimentEvidence[]> | null = null

  const start = (file: string) =>
    shareWork(
      async (signal) => toEvidence(JSON.parse(await run(file, signal)) as ExperimentsResult),
      () => {
        running = null
      },
    )

  return {
    async evaluate(signal) {
      const { source, experiments, lock } = config()
      const isTried = experiments.length > 0 || (lock?.routes ?? []).some(({ canary }) => canary !== null)
      // The program that evaluates reads the file.
      if (!isTried || source === demoSource || source === commandLineSource) return []
      signal.throwIfAborted()
      running ??= start(source)
      try {
        return await running.join(signal)
      } catch (error) {
        throw signal.aborted ? error : notEvaluated(error)
      }
    },
  }
}

function toEvidence({ experiments, canaries }: ExperimentsResult): readonly ExperimentEvidence[] {
  return [
    ...experiments.map((experiment) => {
      const { id, sessions, verdict, history = [] } = experiment
      return { id, sessions, needed: null, verdict: verdict.kind, history, why: describe(experiment) }
    }),
    ...canaries.map(({ id, sessions, needed, verdict, why, history = [] }) => ({
      ...{ id, sessions, needed, verdict, why, history },
    })),
  ]
}

function describe(experiment: EvaluatedExperiment): string {
  const { problem, verdict } = experiment
  if (problem !== null) return `Not evaluated any more: ${problem}.`
  return verdict.kind === 'running' ? describeRest(experiment) : `${formatVerdict(verdict)}.`
}

function notEvaluated(error: unknown): InvalidRequestError {
  const problem = error instanceof Error ? error.message : String(error)
  return new InvalidRequestError('not-evaluated', `The sessions cannot be compared: ${problem}`, {
    status: 409,
    cause: error,
  })
}
