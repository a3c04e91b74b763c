import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { isRunning, temporaryPath } from '../../../base/files/atomic-file.ts'
import { toOutputError } from '../../../base/files/write-outputs.ts'
import { RouteLLMError } from '../../../errors.ts'

const pollMs = 20
const patienceMs = 5_000
/** Nobody needs so long for a change: its process stands still, or runs on another machine and has ended. */
const longestMs = 30_000

/**
 * Runs `work` while no other process changes the file: a second file beside it says who does. One that a killed process has left is
 * removed.
 *
 * @throws RouteLLMError `lock-busy` if another process changes it for more than 5 s; InvalidRequestError `output-unwritable`; what
 *   `work` throws.
 */
export async function exclusively<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const guard = join(dirname(file), `.${basename(file)}.changing`)
  const deadline = Date.now() + patienceMs
  while (!(await take(guard))) {
    await removeIfLeft(guard)
    if (Date.now() > deadline)
      throw new RouteLLMError(
        'lock-busy',
        `Another process changes ${file}. Try again; if none does, remove ${guard}.`,
        { status: 409 },
      )
    await wait(pollMs)
  }
  try {
    return await work()
  } finally {
    await rm(guard, { force: true })
  }
}

async function take(guard: string): Promise<boolean> {
  try {
    await writeFile(guard, `${hostname()} ${process.pid}`, { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw toOutputError(guard, error)
  }
}

async function removeIfLeft(guard: string): Promise<void> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(guard, 'utf8'), stat(guard)])
    const [host, pid] = text.split(' ')
    const isGone = host === hostname() && pid !== undefined && !isRunning(Number(pid))
    if (!isGone && Date.now() - mtimeMs < longestMs) return
    // Of two that find it, one moves it away.
    const aside = temporaryPath(guard)
    await rename(guard, aside)
    await rm(aside, { force: true })
  } catch {
    // It is gone already.
  }
}
