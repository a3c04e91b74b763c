import { createHash } from 'node:crypto'
import { chmod, copyFile, mkdir, readFile, realpath, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { putInPlace } from '../../../../base/files/atomic-file.ts'
import { fileFailureReason } from '../../../../base/files/file-failure.ts'
import { toOutputError } from '../../../../base/files/write-outputs.ts'
import { InvalidRequestError } from '../../../../errors.ts'

/** A settings file of another program, and what lies beside it since `--write`. */
export type SettingsFile = {
  /** The file itself; behind a symbolic link, what the link leads to. */
  readonly path: string
  /** null if there is no file. */
  readonly text: string | null
  /** What the file was before the first `--write`; in the folder of `path`. */
  readonly backup: string
  readonly record: string
}

/** What `--undo` needs to know; beside the file as JSON. */
const undoRecord = z.object({
  version: z.literal(1),
  /** Whether there was a file, whose bytes are in the backup. */
  existed: z.boolean(),
  /** SHA-256 of what `--write` wrote last. */
  written: z.string(),
  /** Whether somebody else changed the file between two writes. */
  changedBetween: z.boolean(),
  /** The outermost folder that `--write` created. */
  createdFolder: z.string().nullable(),
})
type UndoRecord = z.infer<typeof undoRecord>

/** @throws InvalidRequestError `settings-unreadable` if the file is there and cannot be read. */
export async function openSettingsFile(file: string): Promise<SettingsFile> {
  const path = await realpath(file).catch(() => resolve(file))
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return null
    const reason = fileFailureReason(error) ?? String(error)
    throw new InvalidRequestError('settings-unreadable', `${path} cannot be read: ${reason}`, {
      cause: error,
    })
  })
  return { path, text, backup: `${path}.routellm-backup`, record: `${path}.routellm-undo.json` }
}

/**
 * Puts `text` in the place of a settings file, whole or not at all, with the permissions that the file has, or those of
 * the user alone for a new one. The first time it keeps the bytes of before in `file.backup`.
 *
 * @throws InvalidRequestError `output-unwritable`.
 */
export async function writeSettingsFile(file: SettingsFile, text: string): Promise<void> {
  try {
    const before = await readUndoRecord(file)
    const createdFolder = (await mkdir(dirname(file.path), { recursive: true })) ?? null
    const mode = await modeOf(file.path)
    if (before === undefined && file.text !== null) await copyTo(file.path, file.backup, mode)
    const record: UndoRecord = {
      version: 1,
      existed: before?.existed ?? file.text !== null,
      written: digest(text),
      changedBetween:
        before !== undefined && (before.changedBetween || before.written !== digest(file.text ?? '')),
      createdFolder: before?.createdFolder ?? createdFolder,
    }
    await putText(file.record, `${JSON.stringify(record)}\n`, 0o600)
    await putText(file.path, text, mode)
  } catch (cause) {
    throw toOutputError(file.path, cause, '--write')
  }
}

/** What `undoSettingsFile` did. */
export type Undone = {
  readonly action: 'restored' | 'removed'
  /** A copy of the file as it was before the undo, if somebody else had changed it after `--write`; else null. */
  readonly kept: string | null
}

/**
 * Restores the bytes that were there before the first `--write`, or removes a file that was not there.
 *
 * @throws InvalidRequestError `no-backup` if there is nothing to undo.
 */
export async function undoSettingsFile(file: SettingsFile): Promise<Undone> {
  const record = await readUndoRecord(file)
  if (record === undefined)
    throw new InvalidRequestError(
      'no-backup',
      `${file.path} has no backup of --write beside it (${file.backup}), so there is nothing to undo`,
      { param: '--undo' },
    )
  try {
    const kept = await keepChanges(file, record)
    if (record.existed) await copyTo(file.backup, file.path, await modeOf(file.backup))
    else await rm(file.path, { force: true })
    // The record first: without it the backup is only a copy.
    await rm(file.record, { force: true })
    await rm(file.backup, { force: true })
    if (!record.existed && record.createdFolder !== null)
      await removeEmptyFolders(dirname(file.path), record.createdFolder)
    return { action: record.existed ? 'restored' : 'removed', kept }
  } catch (cause) {
    throw toOutputError(file.path, cause, '--undo')
  }
}

async function keepChanges(file: SettingsFile, record: UndoRecord): Promise<string | null> {
  const isOurs = file.text === null || digest(file.text) === record.written
  if (file.text === null || (isOurs && !record.changedBetween)) return null
  const kept = `${file.path}.routellm-replaced`
  await copyTo(file.path, kept, await modeOf(file.path))
  return kept
}

async function readUndoRecord(file: SettingsFile): Promise<UndoRecord | undefined> {
  const text = await readFile(file.record, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (text === undefined) return undefined
  const parsed = undoRecord.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new InvalidRequestError(
    'no-backup',
    `${file.record} is not a record of --write; restore ${file.backup} by hand if it is there, and remove ${file.record}`,
    { param: '--undo' },
  )
}

/** Removes `folder` and those above it up to `outermost`, as far as they are empty. */
async function removeEmptyFolders(folder: string, outermost: string): Promise<void> {
  for (let each = resolve(folder); each.length >= outermost.length; each = dirname(each))
    if (
      !(await rmdir(each).then(
        () => true,
        () => false,
      ))
    )
      return
}

async function copyTo(from: string, to: string, mode: number): Promise<void> {
  await putInPlace(to, async (temporary) => {
    await copyFile(from, temporary)
    await chmod(temporary, mode)
  })
}

async function putText(path: string, text: string, mode: number): Promise<void> {
  await putInPlace(path, async (temporary) => {
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' })
    await chmod(temporary, mode)
  })
}

async function modeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined)
  return found === undefined ? 0o600 : found.mode & 0o777
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
