import type { JobProgress } from './job.ts'

/** Keeps jobs until they are run, and their results afterwards. */
export type Queue = {
  /**
   * @param name of a job that the queue knows. @returns the job's id.
   * @throws InvalidRequestError `unknown-job`, `invalid-job-payload`; RouteLLMError `queue-closed`.
   */
  enqueue(name: string, payload: unknown): Promise<string>
  /** undefined for an id that the queue does not know (any more). */
  status(id: string): Promise<JobStatus | undefined>
  /** Resolves once the job is over, with its last status. @throws InvalidRequestError `unknown-job-id`. */
  finished(id: string): Promise<JobStatus>
  /** A waiting job never runs; a running job receives an abort signal. @returns false if it is over or unknown. */
  cancel(id: string): Promise<boolean>
  /** Refuses new jobs, cancels those that wait or run, and resolves when the last one has stopped. */
  close(): Promise<void>
}

export type JobStatus = {
  readonly id: string
  readonly name: string
  /** The last that the job reported; null before its first report. */
  readonly progress: JobProgress | null
  readonly warnings: readonly string[]
} & JobState

export type JobState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: { readonly code: string; readonly message: string } }
  | { readonly kind: 'cancelled' }
