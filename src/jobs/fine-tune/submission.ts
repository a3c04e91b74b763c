import { createHash } from 'node:crypto'
import { readRegularFile } from '../../base/files/read-file.ts'
import { waitOrAbort } from '../../base/http/retry.ts'
import {
  type FinishedJob,
  follow,
  type JobUpdate,
  type NamedBytes,
  submit,
} from '../../learning/training/causal_llm/fine-tuning-job.ts'
import type { FineTuningService } from '../../learning/training/causal_llm/fine-tuning-service.ts'
import {
  readSubmissionState,
  stateFileOf,
  writeSubmissionState,
} from '../../learning/training/causal_llm/fine-tuning-state.ts'
import type { JobContext } from '../job.ts'
import type { FineTuningProvider } from './provider.ts'

/** How a job is followed. */
export type FollowOptions = { readonly longestWaitMs: number }

export type SubmitOptions = FollowOptions & {
  readonly baseModel: string
  readonly epochs?: number
  readonly seed: number
  /** The files that were written. */
  readonly training: string
  readonly validation?: string
}

/** Loads the official client. Throws MissingPackageError if the package `openai` is not installed. */
export async function openService(provider: FineTuningProvider): Promise<FineTuningService> {
  const { loadOpenAIFineTuningService } = await import(
    '../../learning/training/causal_llm/openai-fine-tuning-service.ts'
  )
  const { baseUrl, apiKey, headers } = provider
  return loadOpenAIFineTuningService({ baseUrl, headers, ...(apiKey !== undefined && { apiKey }) })
}

/** Uploads, starts and follows; a run that ended early is gone on with. */
export async function submitAndFollow(
  provider: FineTuningProvider,
  options: SubmitOptions,
  context: JobContext,
): Promise<FinishedJob> {
  const { signal } = context
  const { baseModel, epochs, seed } = options
  const training = await contentNamed(options.training)
  const validation = options.validation === undefined ? undefined : await contentNamed(options.validation)
  const stateFile = stateFileOf(options.training)
  const state = await readSubmissionState(stateFile, {
    baseUrl: provider.baseUrl,
    baseModel,
    ...(epochs !== undefined && { epochs }),
    trainingSha256: training.sha256,
    ...(validation !== undefined && { validationSha256: validation.sha256 }),
  })
  const service = await openService(provider)
  if (state.begun !== undefined) context.onNotice?.(`Going on with the submission that ${stateFile} records.`)
  const submitted = await submit({
    service,
    files: { training, ...(validation !== undefined && { validation }) },
    job: { baseModel, seed, suffix: 'routellm', ...(epochs !== undefined && { epochs }) },
    state,
    save: (next) => writeSubmissionState(stateFile, next),
    wait: waitOrAbort,
    signal,
  })
  const finished = await followJob(service, submitted.job, provider, options, context)
  await writeSubmissionState(stateFile, { ...submitted, model: finished.model })
  return finished
}

/**
 * Follows a job to its end. If the signal aborts, the job continues at the service, and notices say how to follow it
 * again.
 */
export async function followJob(
  service: FineTuningService,
  job: string,
  provider: FineTuningProvider,
  { longestWaitMs }: FollowOptions,
  { signal, onNotice, onProgress }: JobContext,
): Promise<FinishedJob> {
  onNotice?.(`Job ${job}; Ctrl-C leaves it running.`)
  const stopped = () => {
    onNotice?.(`The job ${job} goes on at ${provider.baseUrl}.`)
    onNotice?.(`  follow it: routellm train causal_llm --submit ${provider.name} --job ${job}`)
    onNotice?.(`  stop it:   routellm train causal_llm --submit ${provider.name} --job ${job} --cancel`)
  }
  signal.addEventListener('abort', stopped, { once: true })
  return follow({
    service,
    job,
    longestWaitMs,
    wait: waitOrAbort,
    signal,
    onUpdate(update) {
      if (update.kind === 'event' && update.event.progress !== undefined) {
        const { step, totalSteps, loss } = update.event.progress
        const detail = loss === undefined ? '' : `loss ${loss.toFixed(4)}`
        onProgress({ stage: 'training', done: step, total: totalSteps ?? null, detail })
      }
      const line = formatUpdate(update)
      if (line !== undefined) onNotice?.(`  ${line}`)
    },
  }).finally(() => signal.removeEventListener('abort', stopped))
}

/** One line for what happened to a job; undefined for its progress. */
function formatUpdate(update: JobUpdate): string | undefined {
  switch (update.kind) {
    case 'status':
      return update.isKnown
        ? `status: ${update.status}`
        : `status: ${update.status}, which is not known here; it is watched until it ends`
    case 'event':
      return update.event.progress === undefined ? update.event.message : undefined
    case 'unreachable':
      return `${update.message} Asking again.`
  }
}

/** The name comes from the content, so the service's list of files shows whether it has this file. */
async function contentNamed(file: string): Promise<NamedBytes & { readonly sha256: string }> {
  const bytes = await readRegularFile(file)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { name: `routellm-${sha256.slice(0, 16)}.jsonl`, bytes, sha256 }
}
