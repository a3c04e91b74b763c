import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { RouteLLMError, StoreError } from '../../errors.ts'
import type { EndRequest, ReaderData, ReadReply, ReadRequest } from './messages.ts'

export type PoolOptions = {
  readonly folder: string
  readonly program: URL
  /** A read waits so long for a thread, and may then run so long. */
  readonly timeoutMs: number
  /** `close` waits so long for what still runs. */
  readonly closeMs: number
  /** How many reads run at once. */
  readonly width: number
}

/** One queue, and the threads that take from it. */
export type ReaderPool = {
  /** @throws as `StoreReader.read`. */
  read(name: ReadRequest['name'], query: ReadRequest['query'], signal?: AbortSignal): Promise<unknown>
  warm(): void
  close(): Promise<void>
}

type Read = {
  readonly request: ReadRequest
  readonly signal: AbortSignal | undefined
  timer: NodeJS.Timeout | undefined
  resolve(answer: unknown): void
  reject(error: Error): void
}

type Reader = {
  readonly thread: Worker
  readonly flag: Int32Array<SharedArrayBuffer>
  running: Read | null
}

const mostWaiting = 32
/** Threads beside the pool's width that may still be within a statement of a read that was given up. */
const mostEnding = 2

/**
 * A thread begins when a read needs it. The thread of a read that was given up takes no other, and ends by itself before its next
 * statement: `Worker.terminate` in the middle of one ends the whole process, because libsql is in native code then.
 */
export function createReaderPool({ folder, program, timeoutMs, closeMs, width }: PoolOptions): ReaderPool {
  const queue: Read[] = []
  const readers = new Set<Reader>()
  const ending = new Set<Worker>()
  let isClosed = false
  let nextId = 0

  const mayStart = () => readers.size < width && readers.size + ending.size < width + mostEnding

  function start(): Reader {
    const flag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    const workerData: ReaderData = { folder, ending: flag }
    const thread = new Worker(program, { workerData, name: 'routellm-reader', execArgv: [] })
    thread.unref()
    const started: Reader = { thread, flag, running: null }
    thread.on('message', (reply: ReadReply) => {
      if (reply.id !== started.running?.request.id) return
      settle(started, reply.kind === 'answer' ? reply : toError(reply))
    })
    thread.on('error', (error) => give(started, unavailable(`its thread ended: ${error.message}`)))
    thread.on('exit', () => {
      give(started, unavailable('its thread ended'))
      ending.delete(thread)
      advance()
    })
    readers.add(started)
    return started
  }

  /** Gives up what the thread runs, and lets the thread end. */
  function give(reader: Reader, error: Error): void {
    if (!readers.delete(reader)) return
    ending.add(reader.thread)
    Atomics.store(reader.flag, 0, 1)
    reader.thread.postMessage({ kind: 'end' } satisfies EndRequest)
    settle(reader, error)
  }

  function settle(reader: Reader, outcome: Error | { readonly answer: unknown }): void {
    const { running } = reader
    reader.running = null
    if (running !== null) {
      clearTimeout(running.timer)
      if (outcome instanceof Error) running.reject(outcome)
      else running.resolve(outcome.answer)
    }
    advance()
  }

  function advance(): void {
    while (!isClosed && queue.length > 0) {
      const free = [...readers].find(({ running }) => running === null) ?? (mayStart() ? start() : undefined)
      if (free === undefined) return
      const next = queue.shift()
      if (next !== undefined) run(free, next)
    }
  }

  function run(reader: Reader, next: Read): void {
    clearTimeout(next.timer)
    if (next.signal?.aborted === true) {
      next.reject(next.signal.reason as Error)
      return
    }
    reader.running = next
    next.timer = setTimeout(() => give(reader, tooLong(timeoutMs)), timeoutMs)
    reader.thread.postMessage(next.request)
  }

  function giveUpWaiting(read: Read): void {
    const place = queue.indexOf(read)
    if (place >= 0) queue.splice(place, 1)
    read.reject(tooLong(timeoutMs))
  }

  return {
    read: (name, query, signal) =>
      new Promise((resolve, reject) => {
        if (isClosed) reject(unavailable('the server is stopping'))
        else if (queue.length >= mostWaiting) reject(overloaded())
        else {
          const request = { id: nextId++, name, query } as ReadRequest
          const read: Read = { request, signal, timer: undefined, resolve, reject }
          read.timer = setTimeout(() => giveUpWaiting(read), timeoutMs)
          queue.push(read)
          advance()
        }
      }),
    warm() {
      while (!isClosed && mayStart()) start()
    },
    async close() {
      isClosed = true
      for (const { timer, reject } of queue.splice(0)) {
        clearTimeout(timer)
        reject(unavailable('the server is stopping'))
      }
      for (const reader of [...readers]) give(reader, unavailable('the server is stopping'))
      const limit = new AbortController()
      const ended = Promise.all(
        Array.from(ending, (thread) => new Promise<void>((resolve) => thread.once('exit', () => resolve()))),
      )
      await Promise.race([
        ended.finally(() => limit.abort()),
        wait(closeMs, undefined, { signal: limit.signal }).catch(() => undefined),
      ])
    },
  }
}

function toError({ code, message }: Extract<ReadReply, { kind: 'failed' }>): StoreError {
  return new StoreError(code, message, { status: 503 })
}

function unavailable(problem: string): StoreError {
  return new StoreError('store-unavailable', `The store cannot be read now (${problem}). Try again.`, {
    status: 503,
  })
}

function tooLong(timeoutMs: number): StoreError {
  return new StoreError(
    'read-too-long',
    `The store did not answer within ${timeoutMs / 1000} s. Ask for a shorter time, or for fewer requests.`,
    { status: 504 },
  )
}

function overloaded(): RouteLLMError {
  return new RouteLLMError('overloaded', `More than ${mostWaiting} reads of the store wait. Try again.`, {
    status: 429,
    retryAfterSeconds: 1,
  })
}
