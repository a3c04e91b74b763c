import { cp, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { ArtifactError } from '../../errors.ts'
import { flushFolder, isRunning } from './atomic-file.ts'
import { toOutputError } from './write-outputs.ts'

/** The content to save in a folder. */
export type FolderContent = {
  /** A file that identifies folders of this kind. Other folders are not replaced. */
  readonly mark: string
  /** The files that are written. Other files of a folder that is replaced are kept. */
  readonly files: readonly string[]
  /** Writes the files into a new folder. */
  write(folder: string): Promise<void>
}

/**
 * Writes a folder so that a kill at any moment leaves the old folder or the new one, never a mixture: a sibling folder is
 * written and flushed, then renamed into place. Other files of a folder that is replaced (a README, a data card) are
 * kept.
 *
 * Node cannot exchange two folders in one call, so the old one is renamed first. If the process is killed between the
 * two renames, the old folder is at `.<name>.previous`, and the next save restores it.
 *
 * @param folder does not have to exist. A folder that exists must be empty or contain the mark.
 * @throws ArtifactError `not-an-artifact` for any other folder; InvalidRequestError `output-unwritable` for a full disk
 *   or missing permission; `signal.reason` if the signal aborts before the folder is in place.
 */
export async function saveFolder(
  folder: string,
  content: FolderContent,
  signal?: AbortSignal,
): Promise<void> {
  const target = resolve(folder)
  try {
    await writeFolder(target, content, signal)
  } catch (error) {
    if (signal?.aborted === true && isAbort(error, signal)) throw signal.reason
    throw toOutputError(target, error)
  }
}

/** Node reports the abort of a write by an error of its own. */
function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError')
}

async function writeFolder(
  target: string,
  content: FolderContent,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted()
  await mkdir(dirname(target), { recursive: true })
  await finishInterruptedSave(target)
  const kept = await otherFiles(target, content)
  const written = join(dirname(target), `${savingPrefix(target)}${process.pid}`)
  try {
    await mkdir(written)
    for (const file of kept) await cp(join(target, file), join(written, file), { recursive: true })
    await content.write(written)
    await flushFolder(written)
    signal?.throwIfAborted()
    await replaceFolder(target, written)
  } catch (error) {
    await rm(written, { recursive: true, force: true })
    throw error
  }
}

/** Writes a new file and flushes it to the disk. Throws an `AbortError` if the signal aborts. */
export async function writeFlushed(file: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
  const handle = await open(file, 'wx')
  try {
    await handle.writeFile(bytes, signal === undefined ? {} : { signal })
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Cleans up after a killed save: restores the old folder and removes half-written ones. */
async function finishInterruptedSave(target: string): Promise<void> {
  const previous = previousFolder(target)
  if (await exists(previous)) {
    if (await exists(target)) await rm(previous, { recursive: true })
    else await rename(previous, target)
  }
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(savingPrefix(target))) continue
    const writer = Number(name.slice(savingPrefix(target).length))
    if (writer === process.pid || !isRunning(writer))
      await rm(join(dirname(target), name), { recursive: true, force: true })
  }
}

function savingPrefix(target: string): string {
  return `.${basename(target)}.saving-`
}

/** The names in the target that are not written. Throws for a folder of another kind. */
async function otherFiles(target: string, { mark, files }: FolderContent): Promise<readonly string[]> {
  const found = await stat(target).catch(() => undefined)
  if (found === undefined) return []
  const refuse = (what: string): never => {
    throw new ArtifactError(
      'not-an-artifact',
      `${target} is ${what}, so it is not replaced. Name another folder to write the router to.`,
    )
  }
  if (!found.isDirectory()) return refuse('a file')
  const names = await readdir(target)
  if (names.length > 0 && !names.includes(mark))
    return refuse(`a folder without ${mark} (it has ${names.slice(0, 3).join(', ')})`)
  return names.filter((name) => !files.includes(name))
}

async function replaceFolder(target: string, written: string): Promise<void> {
  const previous = previousFolder(target)
  const replaces = await exists(target)
  if (replaces) await rename(target, previous)
  try {
    await rename(written, target)
  } catch (error) {
    if (replaces) await rename(previous, target)
    throw error
  }
  await flushFolder(dirname(target))
  if (replaces) await rm(previous, { recursive: true })
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

/** The place of the old folder between the two renames of a save. */
export function previousFolder(folder: string): string {
  return join(dirname(resolve(folder)), `.${basename(resolve(folder))}.previous`)
}
