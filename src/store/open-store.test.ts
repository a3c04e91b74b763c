import { mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStore } from './open-store.ts'
import type { Store } from './store.ts'

let folder: string
let store: Store | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-open-store-'))
})
afterEach(async () => {
  await store?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A thread that finds any request as soon as the journal has something. */
const program = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { readdirSync, statSync } from 'node:fs'
    import { join } from 'node:path'
    import { parentPort, workerData } from 'node:worker_threads'
    const journal = join(workerData.folder, 'journal')
    const isWritten = () => readdirSync(journal).some((name) => statSync(join(journal, name)).size > 0)
    parentPort.on('message', ({ kind, id }) => {
      if (kind === 'find') parentPort.postMessage({ kind: 'found', id, answer: { request: isWritten() ? { id: 'rllm-1', key: null } : null } })
      if (kind === 'close') parentPort.postMessage({ kind: 'closed' })
    })
  `)}`,
)

it('a request whose record waits to be written is found once it is, and is not said to be unknown before', async () => {
  let isBroken = true
  store = openStore({
    folder,
    program,
    log: { warn: () => {} },
    files: {
      open: (path) => openSync(path, 'ax+', 0o600),
      write: (file, bytes, length) => {
        if (isBroken) throw new Error('the disk is away')
        return writeSync(file, bytes, 0, length)
      },
    },
  })
  store.addShadowPair({} as Parameters<Store['addShadowPair']>[0])
  expect(store.state.waiting).toBe(1)
  await expect(store.findRequest('rllm-1')).rejects.toMatchObject({ code: 'store-unavailable', status: 503 })
  const found = store.findRequest('rllm-1')
  isBroken = false
  expect(await found).toEqual({ id: 'rllm-1', key: null })
  expect(store.state.waiting).toBe(0)
})
