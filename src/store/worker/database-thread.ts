import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { KeptRequest } from '../../gateway/feedback.ts'
import type { StoreLog } from '../store.ts'
import type { ChangeName, Changes } from './changes/changes.ts'
import type {
  AccountDay,
  ChangeOutcome,
  ChangeRequest,
  ThreadData,
  ThreadReply,
  ThreadRequest,
} from './messages.ts'

/** The thread that fills the database. Nothing that it does or fails to do holds up the server. */
export type DatabaseThread = {
  /** Something was appended to the journal: `appended` bytes since the start. */
  notify(appended: number): void
  /** What accounts have used since the month began; null if the database does not say by then. */
  readSpending(timeoutMs: number): Promise<readonly AccountDay[] | null>
  /** Whether a request was kept; null if the database does not say by then. */
  findRequest(requestId: string, timeoutMs: number): Promise<{ readonly request: KeptRequest | null } | null>
  /** True once the database has all that the journal has now; null if it has not by then. */
  catchUp(timeoutMs: number): Promise<true | null>
  /** Null if the database does not take the change by then: it may take it later. */
  change<Name extends ChangeName>(
    name: Name,
    change: Changes[Name]['change'],
    timeoutMs: number,
  ): Promise<ChangeOutcome | null>
  /** Why the database is not filled; null if it is. */
  readonly problem: string | null
  readonly ingested: IngestState
  /** Ingests what is left, for so long at most. */
  close(timeoutMs: number): Promise<void>
}

export type IngestState = {
  readonly rows: number
  /** Of the journal since the start. */
  readonly bytes: number
  /** Milliseconds since 1970; null before the whole journal was taken once. */
  readonly time: number | null
}

/** In place of a thread where none can run. */
export const noThread: DatabaseThread = {
  notify: () => {},
  readSpending: () => Promise.resolve(null),
  findRequest: () => Promise.resolve(null),
  catchUp: () => Promise.resolve(null),
  change: () => Promise.resolve(null),
  problem: 'the program runs from its sources, without the thread that fills the database',
  ingested: { rows: 0, bytes: 0, time: null },
  close: () => Promise.resolve(),
}

const restartAfterMs = 10_000
/** What is being written when there is no time left may take so long. */
const statementMs = 5000

/** @param program the thread's module. */
export function startDatabaseThread(data: ThreadData, program: URL, log: StoreLog): DatabaseThread {
  let worker: Worker | null = null
  let problem: string | null = null
  let isClosing = false
  let appended = 0
  let ingested: IngestState = { rows: 0, bytes: 0, time: null }
  let onClosed: () => void = () => {}
  const spendings = createQuestions<readonly AccountDay[]>()
  const finds = createQuestions<{ readonly request: KeptRequest | null }>()
  const catchUps = createQuestions<true>()
  const changes = createQuestions<ChangeOutcome>()

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
      spendings.giveUp()
      finds.giveUp()
      catchUps.giveUp()
      changes.giveUp()
      onClosed()
      if (!isClosing) setTimeout(() => (isClosing ? undefined : start()), restartAfterMs).unref()
    })
    send({ kind: 'ingest', appended })
  }

  function take(reply: ThreadReply): void {
    if (reply.kind === 'closed') onClosed()
    else if (reply.kind === 'ingested')
      ingested = { rows: ingested.rows + reply.rows, bytes: reply.appended, time: reply.time }
    else if (reply.kind === 'note') log.warn({ folder: data.folder, ...reply.fields }, reply.message)
    else if (reply.kind === 'spending') spendings.answer(reply.id, reply.answer)
    else if (reply.kind === 'changed') changes.answer(reply.id, reply.answer)
    else if (reply.kind === 'caught-up') catchUps.answer(reply.id, reply.answer)
    else if (reply.kind === 'found') finds.answer(reply.id, reply.answer)
    else if (reply.problem !== null) {
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
    notify(bytes) {
      appended = bytes
      send({ kind: 'ingest', appended })
    },
    readSpending: (timeoutMs) => spendings.ask(timeoutMs, (id) => send({ kind: 'spending', id })),
    findRequest: (requestId, timeoutMs) =>
      finds.ask(timeoutMs, (id) => send({ kind: 'find', id, requestId })),
    catchUp: (timeoutMs) => catchUps.ask(timeoutMs, (id) => send({ kind: 'catch-up', id })),
    change: (name, change, timeoutMs) =>
      changes.ask(timeoutMs, (id) => send({ kind: 'change', id, name, change } as ChangeRequest)),
    get problem() {
      return problem
    },
    get ingested() {
      return ingested
    },
    async close(timeoutMs) {
      isClosing = true
      const running = worker
      if (running === null) return
      const limit = new AbortController()
      const closed = new Promise<boolean>((resolve) => {
        onClosed = () => resolve(true)
        send({ kind: 'close', withinMs: timeoutMs })
      })
      const isClosed = await Promise.race([
        closed.finally(() => limit.abort()),
        wait(timeoutMs + statementMs, false, { signal: limit.signal }).catch(() => true),
      ])
      // Ended in the middle of a statement, the thread would take the whole process along.
      if (isClosed) await running.terminate()
      else
        log.warn(
          { folder: data.folder },
          'the thread that fills the store did not end; the journal keeps its records',
        )
    },
  }
}

type Questions<Answer> = {
  ask(timeoutMs: number, send: (id: number) => void): Promise<Answer | null>
  answer(id: number, answer: Answer | null): void
  /** Nobody will answer. */
  giveUp(): void
}

/** Questions to the thread that wait for their answers; null is the answer of one that takes too long. */
function createQuestions<Answer>(): Questions<Answer> {
  const asked = new Map<number, (answer: Answer | null) => void>()
  let nextId = 0
  return {
    ask(timeoutMs, send) {
      return new Promise((resolve) => {
        const id = nextId++
        const finish = (answer: Answer | null) => {
          clearTimeout(timer)
          asked.delete(id)
          resolve(answer)
        }
        const timer = setTimeout(finish, timeoutMs, null)
        asked.set(id, finish)
        send(id)
      })
    },
    answer: (id, answer) => asked.get(id)?.(answer),
    giveUp() {
      for (const finish of [...asked.values()]) finish(null)
    },
  }
}
