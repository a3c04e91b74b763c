import type { CommandRun } from './command-run.ts'

export type DifferenceAsked = {
  /** `auto`, or the name of a policy. */
  readonly policy: string
  /** `serving`, `configured`, `canary`, or a router that is configured or was in service; `@threshold` can follow each. */
  readonly from: string
  readonly to: string
  /** Requests that are compared at most, the newest ones. */
  readonly limit: number
}

/** Runs `routellm policies difference` in a process of its own, one at a time. */
export type DifferenceActions = {
  /**
   * Rejects with InvalidRequestError `unknown-router` (400) for another router, such as a path, which only the command takes;
   * `bad-threshold` (400); RouteLLMError `difference-running` (409).
   */
  start(asked: DifferenceAsked): Promise<CommandRun<DifferenceAsked>>
  /** The one that runs, or else the last one; null: none has run since the server started. */
  current(): CommandRun<DifferenceAsked> | null
  /** Stops the one that runs and waits for its end. False: none does. */
  cancel(): Promise<boolean>
}
