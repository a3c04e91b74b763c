import { Worker } from 'node:worker_threads'
import type { StoreLog } from '../store.ts'
import type { AccountDay, ThreadData, ThreadReply, ThreadRequest } from './messages.ts'

/** The thread that fills the database. Nothing that it does or fails to do holds up the server. */
export type DatabaseThread = {
  /** Something was appended to the journal. */
  notify(): void
  /** What accounts have used since the month began; null if the database does not say by then. */
  readSpending(timeoutMs: number): Promise<readonly AccountDay[] | null>
  /** Why the database is not filled; null if it is. */
  readonly problem: string | null
  /** Ingests what is left, for so long at most. */
  close(timeoutMs: number): Promise<void>
}

const restartAfterMs = 10_000

/** @param program the thread's module. */
export function startDatabaseThread(data: ThreadData, program: URL, log: StoreLog): DatabaseThread {
  let worker: Worker | null = null
  let problem: string | null = null
  let isClosing = false
  let nextId = 0
  let onClosed: () => void = () => {}
  const asked = new Map<number, (days: readonly AccountDay[] | null) => void>()

  function start(): void {
    const started = new Worker(program, { workerData: data, name: 'routellm-store', execArgv: [] })
    worker = started
    started.unref()
    started.on('message', take)
    started.on('error', (error) => {
      problem = `its thread ended: ${error.message}`
      log.warn(
        { folder: data.folder, problem },
        'the database of the store is not filled; the journal keeps its records',
      )
    })
    started.on('exit', () => {
      if (worker === started) worker = null
      for (const answer of asked.values()) answer(null)
      asked.clear()
      onClosed()
      if (!isClosing) setTimeout(() => (isClosing ? undefined : start()), restartAfterMs).unref()
    })
    send({ kind: 'ingest' })
  }

  function take(reply: ThreadReply): void {
    if (reply.kind === 'closed') onClosed()
    else if (reply.kind === 'note') log.warn({ folder: data.folder, ...reply.fields }, reply.message)
    else if (reply.kind === 'spending') {
      asked.get(reply.id)?.(reply.days)
      asked.delete(reply.id)
    } else if (reply.problem !== null) {
      problem = reply.problem.message
      const fields = { folder: data.folder, code: reply.problem.code, problem }
      log.warn(fields, 'the database of the store is not filled; the journal keeps its records')
    } else {
      problem = null
      log.warn({ folder: data.folder }, 'the database of the store is filled again')
    }
  }

  function send(request: ThreadRequest): void {
    worker?.postMessage(request)
  }

  start()
  return {
    notify: () => send({ kind: 'ingest' }),
    readSpending(timeoutMs) {
      return new Promise((resolve) => {
        const id = nextId++
        const timer = setTimeout(() => {
          asked.delete(id)
          resolve(null)
        }, timeoutMs)
        asked.set(id, (days) => {
          clearTimeout(timer)
          resolve(days)
        })
        send({ kind: 'spending', id })
      })
    },
    get problem() {
      return problem
    },
    async close(timeoutMs) {
      isClosing = true
      const running = worker
      if (running === null) return
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        onClosed = resolve
        timer = setTimeout(resolve, timeoutMs)
        send({ kind: 'close' })
      })
      clearTimeout(timer)
      await running.terminate()
    },
  }
}
