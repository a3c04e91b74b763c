import { randomUUID } from 'node:crypto'
import { type FileHandle, open, readFile, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { RouteLLMError } from '../../../errors.ts'
import { toOutputError } from '../write-outputs.ts'

export type ExclusivelyOptions = {
  /** How long a guard that nobody refreshes is respected. Default: 3,000. */
  readonly leftAfterMs?: number
  /** How long to wait for another process. Default: 10,000. */
  readonly patienceMs?: number
}

const pollMs = 20

/**
 * Runs `work` while no other process changes the file. A second file beside it, the guard, says who does. Its holder refreshes it;
 * one that a killed process has left is not refreshed, and is removed. Process ids tell nothing here: the first process of each
 * container has the same one.
 *
 * @param work is given `check`, to call just before it writes: a process that stood still for longer than `leftAfterMs` no longer
 *   holds the guard.
 * @throws RouteLLMError `lock-busy` if another process changes it for longer than `patienceMs`, or by `check`; InvalidRequestError
 *   `output-unwritable`; what `work` throws.
 */
export async function exclusively<Result>(
  file: string,
  work: (check: () => Promise<void>) => Promise<Result>,
  { leftAfterMs = 3_000, patienceMs = 10_000 }: ExclusivelyOptions = {},
): Promise<Result> {
  const path = join(dirname(file), `.${basename(file)}.changing`)
  const token = `${hostname()} ${process.pid} ${randomUUID()}`
  const handle = await takeWithin(path, token, leftAfterMs, patienceMs)
  if (handle === null) throw busy(file, path)
  const isHeld = async () => (await readText(path)) === token
  const refreshing = setInterval(() => void refresh(handle), leftAfterMs / 10)
  try {
    return await work(async () => {
      if (!(await isHeld())) throw busy(file, path)
    })
  } finally {
    clearInterval(refreshing)
    await handle.close()
    if (await isHeld()) await rm(path, { force: true })
  }
}

/** Null: another process has the guard. */
async function takeWithin(
  path: string,
  token: string,
  leftAfterMs: number,
  patienceMs: number,
): Promise<FileHandle | null> {
  const deadline = performance.now() + patienceMs
  const isGuardLeft = createWatch(leftAfterMs)
  const isRightLeft = createWatch(leftAfterMs)
  while (true) {
    const handle = await take(path, token)
    if (handle !== null) return handle
    const text = await readText(path)
    if ((await isGuardLeft(path)) && text !== null) await removeLeft(path, text, isRightLeft)
    if (performance.now() > deadline) return null
    await wait(pollMs)
  }
}

type Watch = (path: string) => Promise<boolean>

/** Tells whether a file has been the same, and not refreshed, for so long. Clocks of machines differ, so times of files are only compared with each other. */
function createWatch(leftAfterMs: number): Watch {
  let seen = { state: '', sinceMs: 0 }
  return async (path) => {
    const state = await readState(path)
    if (state !== seen.state) seen = { state, sinceMs: performance.now() }
    return state !== '' && performance.now() - seen.sinceMs > leftAfterMs
  }
}

async function take(path: string, token: string): Promise<FileHandle | null> {
  let handle: FileHandle | null = null
  try {
    handle = await open(path, 'wx')
    await handle.writeFile(token)
    return handle
  } catch (error) {
    if (handle !== null) {
      await handle.close()
      await rm(path, { force: true })
    } else if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return null
    throw toOutputError(path, error)
  }
}

/** Through the handle, so that it never refreshes the guard of another. */
async function refresh(handle: FileHandle): Promise<void> {
  const now = new Date()
  await handle.utimes(now, now).catch(() => {})
}

/** Equal states: the same file, not refreshed meanwhile. Empty: there is none. */
async function readState(path: string): Promise<string> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
    return `${path} ${mtimeMs} ${text}`
  } catch {
    return ''
  }
}

/** Removes the guard with this text, and no later one: of those that find it, the one that makes a file named by the text may. */
async function removeLeft(path: string, text: string, isRightLeft: Watch): Promise<void> {
  const right = `${path}.${text.slice(-36).replace(/[^\w-]/g, '_')}.removing`
  const handle = await take(right, '').catch(() => null)
  if (handle === null) {
    // The one that might has been killed too.
    if (await isRightLeft(right)) await rm(right, { force: true })
    return
  }
  await handle.close()
  if ((await readText(path)) === text) await rm(path, { force: true })
  await rm(right, { force: true })
}

async function readText(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}

function busy(file: string, path: string): RouteLLMError {
  return new RouteLLMError(
    'lock-busy',
    `Another process changes ${file}. Try again; if none does, remove ${path}.`,
    { status: 409 },
  )
}
