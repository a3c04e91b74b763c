import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { InvalidRequestError, RouteLLMError } from '../../errors.ts'
import { flush, flushFolder, removeLeftovers, temporaryPath } from './atomic-file.ts'
import { fileFailureReason } from './file-failure.ts'

/** A file that is being written. */
export type OutputFile = {
  readonly path: string
  write(content: string | Uint8Array): Promise<void>
}

/**
 * Opens an output; gzip if the name ends in `.gz`.
 *
 * @param param the option that names the file, for messages. Default: `--output`.
 */
export type OpenOutput = (file: string, param?: string) => Promise<OutputFile>

/**
 * Writes files that appear under their names only when all of them are whole. They are written under temporary names
 * beside their targets; when `work` has ended they are flushed to the disk, and only then renamed, one after the other.
 * If `work` fails nothing is left behind and earlier files stay as they were.
 *
 * What killed processes left behind for the same names is removed.
 *
 * @param inputs files that must not be replaced.
 * @returns what `work` returns.
 * @throws InvalidRequestError `output-is-input`; `output-unwritable` for a missing folder, a name that is not a regular
 *   file's, a full disk or missing permission; what `work` throws.
 */
export async function writeOutputs<Result>(
  inputs: readonly string[],
  work: (openOutput: OpenOutput) => Promise<Result>,
): Promise<Result> {
  const opened: OpenedOutput[] = []
  try {
    const result = await work(async (file, param = '--output') => {
      await checkOutput(file, inputs, param)
      if (opened.some(({ path }) => path === file))
        throw unwritable(file, 'two outputs have this name; name two files', param)
      const output = await openTemporary(file, param)
      opened.push(output)
      return output
    })
    for (const output of opened) await output.flush()
    for (const output of opened) await output.place()
    return result
  } catch (error) {
    for (const output of opened) await output.discard()
    throw error
  }
}

/**
 * Checks where an output would go, before work that takes long.
 *
 * @throws InvalidRequestError `output-is-input` if it is one of the inputs by any of its names (symbolic and hard links
 *   too); `output-unwritable` if its folder is missing or it exists and is not a regular file.
 */
export async function checkOutput(
  file: string,
  inputs: readonly string[],
  param = '--output',
): Promise<void> {
  const folder = await statIfPresent(dirname(file))
  if (folder?.isDirectory() !== true)
    throw unwritable(file, `there is no folder ${dirname(file)}; create it first`, param)
  const present = await statIfPresent(file)
  if (present === undefined) return
  if (present.isDirectory()) throw unwritable(file, 'it is a folder; name a file', param)
  if (!present.isFile()) throw unwritable(file, 'it is not a regular file', param)
  for (const input of inputs) {
    const read = await statIfPresent(input)
    if (read?.dev === present.dev && read.ino === present.ino)
      throw new InvalidRequestError(
        'output-is-input',
        `${param} ${file} is the input ${input}, which would be replaced; name another file`,
        { param },
      )
  }
}

/**
 * Creates a folder for outputs, and those above it, if missing.
 *
 * @returns removes what was created, as far as it is empty: for a failure before anything is in the folder.
 * @throws InvalidRequestError `output-unwritable`.
 */
export async function makeOutputFolder(folder: string, param = '--output'): Promise<() => Promise<void>> {
  const outermost = await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw toOutputError(folder, cause, param)
  })
  return async () => {
    if (outermost === undefined) return
    for (let each = resolve(folder); each.length >= outermost.length; each = dirname(each))
      await rmdir(each).catch(() => undefined)
  }
}

/** A failed write as an error that says what to do. Errors of this package stay as they are. */
export function toOutputError(file: string, cause: unknown, param = '--output'): Error {
  if (cause instanceof RouteLLMError) return cause
  const reason = fileFailureReason(cause) ?? (cause instanceof Error ? cause.message : String(cause))
  return unwritable(file, reason, param, cause)
}

type OpenedOutput = OutputFile & {
  /** Writes the rest and waits until the disk has it. */
  flush(): Promise<void>
  place(): Promise<void>
  /** Does nothing to a file that is in its place. */
  discard(): Promise<void>
}

async function openTemporary(file: string, param: string): Promise<OpenedOutput> {
  await removeLeftovers(file)
  const temporary = temporaryPath(file)
  const disk = createWriteStream(temporary, { flags: 'wx' })
  await once(disk, 'open').catch((cause: unknown) => {
    throw toOutputError(file, cause, param)
  })
  const gzip = file.endsWith('.gz') ? createGzip() : null
  gzip?.pipe(disk)
  const entry = gzip ?? disk
  // The next write, or the flush, reports it.
  let failure: Error | undefined
  const onError = (error: Error) => {
    failure ??= error
    // A write that waits for the compressor would wait for ever.
    gzip?.destroy(error)
  }
  disk.on('error', onError)
  gzip?.on('error', onError)
  const translated = async (work: () => Promise<unknown>) => {
    try {
      if (failure !== undefined) throw failure
      await work()
    } catch (cause) {
      throw toOutputError(file, failure ?? cause, param)
    }
  }
  return {
    path: file,
    write: (content) =>
      translated(async () => {
        if (!entry.write(content)) await once(entry, 'drain')
      }),
    flush: () =>
      translated(async () => {
        entry.end()
        await finished(disk)
        await flush(temporary)
      }),
    place: () =>
      translated(async () => {
        await rename(temporary, file)
        await flushFolder(dirname(file))
      }),
    async discard() {
      gzip?.destroy()
      disk.destroy()
      await finished(disk).catch(() => undefined)
      await rm(temporary, { force: true })
    },
  }
}

async function statIfPresent(path: string) {
  return stat(path, { bigint: true }).catch(() => undefined)
}

function unwritable(file: string, reason: string, param: string, cause?: unknown): InvalidRequestError {
  return new InvalidRequestError('output-unwritable', `${file} cannot be written: ${reason}`, {
    param,
    cause,
  })
}
