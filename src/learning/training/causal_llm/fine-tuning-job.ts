import { RouteLLMError, UpstreamError } from '../../../errors.ts'
import {
  FineTuningCallError,
  type FineTuningEvent,
  type FineTuningJob,
  type FineTuningService,
  type JobRequest,
} from './fine-tuning-service.ts'
import type { SubmissionState } from './fine-tuning-state.ts'

/** Waits for this many milliseconds; rejects with `signal.reason` once it aborts. */
export type Wait = (ms: number, signal: AbortSignal | undefined) => Promise<void>

export type Submission = {
  readonly service: FineTuningService
  /** The name comes from the content, so the service's list shows whether it has the file. */
  readonly files: { readonly training: NamedBytes; readonly validation?: NamedBytes }
  readonly job: Omit<JobRequest, 'trainingFile' | 'validationFile'>
  /** What an earlier run came to. */
  readonly state: SubmissionState
  /** Saves the state for the next run. */
  readonly save: (state: SubmissionState) => Promise<void>
  readonly wait: Wait
  readonly signal?: AbortSignal
}

export type NamedBytes = { readonly name: string; readonly bytes: Uint8Array }

/**
 * Uploads the files and starts the job, each once. A step that an earlier run completed is not repeated. For a step
 * that may be complete (a run ended before it recorded the result, or the connection broke), the service is searched
 * first.
 *
 * @returns the state with the job's id.
 */
export async function submit(submission: Submission): Promise<SubmissionState & { readonly job: string }> {
  const { service, files, save, signal } = submission
  let { state } = submission
  const note = async (change: Partial<SubmissionState>) => {
    state = { ...state, ...change }
    await save(state)
  }
  const begin = (step: 'trainingFile' | 'validationFile' | 'job') =>
    note({ begun: [...new Set([...(state.begun ?? []), step])] })
  const uploaded = async (key: 'trainingFile' | 'validationFile', { name, bytes }: NamedBytes) => {
    const known = state[key]
    if (known !== undefined) return known
    const id = await once(
      submission,
      state.begun?.includes(key) === true,
      () => service.findFile(name, bytes.length, signal),
      async () => {
        await begin(key)
        return service.upload(name, bytes, signal)
      },
    )
    await note({ [key]: id })
    return id
  }

  const trainingFile = await uploaded('trainingFile', files.training)
  const validationFile =
    files.validation === undefined ? undefined : await uploaded('validationFile', files.validation)
  if (state.job !== undefined) return { ...state, job: state.job }
  const request: JobRequest = {
    ...submission.job,
    trainingFile,
    ...(validationFile !== undefined && { validationFile }),
  }
  const { id } = await once(
    submission,
    state.begun?.includes('job') === true,
    () => service.findJob(request, signal),
    async () => {
      await begin('job')
      return service.createJob(request, signal)
    },
  )
  await note({ job: id })
  return { ...state, job: id }
}

const mostAttempts = 4
const firstWaitMs = 1_000

/** Creates something unless it is there already, and looks again after each failure that leaves that open. */
async function once<T>(
  { wait, signal }: Pick<Submission, 'wait' | 'signal'>,
  mayBeThere: boolean,
  find: () => Promise<T | undefined>,
  create: () => Promise<T>,
): Promise<T> {
  let look = mayBeThere
  for (let tries = 1; ; tries++) {
    const found = look ? await find() : undefined
    if (found !== undefined) return found
    try {
      return await create()
    } catch (error) {
      if (!(error instanceof FineTuningCallError) || error.done === 'no' || tries === mostAttempts)
        throw error
      look ||= error.done === 'unknown'
      await wait(firstWaitMs * 2 ** (tries - 1), signal)
    }
  }
}

/** What happens to a job while it is followed. */
export type JobUpdate =
  | { readonly kind: 'status'; readonly status: string; readonly isKnown: boolean }
  | { readonly kind: 'event'; readonly event: FineTuningEvent }
  /** The service did not answer; it is asked again. */
  | { readonly kind: 'unreachable'; readonly message: string }

export type Following = {
  readonly service: FineTuningService
  readonly job: string
  readonly onUpdate: (update: JobUpdate) => void
  /** Longest wait between two looks; the first is at most 5 s, and they grow by half. */
  readonly longestWaitMs: number
  readonly wait: Wait
  readonly signal?: AbortSignal
}

export type FinishedJob = FineTuningJob & { readonly model: string }

const shortestWaitMs = 5_000
const knownStatuses = ['validating_files', 'queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled']
/** A job takes hours; a service that is away for some looks is no reason to give it up. */
const mostFailures = 10

/**
 * Waits for the job's end and reports its statuses and events, each once and in order. An unknown status counts as one
 * of a running job.
 *
 * @throws UpstreamError `fine-tuning-failed`; RouteLLMError `fine-tuning-cancelled`; FineTuningCallError if the service
 * stays unavailable; `signal.reason` once `signal` aborts, although the job continues.
 */
export async function follow(following: Following): Promise<FinishedJob> {
  const { service, job: id, onUpdate, longestWaitMs, wait, signal } = following
  const seen = new Set<string>()
  let status: string | undefined
  let failures = 0
  for (
    let waitMs = Math.min(shortestWaitMs, longestWaitMs);
    ;
    waitMs = Math.min(waitMs * 1.5, longestWaitMs)
  ) {
    const job = await look()
    if (job !== undefined && job.status !== status) {
      status = job.status
      onUpdate({ kind: 'status', status, isKnown: knownStatuses.includes(status) })
    }
    if (job !== undefined) {
      const ended = endOf(job)
      if (ended !== undefined) return ended
    }
    await wait(waitMs, signal)
  }

  async function look(): Promise<FineTuningJob | undefined> {
    try {
      const job = await service.job(id, signal)
      for (const event of (await service.events(id, signal)).toReversed()) {
        if (seen.has(event.id)) continue
        seen.add(event.id)
        onUpdate({ kind: 'event', event })
      }
      failures = 0
      return job
    } catch (error) {
      if (!(error instanceof FineTuningCallError) || error.done === 'no' || ++failures === mostFailures)
        throw error
      onUpdate({ kind: 'unreachable', message: error.message })
      return undefined
    }
  }
}

/** Undefined while the job runs. */
function endOf(job: FineTuningJob): FinishedJob | undefined {
  switch (job.status) {
    case 'succeeded':
      if (job.model !== undefined) return { ...job, model: job.model }
      throw new UpstreamError(
        'fine-tuning-failed',
        `The fine-tuning job ${job.id} succeeded, and the service names no model. Look for it there.`,
      )
    case 'failed':
      throw new UpstreamError(
        'fine-tuning-failed',
        `The fine-tuning job ${job.id} failed: ${job.error ?? 'the service does not say why'}. Mend the data or choose another base model; a new run with other data or another --output starts a new job.`,
      )
    case 'cancelled':
      throw new RouteLLMError('fine-tuning-cancelled', `The fine-tuning job ${job.id} was cancelled.`)
    default:
      return undefined
  }
}
