import { randomBytes } from 'node:crypto'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Puts a file in place whole or not at all: `write` creates it under a temporary name in the same folder, then it is
 * flushed to the disk and renamed. A failure leaves nothing behind and the earlier file as it was. What a killed
 * process left behind for the same file is removed first.
 *
 * @throws what `write` throws, or the error of the file system.
 */
export async function putInPlace(file: string, write: (temporary: string) => Promise<void>): Promise<void> {
  await removeLeftovers(file)
  const temporary = temporaryPath(file)
  try {
    await write(temporary)
    await flush(temporary)
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await flushFolder(dirname(file))
}

/** A new name in the folder of `file`. It has the process id, by which `removeLeftovers` finds what is left. */
export function temporaryPath(file: string): string {
  const random = randomBytes(4).toString('hex')
  return join(dirname(file), `${temporaryPrefix(file)}${process.pid}-${random}.partial`)
}

/** Removes the temporary files for `file` of processes that no longer run. */
export async function removeLeftovers(file: string): Promise<void> {
  const folder = dirname(file)
  const prefix = temporaryPrefix(file)
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(prefix)) continue
    const [, pid] = /^(\d+)-[0-9a-f]{8}\.partial$/.exec(name.slice(prefix.length)) ?? []
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(folder, name), { force: true })
  }
}

function temporaryPrefix(file: string): string {
  return `.${basename(file)}.`
}

/** Whether a process with this id runs, whoever owns it. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Makes the renames in a folder survive a power cut. Windows cannot open a folder and needs no such flush. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform !== 'win32') await flush(folder)
}

/** Waits until the disk has a file or folder. */
export async function flush(path: string): Promise<void> {
  // Windows flushes only what is open for writing; elsewhere the file may be read-only.
  const handle = await open(path, process.platform === 'win32' ? 'r+' : 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
