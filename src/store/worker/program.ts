import { readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { createDatabaseKeeper } from './database-keeper.ts'
import type { ThreadData, ThreadReply, ThreadRequest } from './messages.ts'

/** About a tenth of a contended processor. */
const niceness = 10

// The program of the thread that fills the database. It is started by `database-thread.ts`.
const port = parentPort
if (port !== null) {
  let isLowered = false
  const keeper = createDatabaseKeeper(workerData as ThreadData, (reply: ThreadReply) => {
    // Not before the database is open: the first questions are those of a server that starts.
    if (reply.kind === 'ingested' && !isLowered) {
      isLowered = true
      lowerPriority()
    }
    port.postMessage(reply)
  })
  port.on('message', (request: ThreadRequest) => {
    keeper.take(request)
    if (request.kind === 'close') port.unref()
  })
}

/**
 * On a busy machine the requests that are being answered go first. Only Linux has priorities of threads, and says which thread
 * this is; elsewhere the pauses between batches have to do.
 */
function lowerPriority(): void {
  if (process.platform !== 'linux') return
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    setPriority(thread, Math.max(getPriority(), niceness))
  } catch {
    // A sandbox without /proc, or one that allows no change.
  }
}
