import { availableParallelism } from 'node:os'
import { RouterError } from '../../../errors.ts'
import {
  closedError,
  type InferenceThread,
  startInferenceThread,
  type ThreadLimits,
} from './inference-thread.ts'
import { createJob, finish, type Item, type Job, takeGroup } from './job.ts'
import type { ThreadData } from './thread-program.ts'

/** How a model is run; everything has a default. */
export type InferenceOptions = {
  /** Threads with a copy of the weights each; 1 by default. */
  readonly workers?: number
  /** Threads that one multiplication is spread over; the machine's processors by default, at most 4. */
  readonly computeThreads?: number
  /** Calls that may wait for a thread; 64 by default. The next one is refused with status 429. */
  readonly maximumWaiting?: number
  /** Limit for the computation of one micro-batch; 60,000 by default. */
  readonly runTimeoutMs?: number
  /** Limit for loading the model; 120,000 by default. */
  readonly startTimeoutMs?: number
  /** Memory limit of the tokenizer of one thread in MB, without the weights. Default: 2,048. */
  readonly heapMegabytes?: number
}

/** Runs texts through a model in worker threads, so that the event loop stays free. */
export type InferencePool = {
  /** Numbers per text. */
  readonly width: number
  /** Calls that wait for a thread. */
  readonly waiting: number
  /**
   * One row of `width` numbers per text, in order. Texts of like length are computed together, those of other calls
   * among them.
   *
   * Rejects with `RouterError` `inference-queue-full` (status 429) if too many calls wait, with `signal.reason` after
   * `signal` aborts: then the texts leave the queue.
   */
  run(texts: readonly string[], signal?: AbortSignal): Promise<readonly Float32Array[]>
  /** Ends the threads; whoever still waits is rejected. */
  close(): Promise<void>
}

/** As many tokens as the longest sequence of most models: more in one run gains nothing on processors. */
export const maxBatchTokens = 512
/** Of a text, so many UTF-16 units per possible token are read, of its beginning and of its end. */
const unitsPerToken = 64
/** By which lengths in tokens are guessed before a text is tokenised. */
const typicalUnitsPerToken = 4

/**
 * Loads the model in its threads.
 *
 * @param source the checkpoint, for errors.
 * @param startThread starts a thread that runs the model. Tests replace it with threads that die on request.
 * @throws ArtifactError if a thread cannot use it.
 */
export async function createInferencePool(
  model: Omit<ThreadData, 'computeThreads' | 'maxBatchTokens'>,
  source: string,
  options: InferenceOptions = {},
  startThread = startInferenceThread,
): Promise<InferencePool> {
  const { workers = 1, maximumWaiting = 64 } = options
  const data: ThreadData = {
    ...model,
    maxBatchTokens,
    computeThreads: options.computeThreads ?? Math.min(availableParallelism(), 4),
  }
  const limits: ThreadLimits = {
    startMs: options.startTimeoutMs ?? 120_000,
    runMs: options.runTimeoutMs ?? 60_000,
    heapMegabytes: options.heapMegabytes ?? 2048,
  }
  const start = () => startThread(data, source, limits)
  const maxUnits = model.maxTokens * unitsPerToken
  const lastUnits = (model.lastTokens ?? 0) * unitsPerToken
  const bounded = (text: string) =>
    text.length <= maxUnits
      ? text
      : `${text.slice(0, maxUnits - lastUnits)}${lastUnits === 0 ? '' : text.slice(-lastUnits)}`
  const idle = await startAll(workers, start)
  const width = idle[0]?.width ?? 0
  const threads = new Set<InferenceThread>(idle)
  const queue: Job[] = []
  /** Threads that replace dead ones. */
  let starting = 0
  let closed = false

  function startNext(): void {
    while (!closed && queue.length > 0) {
      const thread = idle.pop()
      if (thread === undefined) break
      void compute(thread, takeGroup(queue, maxBatchTokens * typicalUnitsPerToken))
    }
    if (!closed && queue.length > 0 && threads.size + starting < workers) void replace()
  }

  async function compute(thread: InferenceThread, group: readonly Item[]): Promise<void> {
    thread.hold()
    await computeGroup(thread, group)
    thread.release()
    if (thread.isAlive) idle.push(thread)
    else {
      // Until it is gone it has its copy of the weights.
      await thread.ended
      threads.delete(thread)
    }
    startNext()
  }

  async function computeGroup(thread: InferenceThread, group: readonly Item[]): Promise<void> {
    try {
      const rows = await thread.compute(group.map(({ job, index }) => job.texts[index]!))
      for (const [place, item] of group.entries()) finish(item, rows[place]!)
    } catch (error) {
      // A text that cannot be computed must not fail the others of its batch.
      if (thread.isAlive && group.length > 1) for (const item of group) await computeGroup(thread, [item])
      else for (const { job } of group) giveUp(job, error)
    }
  }

  async function replace(): Promise<void> {
    starting++
    try {
      const thread = await start()
      threads.add(thread)
      idle.push(thread)
      if (closed) await thread.close()
    } catch (error) {
      for (const job of [...queue]) giveUp(job, error)
    }
    starting--
    startNext()
  }

  function giveUp(job: Job, reason: unknown): void {
    job.abandoned = true
    const place = queue.indexOf(job)
    if (place >= 0) queue.splice(place, 1)
    job.reject(reason)
  }

  return {
    width,
    get waiting() {
      return queue.length
    },
    run(texts, signal) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        if (closed) throw closedError()
        if (texts.length === 0) return resolve([])
        if (queue.length >= maximumWaiting) throw queueFull(source, maximumWaiting)
        const abandon = () => giveUp(job, signal?.reason)
        const job = createJob(texts.map(bounded), {
          resolve(rows) {
            signal?.removeEventListener('abort', abandon)
            resolve(rows)
          },
          reject(reason) {
            signal?.removeEventListener('abort', abandon)
            reject(reason)
          },
        })
        signal?.addEventListener('abort', abandon, { once: true })
        queue.push(job)
        startNext()
      })
    },
    async close() {
      closed = true
      for (const job of [...queue]) giveUp(job, closedError())
      await Promise.all([...threads].map((thread) => thread.close()))
    },
  }
}

/** Starts all of them, or none. */
async function startAll(count: number, start: () => Promise<InferenceThread>): Promise<InferenceThread[]> {
  const starts = await Promise.allSettled(Array.from({ length: count }, start))
  const threads = starts.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  for (const outcome of starts) {
    if (outcome.status === 'fulfilled') continue
    await Promise.all(threads.map((thread) => thread.close()))
    throw outcome.reason
  }
  return threads
}

function queueFull(source: string, maximumWaiting: number): RouterError {
  return new RouterError(
    'inference-queue-full',
    `${maximumWaiting} calls already wait for ${source}. Send fewer at once and try again in a moment; more workers, int8 or a smaller model make it faster.`,
    { status: 429 },
  )
}
