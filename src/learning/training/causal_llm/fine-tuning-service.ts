import { UpstreamError } from '../../../errors.ts'

/** A service that fine-tunes models: OpenAI's `/v1/files` and `/v1/fine_tuning/jobs`, or a compatible one. */
export type FineTuningService = {
  /** @returns the file's id. Does not retry, because only the caller can find out whether the file has arrived. */
  upload(name: string, bytes: Uint8Array, signal?: AbortSignal): Promise<string>
  /** The id of an uploaded file of that name and size, if there is one. */
  findFile(name: string, byteLength: number, signal?: AbortSignal): Promise<string | undefined>
  /** Starts a job. Not tried again here. */
  createJob(request: JobRequest, signal?: AbortSignal): Promise<FineTuningJob>
  /** The newest job with this training file and base model that has not failed or been cancelled, if there is one. */
  findJob(
    request: Pick<JobRequest, 'trainingFile' | 'baseModel'>,
    signal?: AbortSignal,
  ): Promise<FineTuningJob | undefined>
  job(id: string, signal?: AbortSignal): Promise<FineTuningJob>
  cancelJob(id: string, signal?: AbortSignal): Promise<FineTuningJob>
  /** Newest first, at most a hundred; empty if the service has no list. */
  events(id: string, signal?: AbortSignal): Promise<readonly FineTuningEvent[]>
}

export type JobRequest = {
  readonly baseModel: string
  readonly trainingFile: string
  readonly validationFile?: string
  readonly seed: number
  readonly epochs?: number
  /** Part of the new model's name, if the service generates one. */
  readonly suffix: string
}

export type FineTuningJob = {
  readonly id: string
  /** `validating_files`, `queued`, `running`, `succeeded`, `failed`, `cancelled`, or another status of the service. */
  readonly status: string
  readonly baseModel: string
  /** The new model's name, once it exists. */
  readonly model?: string
  readonly error?: string
  readonly trainedTokens?: number
}

export type FineTuningEvent = {
  readonly id: string
  readonly level: string
  readonly message: string
  readonly progress?: { readonly step: number; readonly totalSteps: number; readonly loss?: number }
}

/** A failed call, and whether the service may have done the request anyway. */
export class FineTuningCallError extends UpstreamError {
  /** `no`: it refused. `not-now`: it limits its rate. `unknown`: the connection broke, or the service did. */
  readonly done: 'no' | 'not-now' | 'unknown'

  constructor(done: 'no' | 'not-now' | 'unknown', message: string, cause: unknown) {
    super(done === 'no' ? 'fine-tuning-refused' : 'fine-tuning-unreachable', message, { cause })
    this.done = done
  }
}
