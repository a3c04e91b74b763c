import type { By } from './lock-actions.ts'

/** Runs `routellm learn` in a process of its own. One runs at a time. */
export type LearnActions = {
  /** @throws RouteLLMError `learn-running` (409); InvalidRequestError `unknown-policy`. */
  start(run: { readonly policy: string; readonly isDryRun: boolean } & By): LearnRunState
  /** The one that runs, or else the last one; null: none has run since the server started. */
  current(): LearnRunState | null
  /** Stops the one that runs. False: none does. */
  cancel(): Promise<boolean>
}

export type LearnRunState = {
  readonly policy: string
  readonly isDryRun: boolean
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly state: 'running' | 'done' | 'failed' | 'cancelled'
  /** What it does now: `trains`; null before it says so. */
  readonly step: string | null
  /** From 0 to 1; null if it is not known. */
  readonly progress: number | null
  /** A sentence on what became of it; null while it runs. */
  readonly why: string | null
}
