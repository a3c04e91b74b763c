import type OpenAI from 'openai'
import { z } from 'zod'
import { rethrow } from '../../../base/concurrency/optional-import.ts'
import { MissingPackageError } from '../../../errors.ts'
import {
  FineTuningCallError,
  type FineTuningEvent,
  type FineTuningJob,
  type FineTuningService,
} from './fine-tuning-service.ts'

export type FineTuningEndpoint = {
  /** Up to and including `/v1`. */
  readonly baseUrl: string
  readonly apiKey?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Limit for one call, an upload's apart; 60,000 by default. */
  readonly timeoutMs?: number
  /** Further attempts at reading, with the client's own waits; 4 by default. */
  readonly retries?: number
}

const jobShape = z.object({
  id: z.string(),
  status: z.string(),
  model: z.string(),
  fine_tuned_model: z.string().nullish(),
  error: z.object({ message: z.string().nullish() }).nullish(),
  trained_tokens: z.number().nullish(),
})

const metricsShape = z.object({
  step: z.number(),
  total_steps: z.number(),
  train_loss: z.number().nullish(),
})

const uploadTimeoutMs = 600_000
const over = ['failed', 'cancelled']

/** The part of the package `openai` that is used. */
type Library = typeof import('openai')

/**
 * The fine-tuning API over the official client, which this function loads. The client retries calls that read. It does
 * not retry calls that upload or start something, because that could do it twice.
 *
 * @param load imports the package `openai`.
 * @throws MissingPackageError `missing-package` if the package `openai` is not installed. The service's functions reject
 *   with FineTuningCallError, which names the service and never the key, or with `signal.reason`.
 */
export async function loadOpenAIFineTuningService(
  endpoint: FineTuningEndpoint,
  load: () => Promise<Library> = () => import(/* webpackIgnore: true */ 'openai').catch(rethrow),
): Promise<FineTuningService> {
  return createService(endpoint, await loadLibrary(load))
}

async function loadLibrary(load: () => Promise<Library>): Promise<Library> {
  try {
    return await load()
  } catch (cause) {
    throw new MissingPackageError(
      'missing-package',
      'Fine-tuning over the OpenAI API needs the optional package openai, which cannot be loaded. Run `npm install openai`, or leave --submit out: the training files are written without it.',
      { cause },
    )
  }
}

function createService(endpoint: FineTuningEndpoint, library: Library): FineTuningService {
  const { OpenAI, APIError, APIUserAbortError, toFile } = library
  const { baseUrl, apiKey, headers, timeoutMs = 60_000, retries = 4 } = endpoint
  const client = new OpenAI({
    baseURL: baseUrl,
    // The class cannot be constructed without a key; endpoints that need none ignore it.
    apiKey: apiKey ?? 'no-key',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    timeout: timeoutMs,
    maxRetries: retries,
    ...(headers !== undefined && { defaultHeaders: headers }),
  })
  const { files, fineTuning } = client

  async function called<T>(
    what: string,
    signal: AbortSignal | undefined,
    call: () => Promise<T>,
  ): Promise<T> {
    try {
      return await call()
    } catch (error) {
      if (error instanceof APIUserAbortError) signal?.throwIfAborted()
      throw callError(error, statusOf(error), what, endpoint)
    }
  }

  const statusOf = (error: unknown) => (error instanceof APIError ? error.status : undefined)
  // Each call gets its own signal, because the client leaves its listeners on it.
  const withSignal = (signal: AbortSignal | undefined) =>
    signal === undefined ? {} : { signal: AbortSignal.any([signal]) }

  return {
    upload: (name, bytes, signal) =>
      called(`the upload of ${name}`, signal, async () => {
        const file = await toFile(bytes, name, { type: 'application/jsonl' })
        const options = { maxRetries: 0, timeout: uploadTimeoutMs, ...withSignal(signal) }
        return (await files.create({ file, purpose: 'fine-tune' }, options)).id
      }),
    findFile: (name, byteLength, signal) =>
      called('the list of files', signal, async () => {
        for await (const file of files.list({ purpose: 'fine-tune' }, withSignal(signal)))
          if (file.filename === name && file.bytes === byteLength) return file.id
        return undefined
      }),
    createJob: (request, signal) =>
      called('the start of the job', signal, async () => {
        const { baseModel, trainingFile, validationFile, seed, epochs, suffix } = request
        const supervised = epochs === undefined ? {} : { hyperparameters: { n_epochs: epochs } }
        const job = await fineTuning.jobs.create(
          {
            model: baseModel,
            training_file: trainingFile,
            ...(validationFile !== undefined && { validation_file: validationFile }),
            seed,
            suffix,
            method: { type: 'supervised', supervised },
          },
          { maxRetries: 0, ...withSignal(signal) },
        )
        return jobOf(job, endpoint)
      }),
    findJob: ({ trainingFile, baseModel }, signal) =>
      called('the list of jobs', signal, async () => {
        for await (const job of fineTuning.jobs.list({}, withSignal(signal)))
          if (job.training_file === trainingFile && job.model === baseModel && !over.includes(job.status))
            return jobOf(job, endpoint)
        return undefined
      }),
    job: (id, signal) =>
      called(`the job ${id}`, signal, async () =>
        jobOf(await fineTuning.jobs.retrieve(id, withSignal(signal)), endpoint),
      ),
    cancelJob: (id, signal) =>
      called(`the cancelling of ${id}`, signal, async () =>
        jobOf(await fineTuning.jobs.cancel(id, withSignal(signal)), endpoint),
      ),
    events: (id, signal) =>
      called(`the events of ${id}`, signal, async () => {
        try {
          const page = await fineTuning.jobs.listEvents(id, { limit: 100 }, withSignal(signal))
          return page.data.map(eventOf)
        } catch (error) {
          if (statusOf(error) === 404 || statusOf(error) === 405) return []
          throw error
        }
      }),
  }
}

function jobOf(value: unknown, { baseUrl }: FineTuningEndpoint): FineTuningJob {
  const parsed = jobShape.safeParse(value)
  if (!parsed.success)
    throw new FineTuningCallError(
      'unknown',
      `${baseUrl} answered with what is no fine-tuning job: ${(JSON.stringify(value) ?? 'nothing').slice(0, 200)}. Check the provider's baseUrl.`,
      parsed.error,
    )
  const { id, status, model: baseModel, fine_tuned_model: model, error, trained_tokens } = parsed.data
  return {
    id,
    status,
    baseModel,
    ...(typeof model === 'string' && { model }),
    ...(typeof error?.message === 'string' && error.message !== '' && { error: error.message }),
    ...(typeof trained_tokens === 'number' && { trainedTokens: trained_tokens }),
  }
}

function eventOf(event: OpenAI.FineTuning.Jobs.FineTuningJobEvent): FineTuningEvent {
  const metrics = metricsShape.safeParse(event.data)
  const { id, level, message } = event
  if (!metrics.success) return { id, level, message }
  const { step, total_steps: totalSteps, train_loss: loss } = metrics.data
  return {
    id,
    level,
    message,
    progress: { step, totalSteps, ...(typeof loss === 'number' && { loss }) },
  }
}

function callError(
  error: unknown,
  status: number | undefined,
  what: string,
  { baseUrl, apiKey }: FineTuningEndpoint,
): FineTuningCallError {
  if (error instanceof FineTuningCallError) return error
  const said = wordsOf(error)
  const words = (apiKey === undefined || apiKey === '' ? said : said.replaceAll(apiKey, '…')).slice(0, 300)
  const place = `${baseUrl} failed at ${what}: ${words}.`
  if (status === 429)
    return new FineTuningCallError('not-now', `${place} It limits its rate; try again later.`, error)
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 409)
    return new FineTuningCallError('no', `${place} ${adviceFor(status)}`, error)
  return new FineTuningCallError(
    'unknown',
    `${place} Run the same command again; it goes on where it was.`,
    error,
  )
}

function adviceFor(status: number): string {
  if (status === 401 || status === 403) return "Check the provider's key."
  if (status === 404)
    return "Check the provider's baseUrl and the id; not every provider fine-tunes over this protocol."
  return 'Check the base model, and that it can be fine-tuned.'
}

/** The message `Connection error.` has no detail; its cause has. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  let deepest = error
  while (deepest.cause instanceof Error) deepest = deepest.cause
  const words = deepest === error ? error.message : `${error.message} ${deepest.message}`
  return words.trim().replace(/\.$/, '')
}
