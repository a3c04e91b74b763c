import { Worker } from 'node:worker_threads'
import { RouterError } from '../../../errors.ts'
import type { KernelCall, SharedWasmMemory, WasmModule } from '../wasm-host.ts'

/** Runs kernel calls in its own thread, one job after the other. */
export type KernelWorker = {
  /**
   * When the job's turn has come, `prepare` writes its operands into the shared memory and returns the calls; `read` takes
   * the result out before the next job may overwrite it. Rejects with `signal.reason` if `signal` aborts, and with
   * `RouterError` if too many jobs wait, the thread died, or the worker was closed.
   */
  run<T>(prepare: () => readonly KernelCall[], read: () => T, signal?: AbortSignal): Promise<T>
  /** Ends the thread and rejects the jobs that wait. */
  close(): Promise<void>
}

type Job = { prepare(): readonly KernelCall[]; done(): void; fail(reason: unknown): void; abandoned: boolean }

/**
 * The thread's program as text: it also runs from TypeScript sources and from a bundle. The module does the
 * work.
 */
const threadSource = `
const { parentPort, workerData } = require('node:worker_threads')
const { exports } = new WebAssembly.Instance(workerData.module, { env: { memory: workerData.memory } })
parentPort.on('message', (calls) => {
  for (const [name, ...operands] of calls) exports[name](...operands)
  parentPort.postMessage('done')
})
`

/**
 * The thread starts with the first job, and keeps the process alive only while a caller waits for one.
 *
 * @param maximumWaiting jobs that may wait behind the running one.
 */
export function createKernelWorker(
  module: WasmModule,
  memory: SharedWasmMemory,
  maximumWaiting: number,
): KernelWorker {
  let thread: Worker | undefined
  let running: Job | undefined
  let closed = false
  const waiting: Job[] = []

  function startThread(): Worker {
    const started = new Worker(threadSource, {
      eval: true,
      execArgv: [],
      workerData: { module, memory },
      name: 'routellm-similarity',
    })
    started.on('message', () => {
      const job = running
      running = undefined
      job?.done()
      startNext()
    })
    started.on('error', (cause) => failAll(started, cause))
    started.on('exit', (exitCode) => failAll(started, new Error(`exit code ${exitCode}`)))
    return started
  }

  function startNext(): void {
    while (running === undefined && waiting.length > 0) {
      const job = waiting.shift()!
      try {
        const calls = job.prepare()
        thread ??= startThread()
        thread.postMessage(calls)
        running = job
      } catch (error) {
        job.fail(error)
      }
    }
    holdProcess()
  }

  function holdProcess(): void {
    if (running !== undefined && !(running.abandoned && waiting.length === 0)) thread?.ref()
    else thread?.unref()
  }

  function failAll(died: Worker, cause: unknown): void {
    if (died !== thread) return
    thread = undefined
    const jobs = [...(running === undefined ? [] : [running]), ...waiting.splice(0)]
    running = undefined
    for (const job of jobs)
      job.fail(
        new RouterError(
          'similarity-thread-died',
          'The thread that computes similarities ended unexpectedly; the next request starts another.',
          { cause },
        ),
      )
  }

  return {
    run(prepare, read, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) throw signal.reason
        if (closed) throw closedError()
        if (waiting.length >= maximumWaiting) throw overloadedError(maximumWaiting)
        const job: Job = {
          prepare,
          abandoned: false,
          done() {
            signal?.removeEventListener('abort', abandon)
            if (job.abandoned) return
            try {
              resolve(read())
            } catch (error) {
              reject(error)
            }
          },
          fail(reason) {
            signal?.removeEventListener('abort', abandon)
            reject(reason)
          },
        }
        function abandon(): void {
          job.abandoned = true
          const place = waiting.indexOf(job)
          if (place >= 0) waiting.splice(place, 1)
          reject(signal?.reason)
          holdProcess()
        }
        signal?.addEventListener('abort', abandon, { once: true })
        waiting.push(job)
        startNext()
      })
    },
    async close() {
      closed = true
      const ending = thread
      thread = undefined
      for (const job of [...(running === undefined ? [] : [running]), ...waiting.splice(0)])
        job.fail(closedError())
      running = undefined
      await ending?.terminate()
    },
  }
}

function closedError(): RouterError {
  return new RouterError('router-closed', 'The router was closed; load it again to score more prompts.', {
    status: 503,
  })
}

function overloadedError(maximumWaiting: number): RouterError {
  return new RouterError(
    'router-overloaded',
    `${maximumWaiting} prompts already wait for their similarities. Send fewer at once, raise maximumWaiting, or load the artifact with precision int8, which is faster.`,
    { status: 503 },
  )
}
