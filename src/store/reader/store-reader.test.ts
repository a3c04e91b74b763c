import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { createStoreReader, type StoreReader } from './store-reader.ts'

/** A thread that stands still for `query.id` milliseconds, as in one long statement, and then ends if it is to. */
const program = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', (message) => {
      if (message.kind === 'end') return parentPort.close()
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(message.query.id))
      parentPort.postMessage({ kind: 'answer', id: message.id, answer: null })
    })`)}`,
)

let reader: StoreReader
afterEach(() => reader.close())

const stand = (ms: number) =>
  reader.read('jobHolder', { id: String(ms) }).then(
    () => 'answered',
    ({ code }: { code: string }) => code,
  )
/** A thread that is slow to start is given up too, so it is asked again. */
const isAnswered = { timeout: 20_000, interval: 10 }

it('answers while threads of reads that were given up still run', async () => {
  reader = createStoreReader({ folder: '', program, timeoutMs: 400, closeMs: 10 })
  const standing = 40_000
  expect(await Promise.all([stand(standing), stand(standing)])).toEqual(['read-too-long', 'read-too-long'])
  const answered = async () => {
    await expect.poll(() => stand(0), isAnswered).toBe('answered')
    return 'answered'
  }
  expect(await Promise.race([answered(), wait(standing / 2, 'waits for them')])).toBe('answered')
})

it('refuses a read for which no thread becomes free, and answers again when one has', async () => {
  reader = createStoreReader({ folder: '', program, timeoutMs: 400, closeMs: 10 })
  const standing = 4000
  for (let pair = 0; pair < 2; pair++) await Promise.all([stand(standing), stand(standing)])
  for (let time = 0; time < 100; time++) reader.warm()
  expect(await stand(0)).toBe('read-too-long')
  await expect.poll(() => stand(0), isAnswered).toBe('answered')
})

it('closes although a thread fails while it ends', async () => {
  const failing = new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort } from 'node:worker_threads'
      parentPort.on('message', ({ kind, id }) => {
        if (kind === 'end') throw new Error('close failed')
        parentPort.postMessage({ kind: 'answer', id, answer: null })
      })`)}`,
  )
  reader = createStoreReader({ folder: '', program: failing })
  expect(await stand(0)).toBe('answered')
  await reader.close()
})

it('closes while a thread is within a statement', async () => {
  reader = createStoreReader({ folder: '', program, timeoutMs: 60_000, closeMs: 10 })
  const left = stand(10_000)
  await wait(300) // the thread is within it
  const ended = await Promise.race([reader.close().then(() => 'closed'), wait(5000, 'waits for it')])
  expect([ended, await left]).toEqual(['closed', 'store-unavailable'])
})
