import { z } from 'zod'
import { InvalidRequestError } from '../errors.ts'
import type { Workspace } from './workspace.ts'

/**
 * A piece of work that takes longer than a request: training, evaluation, an audit. The command line starts it, and a
 * worker can.
 *
 * The payload is plain JSON, so it can wait in a queue of another process: paths, names and options, never a
 * credential. A field that is added later is optional, because a queue may still hold payloads of the release before.
 * The result is plain JSON too. Equal payloads on equal data give equal results, because the payload has the random
 * seed.
 */
export type Job<Payload, Result> = {
  /** kebab-case, such as `train` or `evaluate`. */
  readonly name: string
  readonly payload: z.ZodType<Payload>
  /** Rejects with `context.signal.reason` within a second after the signal aborts. Leaves nothing half-written. */
  run(payload: Payload, context: JobContext): Promise<Result>
}

/** What a job is given by whoever runs it. */
export type JobContext = {
  readonly signal: AbortSignal
  /** Called often, and cheap to call. */
  readonly onProgress: (progress: JobProgress) => void
  /** Called with a warning that does not stop the job: one sentence, without a prompt in it. */
  readonly onWarning: (message: string) => void
  /** Called with an event, for a person who waits: one line. */
  readonly onNotice?: (message: string) => void
  readonly workspace: Workspace
}

export type JobProgress = {
  /** The current stage, such as `embedding`; a job may have several stages, one after the other. */
  readonly stage: string
  readonly done: number
  /** null if it is not known in advance. */
  readonly total: number | null
  /** Details such as the loss so far; may be empty. */
  readonly detail: string
}

/** Runs a job in this process after its payload is checked. @throws InvalidRequestError `invalid-job-payload`. */
export async function runJob<Payload, Result>(
  job: Job<Payload, Result>,
  payload: unknown,
  context: JobContext,
): Promise<Result> {
  const parsed = parsePayload(job, payload)
  context.signal.throwIfAborted()
  return job.run(parsed, context)
}

/** @throws InvalidRequestError `invalid-job-payload`, naming every field at fault. */
export function parsePayload<Payload>(job: Job<Payload, unknown>, payload: unknown): Payload {
  const parsed = job.payload.safeParse(payload)
  if (parsed.success) return parsed.data
  throw new InvalidRequestError(
    'invalid-job-payload',
    `The payload of the job ${job.name} does not fit: ${z.prettifyError(parsed.error)}`,
    { param: parsed.error.issues[0]?.path.join('.') ?? 'payload' },
  )
}
