import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { ArtifactError, RouterError } from '../../../errors.ts'
import {
  type ThreadData,
  type ThreadReply,
  type ThreadRequest,
  type ThreadState,
  threadProgram,
  threadStates,
} from './thread-program.ts'

/** A thread with a loaded model that computes one group of texts after the other. */
export type InferenceThread = {
  /** Numbers per text. */
  readonly width: number
  /** Rejects with `RouterError` if the thread died, took too long, or could not compute the texts. */
  compute(texts: readonly string[]): Promise<readonly Float32Array[]>
  /** Whether it can compute more. */
  readonly isAlive: boolean
  /** Resolves when the thread is gone: later than `isAlive` tells if native code has to return first. */
  readonly ended: Promise<void>
  /** Keeps the process alive while a caller waits. */
  hold(): void
  release(): void
  /** Ends the thread, and waits 5 seconds at most for what it computes. */
  close(): Promise<void>
}

const closeMs = 5000

export type ThreadLimits = {
  /** A model that has not loaded by then is given up. */
  readonly startMs: number
  /** A group that has not been computed by then, and the thread with it. */
  readonly runMs: number
  /** The limit of the thread's JavaScript memory, which the tokenizer uses. */
  readonly heapMegabytes: number
}

type Pending = {
  readonly resolve: (rows: readonly Float32Array[]) => void
  readonly reject: (reason: unknown) => void
  readonly timer: NodeJS.Timeout
}

/**
 * Starts a thread and waits until it has loaded its model.
 *
 * @param source the checkpoint, for errors.
 * @throws ArtifactError `tokenizer-invalid` or `checkpoint-unfit` if the thread cannot use them.
 */
export async function startInferenceThread(
  data: ThreadData,
  source: string,
  limits: ThreadLimits,
): Promise<InferenceThread> {
  const state: ThreadState = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const worker = new Worker(threadProgram(), {
    eval: true,
    execArgv: [],
    workerData: { ...data, state },
    name: 'routellm-inference',
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMegabytes },
  })
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  let isAlive = true
  let pending: Pending | undefined
  let nextId = 0

  function end(reason: unknown): void {
    isAlive = false
    const lost = pending
    pending = undefined
    if (lost === undefined) return
    clearTimeout(lost.timer)
    lost.reject(reason)
  }

  const width = await started(worker, state, source, limits)
  worker.on('message', (reply: ThreadReply) => {
    if (pending === undefined || reply.kind === 'ready' || reply.kind === 'unusable') return
    const { resolve, reject, timer } = pending
    pending = undefined
    clearTimeout(timer)
    if (reply.kind === 'rows') resolve(reply.rows)
    else reject(new RouterError('inference-failed', `${source} could not score a text: ${reply.problem}.`))
  })
  worker.on('error', (cause) => end(died(source, cause)))
  worker.on('exit', (code) => end(died(source, new Error(`exit code ${code}`))))
  worker.unref()
  return {
    width,
    get isAlive() {
      return isAlive
    },
    ended,
    compute: (texts) =>
      new Promise((resolve, reject) => {
        if (!isAlive) throw died(source, new Error('it ended while nothing was computed'))
        const timer = setTimeout(() => {
          end(
            new RouterError(
              'inference-too-long',
              `${source} took more than ${limits.runMs} ms over ${texts.length} texts, so its thread was ended; the next text starts another.`,
            ),
          )
          endThread(worker, state)
        }, limits.runMs)
        timer.unref()
        pending = { resolve, reject, timer }
        const request: ThreadRequest = { id: nextId++, texts }
        worker.postMessage(request)
      }),
    hold: () => worker.ref(),
    release() {
      // A thread that is being ended is waited for.
      if (isAlive) worker.unref()
    },
    async close() {
      end(closedError())
      endThread(worker, state)
      const limit = new AbortController()
      await Promise.race([
        ended.finally(() => limit.abort()),
        wait(closeMs, undefined, { signal: limit.signal }).catch(() => undefined),
      ])
    },
  }
}

/** Ends the thread at once in JavaScript, and by itself when native code returns. */
function endThread(worker: Worker, state: ThreadState): void {
  if (Atomics.exchange(state, 0, threadStates.ending) === threadStates.javascript) void worker.terminate()
}

/** Resolves to the numbers per text when the thread is ready. Ends a thread that cannot become ready. */
async function started(
  worker: Worker,
  state: ThreadState,
  source: string,
  { startMs, heapMegabytes }: ThreadLimits,
): Promise<number> {
  const heard = new AbortController()
  const timer = setTimeout(() => heard.abort(tooSlow(source, startMs)), startMs)
  const onError = (cause: Error) => heard.abort(startError(source, cause, heapMegabytes))
  const onExit = (code: number) => onError(new Error(`its thread ended with code ${code}`))
  // A dying thread may still report an error, and this is the only place that receives it.
  worker.on('error', onError)
  worker.on('exit', onExit)
  try {
    const [reply]: ThreadReply[] = await once(worker, 'message', { signal: heard.signal })
    if (reply?.kind === 'ready') return reply.width
    throw reply?.kind === 'unusable' ? unusable(source, reply) : new Error('a thread began out of turn')
  } catch (error) {
    endThread(worker, state)
    throw heard.signal.aborted ? heard.signal.reason : error
  } finally {
    clearTimeout(timer)
  }
}

function tooSlow(source: string, startMs: number): ArtifactError {
  return new ArtifactError(
    'checkpoint-unfit',
    `${source} was not ready after ${startMs} ms, so it was given up. Is its tokenizer.json that of this model?`,
  )
}

function startError(source: string, cause: Error, heapMegabytes: number): ArtifactError {
  const isTooLarge = 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
  const problem = isTooLarge
    ? `its tokenizer needs more than ${heapMegabytes} MB. Is its tokenizer.json that of this model?`
    : `${cause.message}.`
  return new ArtifactError('checkpoint-unfit', `${source} could not be loaded: ${problem}`, { cause })
}

function unusable(
  source: string,
  { part, problem }: Extract<ThreadReply, { kind: 'unusable' }>,
): ArtifactError {
  return part === 'tokenizer'
    ? new ArtifactError(
        'tokenizer-invalid',
        `The tokenizer.json of ${source} cannot be used: ${problem}. Copy or download it again; its kind must be WordPiece, BPE or Unigram.`,
      )
    : new ArtifactError('checkpoint-unfit', `The model of ${source} cannot be run: ${problem}.`)
}

function died(source: string, cause: unknown): RouterError {
  return new RouterError(
    'inference-thread-died',
    `The thread that runs ${source} ended unexpectedly; the next text starts another.`,
    { cause },
  )
}

export function closedError(): RouterError {
  return new RouterError('router-closed', 'The router was closed; load it again to score more prompts.', {
    status: 503,
  })
}
