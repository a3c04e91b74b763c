/** A command that runs in a process of its own, or has run. @template Asked what it was started with. */
export type CommandRun<Asked, Result = unknown> = {
  readonly asked: Asked
  /** Milliseconds since 1970. */
  readonly startedAt: number
} & (
  | { readonly state: 'running'; readonly progress: RunProgress | null }
  /** `result`: what the command prints with `--json`. */
  | { readonly state: 'done'; readonly endedAt: number; readonly result: Result }
  | { readonly state: 'failed'; readonly endedAt: number; readonly problem: string }
  | { readonly state: 'cancelled'; readonly endedAt: number }
)

export type RunProgress = {
  /** What it does now: `fitting`. It may have several stages, one after the other. */
  readonly stage: string
  readonly done: number
  /** null if it is not known. */
  readonly total: number | null
}
