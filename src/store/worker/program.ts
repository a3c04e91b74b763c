import { parentPort, workerData } from 'node:worker_threads'
import { createDatabaseKeeper } from './database-keeper.ts'
import type { ThreadData, ThreadReply, ThreadRequest } from './messages.ts'

// The program of the thread that fills the database. It is started by `database-thread.ts`.
const port = parentPort
if (port !== null) {
  const keeper = createDatabaseKeeper(workerData as ThreadData, (reply: ThreadReply) =>
    port.postMessage(reply),
  )
  port.on('message', (request: ThreadRequest) => {
    keeper.take(request)
    if (request.kind === 'close') port.unref()
  })
}
