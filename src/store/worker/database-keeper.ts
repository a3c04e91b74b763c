import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { RouteLLMError } from '../../errors.ts'
import type { KeptRequest } from '../../gateway/feedback.ts'
import { type Database, openDatabase, toStoreError } from '../database/open-database.ts'
import { findSeqByUpstreamId } from '../database/upstream-id-index.ts'
import { toDay } from '../entries/request-columns.ts'
import { type IngestedBatch, ingestJournal } from '../ingest/ingest.ts'
import { applyRetention } from '../maintenance/retention.ts'
import { storePaths } from '../paths.ts'
import { openTextFiles } from '../texts/text-files.ts'
import { rollUp } from '../totals/roll-up.ts'
import { changeFunctions } from './changes/change-functions.ts'
import type {
  AccountDay,
  ChangeOutcome,
  ChangeRequest,
  ThreadData,
  ThreadReply,
  ThreadRequest,
} from './messages.ts'

/** A journal that is no longer than this is taken in small parts, with pauses between them. */
const smallBacklogBytes = 4 << 20
/** Some 300 requests. */
const partBytes = 128 << 10
const wholeBytes = 1 << 20
/** Of the time of a part. */
const pauseRatio = 3

/** The database's side of a store: takes one request after the other. */
export type DatabaseKeeper = { take(request: ThreadRequest): void }

const retryAfterMs = 1000
const rollUpAfterMs = 10_000
const retentionAfterMs = 3_600_000

/**
 * Opens the database when it is first needed, and again after it failed. A corrupted one is moved aside, and the journal
 * fills a new one with what it still has.
 */
export function createDatabaseKeeper(data: ThreadData, reply: (reply: ThreadReply) => void): DatabaseKeeper {
  const paths = storePaths(data.folder)
  const texts = openTextFiles(paths.texts)
  let db: Database | null = null
  let problem: string | null = null
  let isClosing = false
  /** By `performance.now()`: when what is left to do is left to the next start. */
  let endBy = Number.POSITIVE_INFINITY
  let queue: Promise<void> = Promise.resolve()
  let isIngestQueued = false
  /** Bytes of the journal at least, since the start, that the next ingestion finds. */
  let appended = 0
  let rows = 0
  /** Questions that wait, and the end: they are not kept waiting by pauses. */
  let urgent = 0
  let endPause = () => {}
  let retryTimer: NodeJS.Timeout | undefined
  let rolledUpAt = 0
  let retainedAt = 0
  let rollUpTimer: NodeJS.Timeout | undefined

  function enqueue(work: () => Promise<void>): void {
    queue = queue.then(work, work)
  }

  function enqueueIngest(): void {
    if (isIngestQueued) return
    isIngestQueued = true
    enqueue(async () => {
      isIngestQueued = false
      await attempt(ingest)
    })
  }

  /** Whether it succeeded. What fails is tried again. */
  async function attempt(work: (database: Database) => Promise<void>): Promise<boolean> {
    try {
      await work(await open())
      if (problem !== null) reply({ kind: 'problem', problem: null })
      problem = null
      return true
    } catch (error) {
      await recover(error)
      return false
    }
  }

  async function open(): Promise<Database> {
    // Its file may have been removed under it.
    if (db !== null && !existsSync(paths.database)) await closeDatabase()
    if (db === null) {
      mkdirSync(data.folder, { recursive: true, mode: 0o700 })
      db = await openDatabase(paths.database)
    }
    return db
  }

  async function closeDatabase(): Promise<void> {
    const open = db
    db = null
    await open?.destroy().catch(() => {})
  }

  async function recover(cause: unknown): Promise<void> {
    const error = toStoreError(cause, paths.database)
    if (error.code !== 'store-locked') await closeDatabase()
    let { message } = error
    if (error.code === 'store-corrupt') message += ` ${setAside()}`
    if (problem !== message) reply({ kind: 'problem', problem: { code: error.code, message } })
    problem = message
    clearTimeout(retryTimer)
    if (!isClosing) retryTimer = setTimeout(enqueueIngest, retryAfterMs)
  }

  function setAside(): string {
    const aside = join(data.folder, `corrupt-${new Date().toISOString().replace(/[:.]/g, '-')}.db`)
    try {
      for (const suffix of ['', '-wal', '-shm'])
        if (existsSync(paths.database + suffix)) renameSync(paths.database + suffix, aside + suffix)
      return `It was moved to ${aside}, and a new one is begun.`
    } catch (error) {
      return `It cannot be moved aside either (${error instanceof Error ? error.message : String(error)}).`
    }
  }

  function isOverdue(): boolean {
    return performance.now() > endBy
  }

  async function ingest(database: Database): Promise<void> {
    const found = appended
    const { damagedBytes } = await ingestJournal(database, {
      journalFolder: paths.journal,
      now: Date.now,
      texts,
      batchBytes: (left) => (urgent === 0 && left <= smallBacklogBytes ? partBytes : wholeBytes),
      onBatch: (batch) => {
        rows += batch.rows
      },
      pause,
      isStopped: isOverdue,
    })
    reply({ kind: 'ingested', appended: found, rows, time: Date.now() })
    rows = 0
    if (damagedBytes > 0)
      reply({
        kind: 'note',
        fields: { damagedBytes },
        message: 'a part of the journal of the store is damaged and was skipped',
      })
    if (Date.now() - rolledUpAt > rollUpAfterMs) await maintain(database)
    else if (!isClosing)
      rollUpTimer ??= setTimeout(() => enqueue(async () => void (await attempt(maintain))), rollUpAfterMs)
  }

  /** Leaves the processor to the requests that are being answered. */
  function pause({ ms, bytesLeft }: IngestedBatch): Promise<void> {
    if (urgent > 0 || bytesLeft > smallBacklogBytes) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms * pauseRatio)
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Does not wait for pauses. */
  function enqueueUrgent(work: () => Promise<void>): void {
    urgent++
    endPause()
    enqueue(async () => {
      try {
        await work()
      } finally {
        urgent--
      }
    })
  }

  async function maintain(database: Database): Promise<void> {
    clearTimeout(rollUpTimer)
    rollUpTimer = undefined
    await rollUp(database)
    rolledUpAt = Date.now()
    if (isClosing || Date.now() - retainedAt < retentionAfterMs) return
    retainedAt = Date.now()
    const { days, bytes } = data
    await applyRetention(database, {
      now: Date.now(),
      days,
      bytes,
      textFolder: paths.texts,
      isStopped: () => isClosing,
    })
  }

  /** Nothing is lost: the next start adds them. */
  function noteRollUpError(error: unknown): void {
    reply({
      kind: 'note',
      fields: { problem: error instanceof Error ? error.message : String(error) },
      message: 'the last requests could not be added to the totals of the store; the next start adds them',
    })
  }

  /** What is in the journal counts too. Null if the database cannot be read. */
  async function answer<Answer>(read: (database: Database) => Promise<Answer>): Promise<Answer | null> {
    let answered: Answer | null = null
    await attempt(async (database) => {
      await ingest(database)
      answered = await read(database)
    })
    return answered
  }

  return {
    take(request) {
      if (request.kind === 'ingest') {
        appended = request.appended
        enqueueIngest()
      } else if (request.kind === 'spending')
        enqueueUrgent(async () =>
          reply({
            kind: 'spending',
            id: request.id,
            answer: await answer((open) => readAccountDays(open, Date.now())),
          }),
        )
      else if (request.kind === 'find')
        enqueueUrgent(async () => {
          const found = await answer(async (open) => ({
            request: await findRequest(open, request.requestId),
          }))
          reply({ kind: 'found', id: request.id, answer: found })
        })
      else if (request.kind === 'catch-up')
        enqueueUrgent(async () =>
          reply({ kind: 'caught-up', id: request.id, answer: await answer(async () => true as const) }),
        )
      else if (request.kind === 'change')
        enqueueUrgent(async () =>
          reply({
            kind: 'changed',
            id: request.id,
            answer: await answer((open) => makeChange(open, request)),
          }),
        )
      else {
        isClosing = true
        endBy = performance.now() + request.withinMs
        clearTimeout(retryTimer)
        clearTimeout(rollUpTimer)
        enqueueUrgent(async () => {
          if (problem === null) await attempt(ingest)
          if (db !== null) await rollUp(db, isOverdue).catch(noteRollUpError)
          await closeDatabase()
          reply({ kind: 'closed' })
        })
      }
    },
  }
}

/** A change that refuses what it was given is no failure of the database. */
async function makeChange(db: Database, { name, change }: ChangeRequest): Promise<ChangeOutcome> {
  const make = changeFunctions[name] as (db: Database, change: unknown) => Promise<unknown>
  try {
    return { kind: 'made', answer: await make(db, change) }
  } catch (error) {
    if (!(error instanceof RouteLLMError)) throw error
    const { code, message, status, param } = error
    return { kind: 'refused', code, message, status, param }
  }
}

/** What accounts have used since the month began. */
async function readAccountDays(db: Database, now: number): Promise<readonly AccountDay[]> {
  const date = new Date(now)
  const first = toDay(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1))
  const rows = await db
    .selectFrom('accounts')
    .select(['account', 'day', 'charged_nanousd'])
    .where('day', '>=', first)
    .execute()
  return rows.map(({ account, day, charged_nanousd }) => ({ account, day, usd: charged_nanousd / 1e9 }))
}

async function findRequest(db: Database, id: string): Promise<KeptRequest | null> {
  const upstreams = await findSeqByUpstreamId(db, id)
  const row = await db
    .selectFrom('requests')
    .select(['id', 'key'])
    .where((where) => where.or([where('id', '=', id), where('seq', '=', upstreams)]))
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? null : { id: row.id, key: row.key }
}
