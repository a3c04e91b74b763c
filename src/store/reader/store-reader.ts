import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { RouteLLMError, StoreError } from '../../errors.ts'
import type { EndRequest, ReaderData, ReadReply, ReadRequest } from './messages.ts'
import type { ReadName, Reads } from './reads.ts'

/** Reads a store beside the server that fills it, in threads of its own, so that no request waits for a query. */
export type StoreReader = {
  /**
   * @param signal its abort gives the place in the queue up; what runs already ends at its time limit.
   * @throws StoreError `store-unavailable` (503) if there is no database, or it cannot be read; `read-too-long` (504);
   *   RouteLLMError `overloaded` (429) if too many reads wait.
   */
  read<Name extends ReadName>(
    name: Name,
    query: Reads[Name]['query'],
    signal?: AbortSignal,
  ): Promise<Reads[Name]['answer']>
  /** Begins the threads that have not begun, for what will soon be read. */
  warm(): void
  close(): Promise<void>
}

export type StoreReaderOptions = {
  readonly folder: string
  /** A read that takes longer is given up. Default: 5 s. */
  readonly timeoutMs?: number
  /** The same for what goes through every request of a time. Default: 30 s. */
  readonly slowTimeoutMs?: number
  /** The module of the thread. Default: the one of this package. */
  readonly program?: URL
}

type Waiting = {
  readonly request: ReadRequest
  readonly signal: AbortSignal | undefined
  resolve(answer: unknown): void
  reject(error: Error): void
}

type Reader = { readonly thread: Worker; readonly flag: Int32Array<SharedArrayBuffer> }

const mostWaiting = 32

/** What goes through every request of a time, and so has a thread of its own: nothing else waits for it. */
const slowReads: ReadonlySet<ReadName> = new Set(['saving', 'curve', 'prepareFacts'])

/**
 * The threads begin with their first read, and anew after one that was given up. The thread of such a read ends by itself before its
 * next statement: `Worker.terminate` in the middle of one ends the whole process, because libsql is in native code then.
 */
export function createStoreReader(options: StoreReaderOptions): StoreReader {
  const { folder, timeoutMs = 5000, slowTimeoutMs = 30_000 } = options
  const program = options.program ?? new URL('./program.js', import.meta.url)
  const quick = [createLane(folder, program, timeoutMs), createLane(folder, program, timeoutMs)]
  const slow = createLane(folder, program, slowTimeoutMs)
  return {
    read(name, query, signal) {
      const lane = slowReads.has(name) ? slow : quick.reduce((a, b) => (b.length() < a.length() ? b : a))
      return lane.read(name, query, signal)
    },
    warm() {
      for (const lane of [...quick, slow]) lane.warm()
    },
    async close() {
      await Promise.all([...quick, slow].map((lane) => lane.close()))
    },
  }
}

/** Threads that still run a statement of a read that was given up. With more, a lane takes no reads. */
const mostEnding = 2

/** A thread with a queue: one read runs at a time. */
type Lane = StoreReader & {
  /** How many reads run or wait. */
  length(): number
}

function createLane(folder: string, program: URL, timeoutMs: number): Lane {
  const queue: Waiting[] = []
  let worker: Reader | null = null
  const ending = new Set<Worker>()
  let running: Waiting | null = null
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  let nextId = 0

  function start(): Reader {
    const flag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    const workerData: ReaderData = { folder, ending: flag }
    const thread = new Worker(program, { workerData, name: 'routellm-reader', execArgv: [] })
    thread.unref()
    const started = { thread, flag }
    thread.on('message', (reply: ReadReply) => {
      if (reply.id !== running?.request.id) return
      if (reply.kind === 'answer') finish((waiting) => waiting.resolve(reply.answer))
      else finish((waiting) => waiting.reject(toError(reply)))
    })
    thread.on('error', (error) => stop(started, unavailable(`its thread ended: ${error.message}`)))
    thread.on('exit', () => {
      stop(started, unavailable('its thread ended'))
      ending.delete(thread)
      advance()
    })
    return started
  }

  function stop(stopped: Reader, error: Error): void {
    if (worker !== stopped) return
    worker = null
    letEnd(stopped)
    finish((waiting) => waiting.reject(error))
  }

  function letEnd({ thread, flag }: Reader): void {
    ending.add(thread)
    Atomics.store(flag, 0, 1)
    thread.postMessage({ kind: 'end' } satisfies EndRequest)
  }

  function finish(settle: (waiting: Waiting) => void): void {
    clearTimeout(timer)
    const finished = running
    running = null
    if (finished !== null) settle(finished)
    advance()
  }

  function advance(): void {
    if (running !== null || isClosed || ending.size >= mostEnding) return
    const next = queue.shift()
    if (next === undefined) return
    if (next.signal?.aborted === true) {
      next.reject(next.signal.reason as Error)
      advance()
      return
    }
    running = next
    worker ??= start()
    const used = worker
    used.thread.postMessage(next.request)
    timer = setTimeout(() => stop(used, tooLong(timeoutMs)), timeoutMs)
  }

  const read: StoreReader['read'] = (name, query, signal) =>
    new Promise((resolve, reject) => {
      if (isClosed) reject(unavailable('the server is stopping'))
      else if (queue.length >= mostWaiting) reject(overloaded())
      else {
        const request = { id: nextId++, name, query } as ReadRequest
        queue.push({ request, signal, resolve: (answer) => resolve(answer as never), reject })
        advance()
      }
    })
  return {
    length: () => queue.length + Number(running !== null),
    read,
    warm() {
      if (worker === null) void read('jobHolder', { id: '' }).catch(() => undefined)
    },
    async close() {
      isClosed = true
      for (const { reject } of queue.splice(0)) reject(unavailable('the server is stopping'))
      if (worker !== null) stop(worker, unavailable('the server is stopping'))
      await Promise.all(
        Array.from(ending, (thread) => {
          thread.ref()
          return once(thread, 'exit')
        }),
      )
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
