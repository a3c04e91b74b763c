import { existsSync, statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { StoreError } from '../../errors.ts'
import { type Database, toStoreError } from '../database/open-database.ts'
import { openForReading } from '../database/open-for-reading.ts'
import { storePaths } from '../paths.ts'
import type { EndRequest, ReaderData, ReadReply, ReadRequest } from './messages.ts'
import { readFunctions } from './read-functions.ts'

/** The name of a request and its query belong together. */
type ReadAnything = (db: Database, query: ReadRequest['query'], folder: string) => Promise<unknown>

// The program of the thread that reads. It is started by `store-reader.ts`, which asks one thing after the other.
const port = parentPort
if (port !== null) {
  const { folder, ending } = workerData as ReaderData
  const path = storePaths(folder).database
  const isEnding = () => Atomics.load(ending, 0) === 1
  const reply = (message: ReadReply) => port.postMessage(message)
  const { open, close } = createOpener(path, () => {
    if (isEnding()) throw new StoreError('read-too-long', 'The read was given up.')
  })
  const answer = async ({ id, name, query }: ReadRequest): Promise<void> => {
    const read = readFunctions[name] as unknown as ReadAnything
    try {
      reply({ kind: 'answer', id, answer: await read(await open(), query, folder) })
    } catch (error) {
      const { code, message } = toStoreError(error, path)
      reply({ kind: 'failed', id, code: code as 'store-unavailable', message })
    }
  }
  // Opened before the first question, if it is there. What is wrong with it is said to whoever asks.
  let last: Promise<unknown> = existsSync(path) ? open().catch(() => undefined) : Promise.resolve()
  port.on('message', (message: ReadRequest | EndRequest) => {
    last = last.then(() => ('kind' in message ? close().then(() => port.close()) : answer(message)))
  })
}

const createdWithinMs = 3000

/**
 * The database, opened again if another file has taken its place. A server has just begun to make one, if there is none.
 *
 * @param beforeStatement may throw, so that the statement is not run.
 */
function createOpener(path: string, beforeStatement: () => void) {
  let opened: { readonly db: Database; readonly inode: number } | null = null
  const open = async (): Promise<Database> => {
    const deadline = Date.now() + createdWithinMs
    for (;;) {
      beforeStatement()
      const inode = existsSync(path) ? statSync(path).ino : null
      if (inode !== null && inode === opened?.inode) return opened.db
      await opened?.db.destroy()
      opened = null
      const db = inode === null ? null : await openForReading(path, beforeStatement)
      if (db !== null && inode !== null) opened = { db, inode }
      else if (Date.now() > deadline) throw noDatabase(path)
      else await wait(50)
    }
  }
  return { open, close: async () => opened?.db.destroy() }
}

function noDatabase(path: string): StoreError {
  return new StoreError('store-unavailable', `The store has no database yet (${path}). Try again.`)
}
