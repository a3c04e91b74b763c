import type { CommandRun } from './command-run.ts'
import type { By } from './lock-actions.ts'

export type LearnAsked = {
  /** `auto`, or the name of a policy. */
  readonly policy: string
  /** Trains and compares, and changes nothing. */
  readonly isDryRun: boolean
}

/** Runs `routellm learn` in a process of its own. One process learns from a store at a time. */
export type LearnActions = {
  /**
   * Adds `learn-start` to the audit trail.
   *
   * @throws RouteLLMError `learn-running` (409), also if it is the schedule or a person who runs it; InvalidRequestError
   *   `unknown-policy`, `policy-not-learned`.
   */
  start(run: LearnAsked & By): Promise<CommandRun<LearnAsked>>
  /** The one that runs, or else the last one; null: none has run since the server started. */
  current(): CommandRun<LearnAsked> | null
  /** A process that learns from the store, and that `start` has not started; null: none does. */
  holder(): Promise<LearnHolder | null>
  /** Stops the one that runs and waits for its end; adds `learn-cancel` to the audit trail. False: none does. */
  cancel(by: By): Promise<boolean>
}

export type LearnHolder = {
  readonly host: string
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly since: number
}
