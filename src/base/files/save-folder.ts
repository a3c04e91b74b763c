import { cp, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { ArtifactError } from '../../errors.ts'

/** What is saved into a folder. */
export type FolderContent = {
  /** A file that tells folders of this kind: no other folder is replaced. */
  readonly mark: string
  /** Files that are written; others of a folder that is replaced are kept. */
  readonly files: readonly string[]
  /** Writes them into a new folder. */
  write(folder: string): Promise<void>
}

/**
 * Writes a folder so that a kill at any moment leaves the old one or the new one, never a mixture: a sibling folder is
 * written and flushed, then renamed into place. Other files of a folder that is replaced (a README, a data card) are
 * kept.
 *
 * Node has no call that exchanges two folders, so the old one is renamed away first; killed in the instant
 * between, it stands at `.<name>.previous`, where the next save finds it.
 *
 * @param folder need not exist. One that exists must be empty or hold the mark.
 * @throws ArtifactError `not-an-artifact` for any other folder.
 */
export async function saveFolder(folder: string, content: FolderContent): Promise<void> {
  const target = resolve(folder)
  await mkdir(dirname(target), { recursive: true })
  await finishInterruptedSave(target)
  const kept = await otherFiles(target, content)
  const written = join(dirname(target), `${savingPrefix(target)}${process.pid}`)
  try {
    await mkdir(written)
    for (const file of kept) await cp(join(target, file), join(written, file), { recursive: true })
    await content.write(written)
    await flushFolder(written)
    await replaceFolder(target, written)
  } catch (error) {
    await rm(written, { recursive: true, force: true })
    throw error
  }
}

/** Writes a new file and flushes it to the disk. */
export async function writeFlushed(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx')
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** What a killed save left beside the target: the old artifact comes back, half-written folders go. */
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

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Names in the target besides those that are written; refuses a folder that is not ours to replace. */
async function otherFiles(target: string, { mark, files }: FolderContent): Promise<readonly string[]> {
  const found = await stat(target).catch(() => undefined)
  if (found === undefined) return []
  const refuse = (what: string): never => {
    throw new ArtifactError(
      'not-an-artifact',
      `${target} is ${what}; it is left as it is. Name another folder to write the router to.`,
    )
  }
  if (!found.isDirectory()) return refuse('a file')
  const names = await readdir(target)
  if (names.length > 0 && !names.includes(mark))
    return refuse(`a folder without ${mark} (it holds ${names.slice(0, 3).join(', ')})`)
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

/** Makes renames survive a power cut. Windows cannot open a folder, and needs no such flush. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

/** Where a save puts the folder that it replaces, for the instant until the new one stands in its place. */
export function previousFolder(folder: string): string {
  return join(dirname(resolve(folder)), `.${basename(resolve(folder))}.previous`)
}
