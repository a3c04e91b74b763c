import { InvalidRequestError, RouteLLMError } from '../../errors.ts'
import { type Job, type JobContext, type JobProgress, parsePayload } from '../job.ts'
import type { JobState, JobStatus, Queue } from '../queue.ts'

export type InProcessQueueOptions = {
  /** By name. */
  readonly jobs: Readonly<Record<string, Job<unknown, unknown>>>
  readonly workspace: JobContext['workspace']
  /** Jobs that run at the same time. Default: 1, because a job may use all processors and much memory. */
  readonly concurrency?: number
  /** Jobs that are over and still known; older ones are forgotten. Default: 1,000. */
  readonly keptResults?: number
}

/** The queue's record of one job. */
type Entry = {
  readonly id: string
  readonly name: string
  readonly stop: AbortController
  readonly over: Deferred
  readonly run: (context: JobContext) => Promise<unknown>
  state: JobState
  progress: JobProgress | null
  warnings: string[]
}

/** A queue in memory, which runs its jobs in this process in the order of their arrival. It forgets them when the process ends. */
export function createInProcessQueue(options: InProcessQueueOptions): Queue {
  const { jobs, workspace, concurrency = 1, keptResults = 1_000 } = options
  const entries = new Map<string, Entry>()
  const waiting: Entry[] = []
  let running = 0
  let count = 0
  let isClosed = false

  function startNext(): void {
    if (running >= concurrency) return
    const entry = waiting.shift()
    if (entry === undefined) return
    running++
    entry.state = { kind: 'running' }
    void runEntry(entry).finally(() => {
      running--
      startNext()
    })
  }

  async function runEntry(entry: Entry): Promise<void> {
    const { signal } = entry.stop
    try {
      const result = await entry.run({
        signal,
        workspace,
        onProgress: (progress) => {
          entry.progress = progress
        },
        onWarning: (message) => entry.warnings.push(message),
      })
      settle(entry, { kind: 'done', result })
    } catch (error) {
      settle(
        entry,
        signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', error: describeFailure(error) },
      )
    }
  }

  function settle(entry: Entry, state: JobState): void {
    entry.state = state
    entry.over.resolve()
    // A map returns its keys in the order of insertion, so the oldest are first.
    for (const [id, { state: old }] of entries) {
      if (entries.size <= keptResults) break
      if (old.kind !== 'waiting' && old.kind !== 'running') entries.delete(id)
    }
  }

  return {
    async enqueue(name, payload) {
      if (isClosed)
        throw new RouteLLMError('queue-closed', 'The queue is closed and takes no more jobs.', {
          status: 503,
        })
      const job = Object.hasOwn(jobs, name) ? jobs[name] : undefined
      if (job === undefined)
        throw new InvalidRequestError(
          'unknown-job',
          `There is no job ${JSON.stringify(name)}. Jobs: ${Object.keys(jobs).join(', ') || 'none'}.`,
          { param: 'name' },
        )
      const parsed = parsePayload(job, payload)
      count++
      const entry: Entry = {
        id: `${name}-${count}`,
        name,
        stop: new AbortController(),
        over: createDeferred(),
        run: (context) => job.run(parsed, context),
        state: { kind: 'waiting' },
        progress: null,
        warnings: [],
      }
      entries.set(entry.id, entry)
      waiting.push(entry)
      startNext()
      return entry.id
    },
    async status(id) {
      const entry = entries.get(id)
      return entry && describeEntry(entry)
    },
    async finished(id) {
      const entry = entries.get(id)
      if (entry === undefined)
        throw new InvalidRequestError(
          'unknown-job-id',
          `There is no job with the id ${JSON.stringify(id)}.`,
          {
            param: 'id',
          },
        )
      await entry.over.promise
      return describeEntry(entry)
    },
    async cancel(id) {
      return cancelEntry(entries.get(id))
    },
    async close() {
      isClosed = true
      for (const entry of entries.values()) cancelEntry(entry)
      await Promise.all([...entries.values()].map(({ over }) => over.promise))
    },
  }

  function cancelEntry(entry: Entry | undefined): boolean {
    if (entry?.state.kind === 'waiting') {
      waiting.splice(waiting.indexOf(entry), 1)
      settle(entry, { kind: 'cancelled' })
      return true
    }
    if (entry?.state.kind !== 'running') return false
    entry.stop.abort(new RouteLLMError('job-cancelled', `The job ${entry.id} was cancelled.`))
    return true
  }
}

function describeEntry({ id, name, progress, warnings, state }: Entry): JobStatus {
  return { id, name, progress, warnings: [...warnings], ...state }
}

/** The message of an error that is not this package's may quote data, so only its name is given. */
function describeFailure(error: unknown): { code: string; message: string } {
  if (error instanceof RouteLLMError) return { code: error.code, message: error.message }
  return {
    code: 'unexpected',
    message: `The job failed with ${error instanceof Error ? error.name : typeof error}.`,
  }
}

type Deferred = { readonly promise: Promise<void>; readonly resolve: () => void }

/** `Promise.withResolvers`, which Node 20 lacks. */
function createDeferred(): Deferred {
  let resolve = () => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve: () => resolve() }
}
