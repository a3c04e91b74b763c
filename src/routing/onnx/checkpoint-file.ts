import { constants } from 'node:fs'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { ArtifactError } from '../../errors.ts'

/** A file's place with every link followed, as the inference runtime needs it. */
export type CheckpointFile = { readonly name: string; readonly path: string; readonly bytes: number }

/** A whole small file of a checkpoint as text. Undefined if it is missing. */
export async function readTextFile(
  folder: string,
  name: string,
  maxBytes: number,
): Promise<string | undefined> {
  const file = await findFile(folder, name)
  if (file === undefined) return undefined
  if (file.bytes > maxBytes)
    throw new ArtifactError(
      'checkpoint-invalid',
      `${join(folder, name)} has ${file.bytes} bytes, and no checkpoint needs more than ${maxBytes} there. Copy or download it again.`,
    )
  return withFile(file.path, async (handle) => (await readExactly(handle, 0, file.bytes)).toString('utf8'))
}

/**
 * A file of a checkpoint folder, following links. Undefined if it is missing.
 *
 * @param name a path below the folder.
 * @throws ArtifactError `checkpoint-invalid` for anything but a regular file, for a name that leads out of the folder,
 *   and for a link out of it, save into the blobs of the hub cache that the folder is a snapshot of.
 */
export async function findFile(folder: string, name: string): Promise<CheckpointFile | undefined> {
  const refuse = (what: string): never => {
    throw new ArtifactError(
      'checkpoint-invalid',
      `${join(folder, JSON.stringify(name).slice(1, -1))} ${what}. A checkpoint's files lie in its folder: copy them there.`,
    )
  }
  if (name === '' || name.includes('\0') || !isInside(resolve(folder), resolve(folder, name)))
    refuse('is not the name of a file in that folder')
  const root = await realpath(folder)
  const path = await realpath(join(root, name)).catch((error: unknown): undefined => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    refuse(`cannot be opened (${error instanceof Error ? error.message : error})`)
  })
  if (path === undefined) return undefined
  if (!isInside(root, path) && !isInside(blobsOf(root), path))
    refuse(`is a link to ${path}, outside of that folder`)
  return withFile(path, async (handle) => {
    const { size } = await handle.stat()
    return { name, path, bytes: size }
  })
}

/** The folder of a hub cache that its snapshots link into: `<model>/snapshots/<commit>` → `<model>/blobs`. */
function blobsOf(folder: string): string {
  const snapshots = dirname(folder)
  return basename(snapshots) === 'snapshots' ? join(dirname(snapshots), 'blobs') : folder
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && resolve(folder, way) === path
}

/** Opens a regular file for reading; a pipe or device would be waited for without end. */
export async function withFile<T>(path: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  // Non-blocking: opening a pipe otherwise waits for a writer.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    if (!(await handle.stat()).isFile())
      throw new ArtifactError(
        'checkpoint-invalid',
        `${path} is not a regular file. Copy or download the checkpoint again.`,
      )
    return await use(handle)
  } finally {
    await handle.close()
  }
}

/** @throws ArtifactError if the file ends before. */
export async function readExactly(handle: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes)
  let done = 0
  while (done < bytes) {
    const { bytesRead } = await handle.read(buffer, done, bytes - done, position + done)
    if (bytesRead === 0)
      throw new ArtifactError(
        'checkpoint-invalid',
        `A file ended after ${position + done} bytes while it was read. Is it still being written? Load it again.`,
      )
    done += bytesRead
  }
  return buffer
}
