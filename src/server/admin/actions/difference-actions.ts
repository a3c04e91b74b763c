import type { CommandRun } from './command-run.ts'

export type DifferenceAsked = {
  /** `auto`, or the name of a policy. */
  readonly policy: string
  /** As `routellm policies difference` takes them: `serving`, `configured`, `canary`, or a router, each with `@threshold` after it. */
  readonly from: string
  readonly to: string
  /** Requests that are compared at most, the newest ones. */
  readonly limit: number
}

/** Runs `routellm policies difference` in a process of its own, one at a time. */
export type DifferenceActions = {
  /** @throws RouteLLMError `difference-running` (409). */
  start(asked: DifferenceAsked): CommandRun<DifferenceAsked>
  /** The one that runs, or else the last one; null: none has run since the server started. */
  current(): CommandRun<DifferenceAsked> | null
  /** Stops the one that runs and waits for its end. False: none does. */
  cancel(): Promise<boolean>
}
